"""``flask auth explain``: why a token, or a request, is let in or refused."""

from __future__ import annotations

import json
import re
import sys
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, TextIO

import click
from flask import Flask, current_app

from app.accounts.explaining import session_step, user_steps
from app.accounts.models import User
from app.cli.auth import auth
from app.core import explaining
from app.core.cli import Refused, as_json, print_json, refusals
from app.core.explaining import Step
from app.core.refusals import refusals_of
from app.extensions import db
from app.sessions import Session

REQUEST_ID = re.compile(r"[0-9a-f]{16}")
EXIT_NOT_LET_IN = 10
MARKS = {True: ("ok", "green"), False: ("no", "red"), None: ("", "")}
ANSWER = "answer"
LONGEST_LINE = 100_000
LEFT_OUT = frozenset({"request_id", "level", "logger", "pid", "bytes", "exception"})
"""Of a line of the log: what decides nothing, and what would be too long."""


@auth.command("explain")
@click.argument("credential", metavar="TOKEN|REQUEST_ID|-")
@click.option("--log", type=click.File("r", errors="replace"), help="Lines of the log, for a request's id; - is stdin.")
@as_json
@refusals
def explain(credential: str, log: TextIO | None, as_json: bool) -> None:
    """Replay a decision: which check of a token fails first, or why a request was refused.

    Nothing of the token is printed but its claims. Give - to have it read from stdin, since arguments stand in the
    shell's history. For a request's id, X-Request-ID or request_id in an error, give the log: --log FILE. It exits with
    10 where the answer is no.
    """
    written = sys.stdin.read() if credential == "-" else credential
    *remarks, token = explaining.without_wrapping(written)
    if REQUEST_ID.fullmatch(token):
        kind, steps = "request", list(_of_request(token, log))
    else:
        kind, steps = _of_credential(token)
    steps = [*(Step("sent as", remark) for remark in remarks), *steps]
    refused = explaining.first_refused(steps)
    if as_json:
        answer = None if refused is None else refused.code
        print_json({"kind": kind, "refused": answer, "steps": [asdict(step) for step in steps]})
    else:
        print_steps(kind, steps)
    sys.exit(0 if refused is None else EXIT_NOT_LET_IN)


def _of_credential(token: str) -> tuple[str, list[Step]]:
    app = _app()
    explainer = explaining.explainer_of(app, token) if token else None
    if explainer is None:
        raise Refused("no_token", "There is nothing to explain.")
    return explainer.kind, list(explainer.explain(token))


def _of_request(request_id: str, log: TextIO | None) -> Iterator[Step]:
    """What the log and whoever keeps records say of it, and what the rows say now. Raises Refused: nobody knows it."""
    records = [("log", record) for record in _lines(log, request_id)] if log else []
    for name, find in explaining.traces_of(_app()).items():
        records += [(name, dict(record)) for record in find(request_id)]
    if not records:
        raise Refused("not_found", f"Nothing is kept of request {request_id}. Give the server's log: --log FILE")
    known: dict[str, Any] = {}
    for name, record in records:
        known |= {field: value for field, value in record.items() if value not in (None, "")}
        said = ", ".join(f"{field} {value}" for field, value in record.items() if field not in LEFT_OUT)
        yield Step(name, said)
    yield from _decided(known)
    yield from _as_it_is_now(known)


def _lines(log: Iterable[str], request_id: str) -> Iterator[dict[str, Any]]:
    """The JSON lines about a request, as the servers write them in production; others as they are."""
    for line in log:
        if request_id not in line or len(line) > LONGEST_LINE:
            continue
        try:
            entry = json.loads(line[line.find("{") :])
        except ValueError:
            entry = {"line": line.strip()[:500]}
        if isinstance(entry, dict) and entry.get("request_id", request_id) == request_id:
            yield entry


def _decided(known: dict[str, Any]) -> Iterator[Step]:
    code = known.get("code")
    refusal = refusals_of(_app()).get(str(code))
    if refusal is not None:
        yield Step(ANSWER, f"{refusal.status} {code}: {refusal.meaning}", good=False, code=str(code))
    elif known:
        yield Step(ANSWER, f"{known.get('status', 'unknown')}, and no refusal")


def _as_it_is_now(known: dict[str, Any]) -> Iterator[Step]:
    """The rows today, which may have changed since: they decide nothing about then."""
    session_id, user_id = _id(known.get("session")), _id(known.get("user"))
    session = None if session_id is None else db.session.get(Session, session_id)
    if session_id is not None:
        yield Step("session now", session_step(session).says)
    user_id = user_id or (None if session is None else session.user_id)
    if user_id is not None:
        for step in user_steps(db.session.get(User, user_id)):
            yield Step(f"{step.what} now", step.says)


def print_steps(title: str, steps: list[Step]) -> None:
    """What was looked at, and what comes of it."""
    width = max(len(step.what) for step in steps)
    click.echo(_plain(title))
    for step in steps:
        mark, colour = MARKS[step.good]
        click.echo(f"  {click.style(f'{mark:2}', fg=colour or None)}  {step.what:{width}}  {_plain(step.says)}")
    refused = explaining.first_refused(steps)
    what = "" if refused is None or refused.what == ANSWER else f", for its {refused.what}"
    click.echo("Nothing refuses it." if refused is None else f"Refused: {refused.code}{what}.")


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def _id(value: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]
