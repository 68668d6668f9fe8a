"""What the author of a strategy gives: the strategy, and examples of what may be sent to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from flask import Flask

from app.passport import AuthenticationFailed, Forbidden, Strategy

Otherwise = Literal["nothing", "redirect", "refusal"]


@dataclass(frozen=True)
class Example:
    """A request, as werkzeug's EnvironBuilder takes it: ``{"headers": {"X-Key": key}}``, method, json, query_string.

    ``user`` is whom a good credential stands for, in the words of the case's ``who``.
    ``secrets`` are the parts of the request that prove it, as they are sent. They must not be found again, and in a
    good example each of them must be needed: the kit changes them one by one.
    """

    name: str
    request: Mapping[str, Any] = field(default_factory=dict, repr=False)
    user: object = None
    secrets: tuple[str, ...] = field(default=(), repr=False)


Given = Example | Callable[[], Example]
"""A function makes a new example each time, for what is good only once."""


@dataclass(frozen=True)
class StrategyCase:
    """A strategy and examples. The lists may be short; what the kit can derive from them, it does."""

    strategy: Strategy[Any]
    good: Sequence[Given]
    bad: Sequence[Given]
    """Credentials of this kind that are no good: unknown, wrong, expired, of somebody disabled."""
    absent: Sequence[Given] = (Example("nothing"),)
    """Requests without any credential."""
    alien: Sequence[Given] = ()
    """Credentials of other kinds. The kit adds its own."""
    alike: Sequence[Sequence[Given]] = ()
    """Groups of bad examples that a caller must not be able to tell apart, by the answer or by its time."""

    app: Flask | None = None
    """An app that has served nothing yet; the kit adds views to it. By default one with nothing but Passport."""
    who: Callable[[Any], object] = lambda user: user
    """What the examples call a user: ``lambda user: user.email``."""
    otherwise: Otherwise = "nothing"
    """What comes of absent and alien credentials. "redirect" for identity providers; "refusal" for a strategy that
    stands alone on its view and refuses everything else, as ``local`` does."""
    refusals: tuple[type[Exception], ...] = (AuthenticationFailed, Forbidden)
    """What it may raise for bad input. Whatever is added must be answered with 4xx."""
    broken: Strategy[Any] | None = None
    """The same strategy with what it depends on out of order: its ``verify`` raises RuntimeError. One test needs it."""
    once: bool = False
    """What was let in is good no more: nonces are kept. The good examples are functions then."""
    keeps: Collection[str] = ()
    """Tables to which it adds rows, such as those of nonces. In no other may rows come or go."""
    secrets: Collection[str] = field(default=(), repr=False)
    """What else must never be seen: the server's own keys. It is read at the end of a test."""
    count_rows: Callable[[], Mapping[str, int]] | None = None
    """The rows of each table. By default those of the app's database, if it has one."""

    samples: int = 60
    """How often each of ``alike`` is timed. 20 will do where a password is hashed."""
    threads: int = 8
    rounds: int = 5
    """How often each thread goes through good and bad."""


def each(given: Sequence[Given]) -> Iterator[Example]:
    for one in given:
        yield made(one)


def made(given: Given) -> Example:
    return given if isinstance(given, Example) else given()
