"""What people can show beside the proof that they came in with: asked where two factors are needed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
from flask import Flask, current_app

from app import sessions
from app.accounts.current import CurrentUser
from app.accounts.events import ConfirmationRefused, refusals_announced
from app.accounts.factor_events import FactorsReset
from app.accounts.gates import Claimed, ask_gates
from app.accounts.models import User
from app.accounts.service import Who, locked
from app.core.database import read_one, transaction
from app.core.errors import refusal
from app.core.events import announce
from app.passport import forbidden

EXTENSION = "flaskport.second_factors"
RULES = "flaskport.second_factor_rules"
SECOND_FACTOR = "second_factor"
"""The step of a sign-in that asks for one, and the secret as gates know it, whichever factor is tried where."""

ASSURANCE_REQUIRED = forbidden(
    "assurance_required",
    "Show a second factor first.",
    meaning="Two factors are needed: `facts.methods` are those that the person has, and `facts.within` for how many "
    "minutes they count, or null. Where there are none, one has to be set up first.",
    for_people="Confirm with your second factor, then try again.",
)
WRONG_SECOND_FACTOR = refusal(
    401,
    "wrong_second_factor",
    "This does not prove the second factor: it is wrong, too old, or was used before.",
    for_people="This code is not right. An app shows another one every 30 seconds, and each works once.",
)
SECOND_FACTOR_REFUSED = forbidden(
    "second_factor_refused",
    "This does not prove the second factor: it is wrong, too old, or was used before. The session goes on.",
    for_people="This code is not right. An app shows another one every 30 seconds, and each works once.",
)
"""Not 401: the caller is signed in, and a client must not take this for the end of the session."""
LAST_SECOND_FACTOR = refusal(
    409,
    "last_second_factor",
    "This account has to have a second factor, and this is the last one. Set up another first.",
    for_people="Your account has to have a second factor. Set up another one before you remove this.",
)


AT_HAND = dt.timedelta(minutes=5)
"""For a factor that somebody has by them."""


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A kind of factor, by the name of the strategy that judges it: "totp".

    ``count`` says how many a person has; ``owners`` selects the ids of all who have one, for lists of users.
    ``reset`` takes all of a person's away, in the transaction of whoever asks for that.
    ``stands_alone`` False: it takes the place of another for once, as recovery codes do, and counts beside one only.
    ``asks`` False: nobody is asked for two factors because they have it; it is offered where something else asks.
    ``is_strong`` False: others may read what shows it, as they may a mail. It is not offered where a strong one asks,
    nor beside a proof of its own kind. Whoever has to have a factor needs a strong one.
    ``label`` is what people call it, for pages to translate: ``said("authenticator app")``.
    ``takes``: how long a sign-in waits for it.
    """

    name: str
    count: Callable[[uuid.UUID], int]
    reset: Callable[[uuid.UUID], object] = lambda _: None
    stands_alone: bool = True
    asks: bool = True
    is_strong: bool = True
    label: str = ""
    takes: dt.timedelta = AT_HAND
    owners: sa.Select[uuid.UUID] | None = None


def add_second_factor(app: Flask, factor: SecondFactor) -> None:
    """Offer it wherever somebody has to show a second factor. What it proves, ``sessions.add_method`` is told."""
    app.extensions.setdefault(EXTENSION, []).append(factor)


def second_factors(user_id: uuid.UUID, shown: Collection[str] = ()) -> list[str]:
    """The names of those that this person can show: first the strong ones, last those for when these are lost.

    ``shown`` are the strategies that they have passed.
    """
    found = _offered(every_factor(), user_id, shown)
    if not any(factor.stands_alone for factor in found):
        return []
    return [factor.name for factor in sorted(found, key=last_of_all)]


def factor_labels() -> dict[str, str]:
    """What people call each of them, in English: pages say it in their reader's language."""
    return {factor.name: factor.label or factor.name for factor in every_factor()}


def is_asked_for_two(user_id: uuid.UUID, shown: Collection[str] = ()) -> bool:
    """Has this person set up what asks them for a second factor from then on? Of whom one is required, any does."""
    alone = sorted((factor for factor in every_factor() if factor.stands_alone), key=last_of_all)
    asking = (factor for factor in alone if factor.asks and (factor.is_strong or not _is_shown(factor, shown)))
    if any(factor.count(user_id) for factor in asking):
        return True
    return _is_required_of(user_id) and bool(_offered(alone, user_id, shown))


def time_to_show(names: Iterable[str]) -> dt.timedelta:
    """How long a sign-in waits for one of these."""
    return max((factor.takes for factor in every_factor() if factor.name in names), default=AT_HAND)


def has_strong_factor(user_id: uuid.UUID) -> bool:
    """Has this person set up what is enough for whoever has to have a second factor?"""
    return any(factor.is_strong and factor.stands_alone and factor.count(user_id) for factor in every_factor())


def _offered(among: list[SecondFactor], user_id: uuid.UUID, shown: Collection[str]) -> list[SecondFactor]:
    found = [factor for factor in among if factor.count(user_id)]
    strong_asks = any(factor.is_strong and factor.asks and factor.stands_alone for factor in found)
    return [factor for factor in found if factor.is_strong or not (strong_asks or _is_shown(factor, shown))]


def last_of_all(factor: SecondFactor) -> tuple[bool, bool]:
    """To sort by: what is for when all else is lost comes last."""
    return not factor.stands_alone, not factor.is_strong


def _is_shown(factor: SecondFactor, shown: Collection[str]) -> bool:
    """By another strategy, which has the same kind of proof."""
    return sessions.adds_nothing(factor.name, set(shown) - {factor.name})


def add_factor_rule(app: Flask, rule: sa.ColumnElement[bool]) -> None:
    """Say of whom a second factor is required, as a condition on ``User``.

    Nobody takes away their last one of whom a rule says so, and lists of users say who lacks one.
    """
    app.extensions.setdefault(RULES, []).append(rule)


def rules_of_factors() -> list[sa.ColumnElement[bool]]:
    rules: list[sa.ColumnElement[bool]] = current_app.extensions.get(RULES, [])
    return rules


def require_factor_left(user_id: uuid.UUID) -> None:
    """What a command asks that has taken one away, with the user's row locked.

    Raises LAST_SECOND_FACTOR, and so undoes it.
    """
    if _is_required_of(user_id) and not has_strong_factor(user_id):
        raise LAST_SECOND_FACTOR


def _is_required_of(user_id: uuid.UUID) -> bool:
    rules = rules_of_factors()
    if not rules:
        return False
    asked = sa.select(sa.literal(1)).where(User.id == sa.bindparam("user_id"), sa.or_(*rules))
    return read_one(asked, {"user_id": user_id}) is not None


def still_has(user_id: uuid.UUID, done: Collection[str]) -> bool:
    """Are the second factors among these strategies still this person's? Nobody comes in by one that went meanwhile.

    The person's row is locked. Who has used up the last recovery code still has what it takes the place of.
    """
    shown = [factor for factor in every_factor() if factor.name in done]
    return all(factor.count(user_id) if factor.stands_alone else second_factors(user_id) for factor in shown)


def reset_factors(who: Who, *, by: CurrentUser | None = None) -> User:
    """Take away every second factor of somebody who has lost theirs, and end every session of theirs.

    A session rests on what is gone; and where a device was lost, so was the session in it. ``by`` is the person who
    asks; None is the operator. Raises NOT_FOUND, and LAST_SECOND_FACTOR for those that somebody has to have themselves:
    who is signed in with them has not lost them.
    """
    with transaction():
        user = locked(who)
        if by is not None and by.id == user.id and _is_required_of(user.id):
            raise LAST_SECOND_FACTOR
        for factor in every_factor():
            factor.reset(user.id)
        sessions.revoke_all(user.id, "factors_reset")
        announce(FactorsReset(user_id=user.id))
    return user


def prove_again(user: CurrentUser, strategy: str, judge: Callable[[uuid.UUID], object]) -> None:
    """Somebody who is signed in shows a second factor: their session is fresh then, and has shown two.

    ``judge`` raises WRONG_SECOND_FACTOR. Raises SECOND_FACTOR_REFUSED for that, and whatever a gate raises.
    """
    session_id = user.own_session().id
    prove(user.id, judge)
    sessions.confirm(session_id, strategy)


def prove(user_id: uuid.UUID, judge: Callable[[uuid.UUID], object]) -> None:
    """Have a proof judged that could be guessed, by gates before that. Raises as ``prove_again`` does."""
    refused = partial(ConfirmationRefused, user_id=user_id)
    with refusals_announced(refused):
        passage = ask_gates(Claimed(way=SECOND_FACTOR, user_id=user_id))
        try:
            with passage:
                judge(user_id)
        except WRONG_SECOND_FACTOR:
            raise SECOND_FACTOR_REFUSED from None
    passage.proved()


def every_factor() -> list[SecondFactor]:
    """Those that the features of this app have added."""
    every: list[SecondFactor] = current_app.extensions.get(EXTENSION, [])
    return every
