"""The step in which a sign-in shows a second factor: in the browser that began it, and by programs.

Other steps that are taken by something to be judged are named: ``step``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Response

from app.accounts import SECOND_FACTOR, Attempt
from app.accounts import steps as waiting
from app.accounts.steps import StepProof, continued
from app.browser import steps
from app.browser.signed_in import complete, in_body
from app.passport import Success

Judge = Callable[[uuid.UUID], object]
"""Uses up the proof of this account's. Raises WRONG_SECOND_FACTOR, or what else is an AuthenticationFailed."""


def taken(token: str, strategy: str, judge: Judge, *, step: str = SECOND_FACTOR) -> Response:
    """Sign the browser in that the token was given to. Raises as ``steps.resumed`` and ``complete`` do."""
    with steps.resumed(token, step) as attempt:
        judge(attempt.user.id)
        done = _done(attempt, strategy)
    return complete(done)


def taken_in_body(token: str, strategy: str, judge: Judge, *, step: str = SECOND_FACTOR) -> Response:
    """Answer a program its tokens. The step of a browser is none of a program's: it is bound to the browser."""
    with waiting.resumed(token, step) as attempt:
        judge(attempt.user.id)
        done = _done(attempt, strategy)
    return in_body(done)


def _done(attempt: Attempt, strategy: str) -> Attempt:
    return continued(Success(attempt.user, strategy, StepProof(attempt)))
