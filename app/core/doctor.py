"""What is amiss with an installation: findings, the checks that find them, and how they are run, each in bounded time.

A room or a feature adds its own by one verb, in its ``init_app``: ``doctor.add(app, Check("signing keys", look))``.
``look()`` runs in an app context and yields a ``Finding`` for each thing that is not as it should be. Who prints them
is the feature ``doctor``; those of checks that are ``at_start`` are told by whatever starts a server, too.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, cast

import sqlalchemy as sa
from flask import Flask

from app.core import schema
from app.core.database import reading
from app.core.settings import settings_of
from app.passport.declarations import BadDeclaration
from config import ConfigError

log = logging.getLogger(__name__)

EXTENSION = "flaskport.doctor"
SECONDS = 6.0
"""For each check, unless it says otherwise. They run side by side."""


class Severity(IntEnum):
    """How bad it is."""

    NOTE = 0
    """Good to know. It may well be meant."""
    WARNING = 1
    """It works, and is weaker, or will not work for long."""
    ERROR = 2
    """Something does not work, for somebody."""
    UNSAFE = 3
    """People can be harmed by it: with APP_ENV=production no server starts where that is known at start."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is amiss. Neither sentence holds a secret."""

    code: str
    """A stable name for scripts: ``migrations_behind``."""
    severity: Severity
    sentence: str
    todo: str


class Check(NamedTuple):
    """``look`` finds what is amiss with one thing, in an app context. What it raises becomes a finding, too."""

    name: str
    look: Callable[[], Iterable[Finding]]
    at_start: bool = False
    """Is it certain and cheap: no database, no network? Then it is asked at each start, too."""
    asks_database: bool = False
    """It is left out where the database does not answer, which is a finding of its own."""
    seconds: float = SECONDS


class Report(NamedTuple):
    findings: tuple[Finding, ...]
    """The worst first."""
    looked: tuple[str, ...]
    """The names of the checks that came to an end."""
    left_out: tuple[str, ...]
    """Of those that did not, or were not begun."""

    @property
    def severity(self) -> Severity | None:
        """Of the worst; None: nothing is amiss."""
        return max((finding.severity for finding in self.findings), default=None)


def add(app: Flask, check: Check) -> None:
    """Have the doctor look at this, too. Raises BadDeclaration for the name of another check."""
    if any(known.name == check.name for known in checks_of(app)):
        raise BadDeclaration(f'There is already a check "{check.name}". Call yours something else.')
    checks_of(app).append(check)


def checks_of(app: Flask) -> list[Check]:
    """In the order in which they were added."""
    return cast("list[Check]", app.extensions[EXTENSION])


def at_start(app: Flask) -> tuple[Finding, ...]:
    """What can be known of an app before it serves: certain, and found in milliseconds."""
    with app.app_context():
        found = [finding for check in checks_of(app) if check.at_start for finding in _found(check)]
    return _worst_first(found)


def require_safe(app: Flask) -> None:
    """Raises ConfigError for what is known at start, and for which nobody may be served in production."""
    refused = [each for each in at_start(app) if each.severity is Severity.UNSAFE]
    if refused and settings_of(app).production:
        raise ConfigError(*(f"{finding.sentence} {finding.todo}" for finding in refused))


def warnings(app: Flask) -> Iterator[str]:
    """What whoever starts a server should know."""
    for finding in at_start(app):
        if finding.severity > Severity.NOTE:
            yield f"{finding.sentence} {finding.todo}"


def examine(app: Flask) -> Report:
    """Run all checks side by side. It comes to an end also where the database, the mail server and all else hang."""
    database = Check("database", _database_answers)
    found, done = _run(app, [database])
    asked = [check for check in checks_of(app) if not (check.asks_database and found)]
    more, also_done = _run(app, asked)
    looked = [*done, *also_done]
    left_out = [check.name for check in (database, *checks_of(app)) if check.name not in looked]
    return Report(_worst_first([*found, *more]), tuple(looked), tuple(left_out))


def _worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: -finding.severity))


def _run(app: Flask, checks: Iterable[Check]) -> tuple[list[Finding], list[str]]:
    """The findings, and the names of the checks that came to an end.

    A thread each, which is left alone when its time is over: nothing can end a call that hangs in a resolver.
    """
    begun = time.monotonic()
    runs = [_Run(app, check) for check in checks]
    found: list[Finding] = []
    for run in runs:
        run.join(max(begun + run.check.seconds - time.monotonic(), 0))
        found += [_hangs(run.check)] if run.is_alive() else run.findings
    return found, [run.check.name for run in runs if not run.is_alive()]


class _Run(threading.Thread):
    """A check under way. The process does not wait for it to end."""

    def __init__(self, app: Flask, check: Check) -> None:
        super().__init__(name=f"check {check.name}", daemon=True)
        self._app = app
        self.check = check
        self.findings: list[Finding] = []
        self.start()

    def run(self) -> None:
        with self._app.app_context():
            self.findings = _found(self.check)


def _found(check: Check) -> list[Finding]:
    """What it finds, also where it fails half way: then that is the last of it."""
    found: list[Finding] = []
    try:
        for finding in check.look():
            found.append(finding)
    except Exception as error:
        cause = getattr(error, "orig", None) or error
        if check.asks_database and schema.names_missing(cause):
            return found  # the check of migrations says so
        log.debug("the check %s failed", check.name, exc_info=error)
        reason = type(cause).__name__
        found.append(
            Finding(
                "check_failed",
                Severity.WARNING,
                f'The check "{check.name}" could not be made: {reason}.',
                "LOG_LEVEL=DEBUG shows where it failed.",
            )
        )
    return found


def _hangs(check: Check) -> Finding:
    sentence = f'The check "{check.name}" had no answer within {check.seconds:g} s.'
    return Finding("check_timed_out", Severity.ERROR, sentence, "See whether what it asks answers, and how fast.")


def _database_answers() -> Iterator[Finding]:
    """Whatever the driver says of it may hold a host and a user, and no password."""
    try:
        with reading() as connection, contextlib.closing(connection.execute(sa.select(1))):
            pass
    except sa.exc.SQLAlchemyError as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        sentence = f"The database does not answer: {reason[:300]}"
        yield Finding("database_unavailable", Severity.ERROR, sentence, "See DATABASE_URL, and whether it runs.")


def init_app(app: Flask) -> None:
    app.extensions[EXTENSION] = []
