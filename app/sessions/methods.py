"""What proves who somebody is, and how much that is worth: two factors, or one.

A session's row keeps the names of the strategies that its holder has passed. What they amount to is worked out here,
for guards and for the claims ``amr`` (RFC 8176), ``acr`` and ``auth_time`` (OpenID Connect Core, section 2).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Literal, NamedTuple, Protocol, cast

from flask import Flask, current_app

from app.core.events import OPERATOR, Actor
from app.passport.declarations import BadDeclaration

EXTENSION = "flaskport.methods"
ONE_FACTOR, TWO_FACTORS = "aal1", "aal2"
"""The values of ``acr``, after the authenticator assurance levels of NIST SP 800-63B-4."""
MAILBOX = "mailbox"
"""A factor that ``acr`` does not count: what is mailed is no out-of-band authenticator there (section 3.1.3.1)."""

Claims = Callable[[uuid.UUID], Mapping[str, Any]]
"""Asked with the id of the session."""
Factor = Literal["knowledge", "possession", "inherence", "mailbox", "provider"]
"""Something that one knows, has, or is. The mailbox is one of its own, so that a link and a code, both mailed, are not
two; so is another party's word, of which nobody here sees what it rests on."""


class Method(NamedTuple):
    """What a strategy of this name proves. ``amr`` are RFC 8176's names for it."""

    strategy: str
    amr: tuple[str, ...]
    factors: frozenset[Factor]
    claims: Claims | None = None
    """Of a session in which somebody acts for its owner: what its tokens say of that (``act``, RFC 8693)."""


class Proved(Protocol):
    """What the holder of a session has shown: by which strategies, and when a second factor last."""

    @property
    def methods(self) -> Collection[str]: ...
    @property
    def assured_at(self) -> dt.datetime | None: ...


NOTHING = Method("", (), frozenset())
"""What a strategy is worth that has declared nothing: it lets somebody in, and adds nothing to what else they show."""


def add_method(
    app: Flask, strategy: str, amr: Collection[str], factors: Iterable[Factor], *, claims: Claims | None = None
) -> None:
    """Say what it is worth to have passed this strategy. Raises BadDeclaration where somebody has said so already.

    ``claims``: a session of it is one in which somebody acts for its owner.
    """
    methods = _methods(app)
    if strategy in methods:
        raise BadDeclaration(f'What "{strategy}" proves is declared already.')
    methods[strategy] = Method(strategy, tuple(amr), frozenset(factors), claims)


def amr_of(done: Iterable[str]) -> list[str]:
    """What these strategies prove together, in RFC 8176's words; "mfa" among them if that is two factors."""
    names = tuple(done)
    words = {word for name in names for word in _method(name).amr}
    return sorted(words | {"mfa"} if are_two_factors(names) else words)


def are_two_factors(done: Iterable[str]) -> bool:
    """Are they of two kinds, or one of them of two by itself, as a passkey is?"""
    return len(factors_of(done)) > 1


def adds_nothing(strategy: str, others: Iterable[str]) -> bool:
    """Is all that this strategy would prove of the kinds that the others have proved?"""
    return _method(strategy).factors <= factors_of(others)


def factors_of(done: Iterable[str]) -> set[Factor]:
    """The kinds of proof that these strategies are, together."""
    return {factor for name in done for factor in _method(name).factors}


def is_second_factor(strategy: str, others: Iterable[str]) -> bool:
    """Does this strategy, just passed, show a factor that is no password: beside others, or two by itself?

    What somebody knows is what is asked for first and stolen first. Whoever has shown the other factor long ago, and
    now only the password, has not shown the second one again.
    """
    factors = _method(strategy).factors
    beside = factors_of(others)
    return len(factors) > 1 or (factors != {"knowledge"} and bool(beside - factors))


def acr_of(done: Iterable[str]) -> str:
    """TWO_FACTORS only where there are two without the mailbox."""
    return TWO_FACTORS if len(factors_of(done) - {MAILBOX}) > 1 else ONE_FACTOR


def is_by_another(done: Iterable[str]) -> bool:
    """Does somebody act for the owner in a session of these strategies?"""
    return any(_method(name).claims is not None for name in done)


def acting_in(done: Collection[str], session_id: uuid.UUID) -> Actor:
    """Who acts for the owner in a session of these strategies; None: nobody does.

    OPERATOR: somebody, of whom nothing is left. It was not the owner, who is to read no address of theirs.
    """
    if not is_by_another(done):
        return None
    actor = claims_of(done, session_id).get("act")
    return OPERATOR if actor is None else uuid.UUID(actor["sub"])


def claims_of(done: Iterable[str], session_id: uuid.UUID) -> dict[str, Any]:
    """What the tokens of a session say besides."""
    said: dict[str, Any] = {}
    for name in done:
        claims = _method(name).claims
        if claims is not None:
            said |= claims(session_id)
    return said


def _method(strategy: str) -> Method:
    return _methods(current_app).get(strategy, NOTHING)


def _methods(app: Flask) -> dict[str, Method]:
    return cast("dict[str, Method]", app.extensions.setdefault(EXTENSION, {}))
