"""Sign-ins that wait for a step: kept under a token that is good once, and taken up again by whoever brings it."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from app import one_time
from app.accounts.current import CurrentUser, load
from app.accounts.events import SignInRefused, refusals_announced
from app.accounts.gates import Claimed, ask_gates
from app.accounts.sign_in import Attempt, Pending
from app.core import clock
from app.passport import AuthenticationFailed, Success
from app.passport.strategies.social import SIGN_IN_EXPIRED

MAX_TRIES = 5
"""Wrong answers to one step. The last one ends the sign-in."""


@dataclass(frozen=True, slots=True)
class StepProof:
    """What a step's strategy proves: that it was taken by whoever began this."""

    before: Attempt


def keep(pending: Pending, *, bound_to: str = "") -> str:
    """The token that the step is taken with, once, by whoever also brings ``bound_to``.

    It lasts as long as the step says; a wrong answer makes that no longer, and a next step's token has its own time.
    """
    attempt, token = pending.attempt, secrets.token_urlsafe(32)
    payload = {
        "strategy": attempt.success.strategy,
        "done": sorted(attempt.done),
        "remember": attempt.remember,
        "seen": _seen(attempt.user),
        "until": (clock.now() + pending.step.lasts).timestamp(),
        "tries": MAX_TRIES,
    }
    _issue(token, pending.step.name, bound_to, attempt.user.id, payload)
    return token


@contextmanager
def resumed(token: str, step: str, *, bound_to: str = "") -> Iterator[Attempt]:
    """The sign-in that waits for this step, to judge the step's own proof in the ``with`` block.

    The token is used up, so of many who bring it at once, one is let in. Where the block raises, it is good again,
    but after AuthenticationFailed, which is a wrong proof, only until MAX_TRIES were wrong.

    Raises SIGN_IN_EXPIRED for a token that is none, of another step, used or too old, and
    where the account was disabled, or its password changed, since it was given out. Raises whatever a gate raises.
    """
    kept = one_time.redeem(token, _purpose(step), bound_to=bound_to)
    user = load(kept.user_id) if kept is not None and kept.user_id is not None else None
    if kept is None or user is None or _seen(user) != kept.payload["seen"]:
        ask_gates(Claimed(way=step, what="wrong secret"))
        raise SIGN_IN_EXPIRED
    refused = partial(SignInRefused, user_id=user.id, strategy=step)
    good_again = partial(_issue, token, step, bound_to, user.id)
    try:
        with refusals_announced(refused):
            passage = ask_gates(Claimed(way=step, user_id=user.id))
    except Exception:
        good_again(kept.payload)
        raise
    try:
        with passage, refusals_announced(refused):
            yield _attempt(user, kept.payload)
        passage.proved()
    except AuthenticationFailed:
        tries = kept.payload["tries"] - 1
        if tries > 0:
            good_again({**kept.payload, "tries": tries})
        raise
    except Exception:
        good_again(kept.payload)
        raise


def waiting_for(token: str, step: str, *, bound_to: str = "") -> uuid.UUID | None:
    """Whose sign-in waits for this step. The token is not used up. None: it is good for nothing, or not here."""
    kept = one_time.look_at(token, _purpose(step), bound_to=bound_to)
    return None if kept is None else kept.user_id


def require_waiting(token: str, step: str, *, bound_to: str = "") -> uuid.UUID:
    """The same for whoever asks for something to show there. Raises SIGN_IN_EXPIRED, and whatever a gate raises."""
    user_id = waiting_for(token, step, bound_to=bound_to)
    if user_id is None:
        ask_gates(Claimed(way=step, what="wrong secret"))
        raise SIGN_IN_EXPIRED
    return user_id


def continued(success: Success[CurrentUser, StepProof]) -> Attempt:
    """The sign-in with this step done, to come through the door with again."""
    return replace(success.proof.before, success=success)


def _seen(user: CurrentUser) -> str:
    """What a change of the password changes."""
    return str(user.password_changed_at)


def _attempt(user: CurrentUser, payload: Mapping[str, Any]) -> Attempt:
    done = frozenset(payload["done"])
    return Attempt(Success(user, payload["strategy"]), remember=payload["remember"], done=done)


def _issue(token: str, step: str, bound_to: str, user_id: uuid.UUID, payload: Mapping[str, Any]) -> None:
    left = dt.timedelta(seconds=payload["until"] - clock.now().timestamp())
    one_time.issue(token, _purpose(step), left, bound_to=bound_to, user_id=user_id, payload=payload)


def _purpose(step: str) -> str:
    return f"sign in: {step}"
