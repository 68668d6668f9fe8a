"""The step in which a sign-in shows a second factor: in the browser that began it, and by programs.

Each kind of proof has a strategy for it, and another one for programs. Other steps that are taken by something to be
judged are named: ``step``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import Flask, Request, Response

from app.accounts import SECOND_FACTOR, Attempt, CurrentUser
from app.accounts import steps as waiting
from app.accounts.steps import StepProof, continued
from app.browser import steps
from app.browser.schemas import FactorStepSchema, SignedInSchema, StepSchema, TokenSchema
from app.browser.signed_in import complete, in_body
from app.core.openapi import SETS_COOKIES, Blueprint, needs_cookies, read_fields
from app.core.origin import programs_only
from app.core.settings import settings_of
from app.guards import passport
from app.passport import AuthenticationFailed, Refusal, Strategy, Success
from app.passport.strategies.social import SIGN_IN_EXPIRED
from app.sessions.signing import NO_SIGNING_KEY

LEFT = "Who it is, is proved; another step is left to take."

Fields = Mapping[str, Any]
Judge = Callable[[uuid.UUID, Fields], object]
"""Uses up a proof of this account's, which is among what was sent. Raises WRONG_SECOND_FACTOR, or what else is an
AuthenticationFailed."""
Resumed = Callable[[str, str], AbstractContextManager[Attempt]]
View = Callable[[dict[str, Any]], Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A kind of proof for a step. ``name`` is that of the strategy, as sessions and events know what was shown.

    ``schema`` has the step's ``token`` and the proof; ``refuses`` is how ``judge`` says no.
    """

    name: str
    judge: Judge
    refuses: tuple[type[Refusal], ...]
    schema: type[ma.Schema] = FactorStepSchema
    step: str = SECOND_FACTOR


class StepStrategy(Strategy[CurrentUser, StepProof]):
    """Takes up the sign-in that waits, and judges the proof. It stands alone on its view."""

    asks_gates = True

    def __init__(self, shown: Shown, resumed: Resumed) -> None:
        self.name = shown.name
        self.refusals = (*shown.refuses, SIGN_IN_EXPIRED)  # type: ignore[misc]  # each kind of proof has its own
        self._shown = shown
        self._resumed = resumed

    def authenticate(self, request: Request) -> Success[CurrentUser, StepProof]:
        fields = read_fields(request, self._shown.schema)
        with self._resumed(fields["token"], self._shown.step) as attempt:
            self._shown.judge(attempt.user.id, fields)
        return Success(attempt.user, self.name, StepProof(attempt))


def add(app: Flask, shown: Shown) -> None:
    """Let it be shown in its step, on the views of ``in_browser`` and ``of_program``."""
    if settings_of(app).cookies:
        passport.use(app, StepStrategy(shown, steps.resumed), _in_browser(shown.name))
    passport.use(app, StepStrategy(shown, waiting.resumed), _of_program(shown.name))


def in_browser(views: Blueprint, path: str, shown: Shown, example: Fields) -> Callable[[View], View]:
    """A view that takes the step in the browser that began it, by the strategy. It returns ``taken()``."""

    def decorate(view: View) -> View:
        answers = views.response(200, SignedInSchema, headers=SETS_COOKIES)(_described(views, view))
        reads = views.arguments(shown.schema, example=example)(answers)
        views.post(path)(needs_cookies(passport.authenticate(_in_browser(shown.name))(reads)))
        return view

    return decorate


def of_program(views: Blueprint, path: str, shown: Shown, example: Fields) -> Callable[[View], View]:
    """The same for programs, which are answered their tokens: ``taken_in_body()``.

    The step of a browser is none of a program's: it is bound to the browser.
    """

    def decorate(view: View) -> View:
        answers = views.response(200, TokenSchema)(_described(views, view))
        reads = views.arguments(shown.schema, example=example)(answers)
        views.post(path)(programs_only(passport.authenticate(_of_program(shown.name))(reads)))
        return view

    return decorate


def _described(views: Blueprint, view: View) -> View:
    described = views.refuses(AuthenticationFailed, NO_SIGNING_KEY)(view)
    return views.alt_response(202, schema=StepSchema, description=LEFT)(described)


def taken() -> Response:
    """Sign this browser in, whose step the view's strategy has taken. Raises as ``complete`` does."""
    return complete(continued(passport.proved(StepProof)))


def taken_in_body() -> Response:
    """Answer a program its tokens."""
    return in_body(continued(passport.proved(StepProof)))


def _in_browser(name: str) -> str:
    return f"{name}_step"


def _of_program(name: str) -> str:
    return f"{name}_step_of_program"
