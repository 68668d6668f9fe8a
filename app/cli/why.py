"""``flask auth why``: the guard of a route against somebody's row."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from urllib.parse import urlsplit

import click
from flask import Flask, current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app import sessions
from app.accounts import CurrentUser, second_factors
from app.accounts.cli import the_user
from app.accounts.current import CurrentSession
from app.accounts.explaining import session_step, user_steps
from app.accounts.models import User
from app.cli.auth import auth
from app.cli.explain import EXIT_NOT_LET_IN, print_steps
from app.core import clock, explaining
from app.core.cli import Refused, as_json, print_json, refusals
from app.core.database import new_id
from app.core.explaining import Step
from app.core.settings import settings
from app.passport import Guard, Refusal
from app.passport.csrf import CSRF_HEADER, SAFE_METHODS
from app.passport.guard import guards_of
from app.passport.registry import guard_in, kept_out, off_strategies_of, strategies_of
from app.sessions import Session
from app.trpc.mounted import mounted_of
from app.trpc.protocol import UNGUARDED as UNGUARDED_OF_TRPC

SHOWN_SESSIONS = 5


@auth.command("why")
@click.argument("email")
@click.argument("method")
@click.argument("path")
@as_json
@refusals
def why(email: str, method: str, path: str, as_json: bool) -> None:
    """May somebody call this, and if not, what is missing? For example: ada@example.com GET /api/users

    It asks the guard of that route, and of a procedure: POST /trpc/post.create. What a view asks besides, such as whose
    a thing is, only a request can tell. It exits with 10 where the answer is no.
    """
    user = the_user(email)
    steps = list(_steps(user, method.upper(), path))
    refused = explaining.first_refused(steps)
    if as_json:
        answer = None if refused is None else refused.code
        print_json({"allowed": refused is None, "refused": answer, "steps": [asdict(step) for step in steps]})
    else:
        print_steps(f"{email}: {method.upper()} {path}", steps)
    sys.exit(0 if refused is None else EXIT_NOT_LET_IN)


def _steps(user: User, method: str, path: str) -> Iterator[Step]:
    name, guards = _guards(method, path)
    yield Step("route", name)
    if guards is None:
        yield Step("guard", f"none: {method} is answered without the view, and tells nothing of anybody", good=True)
        return
    if all(guard.is_public for guard in guards):
        yield Step("guard", "public: anybody may", good=True)
        return
    for guard in guards:
        yield from _of_guard(user, guard, method)


def _guards(method: str, path: str) -> tuple[str, list[Guard] | None]:
    """The name of what answers there, and its guards; None where no view is asked. Raises Refused: nothing does."""
    app = _app()
    path = urlsplit(path).path.removeprefix(settings().public_path)
    if path.startswith("/trpc/"):
        procedure = mounted_of(app).procedures.get(path.removeprefix("/trpc/"))
        if procedure is None:
            raise Refused("not_found", f"There is no procedure {path.removeprefix('/trpc/')}.")
        guards = None if method in UNGUARDED_OF_TRPC else list(procedure.guards)
        return f"procedure {path.removeprefix('/trpc/')}", guards
    try:
        rule, _ = app.url_map.bind("localhost").match(path, method, return_rule=True)
    except RequestRedirect as elsewhere:
        raise Refused("redirected", f"This leads to {urlsplit(elsewhere.new_url).path}.") from None
    except HTTPException as error:
        methods = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        raise Refused(
            "not_found", f"Nothing answers {method} {path}." + (f" There is: {methods}." if methods else "")
        ) from None
    if method == "OPTIONS" and getattr(rule, "provide_automatic_options", False):
        return f"{rule} ({rule.endpoint})", None
    return f"{rule} ({rule.endpoint})", list(guards_of(app.view_functions[rule.endpoint]))


def _of_guard(user: User, guard: Guard, method: str) -> Iterator[Step]:
    app = _app()
    here = guard_in(app, guard)
    yield Step("guard", str(here))
    off = sorted(off_strategies_of(app).intersection(here.strategies) - strategies_of(app).keys())
    if off:
        yield Step("switched off", ", ".join(off))
    yield from user_steps(user)
    if method not in SAFE_METHODS and guard.csrf:
        yield Step("with a cookie", f"{CSRF_HEADER} is asked for, and a page of PUBLIC_URL or CORS_ORIGINS")
    if guard.optional:
        yield Step("optional", "Whoever is not recognised comes in as nobody.", good=True)
    elif user.is_active:
        yield from _with_sessions(user, here)


def _with_sessions(user: User, guard: Guard) -> Iterator[Step]:
    """What each of the sessions that they have now would be told. Without one: a new one, by their password alone."""
    found, _ = sessions.list_active(user.id, limit=SHOWN_SESSIONS)
    told = [(session_step(session).says, _refusal(_as_caller(user, session), guard)) for session in found]
    told = told or [("no session; with a new one, by one factor", _refusal(_newly_signed_in(user), guard))]
    for number, (says, refusal) in enumerate(told, 1):
        yield Step(f"session {number}", f"{says}: {'let in' if refusal is None else refusal.code}")
    refused = [refusal for _, refusal in told if refusal is not None]
    if len(refused) < len(told):
        yield Step("requirement", "Nothing is missing.", good=True)
        return
    yield Step("requirement", f"{refused[0].status} {refused[0].code}: {refused[0]}", good=False, code=refused[0].code)
    if refused[0].code == "assurance_required":
        yield Step("second factors", ", ".join(second_factors(user.id)) or "none is set up")


def _refusal(caller: CurrentUser, guard: Guard) -> Refusal | None:
    kept = [kept_out(_app(), caller, name) for name in guard.strategies]
    if kept and all(kept):
        return kept[0]
    try:
        if guard.requirement is not None:
            guard.requirement(caller)
    except Refusal as refusal:
        return refusal
    return None


def _as_caller(user: User, session: Session) -> CurrentUser:
    times = (session.authenticated_at, session.created_at, session.expires_at)
    current = CurrentSession(session.id, *times, session.remember, session.methods.split(), session.assured_at)
    return replace(CurrentUser.of(user), session=current)


def _newly_signed_in(user: User) -> CurrentUser:
    now = clock.now()
    session = CurrentSession(new_id(), now, now, now + settings().session_lifetime, False, ["local"], None)
    return replace(CurrentUser.of(user), session=session)


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]
