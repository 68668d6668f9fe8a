"""Before a proof is judged: gates, which may refuse whoever claims to be somebody. Limits and lockouts stand here."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal

from flask import Flask, current_app

from app.core.refusals import refuse_at_gates
from app.passport import AuthenticationFailed, Refusal
from app.sessions import Client, this_client

EXTENSION = "flaskport.gates"

What = Literal["proof", "wrong secret", "registration", "start", "mail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What somebody claims who has proved nothing yet.

    ``way`` is the strategy that will judge the proof, or "confirm" where somebody who is signed in proves once more who
    they are. Of a stranger, ``email`` is the address in its normalised form (None for a text that is no address), and
    ``user_id`` is there besides where it has an account. Of an account that is known otherwise there is ``user_id``.

    ``what`` is "proof", which is judged if all gates let it pass. Or nothing is to be judged: a "wrong secret" (an API
    key, a link), which nobody could guess and which was looked up already; a "registration"; the "start" of a sign-in
    elsewhere; a "mail" that somebody asks for, to an address that they may only have heard of.
    """

    way: str
    what: What = "proof"
    email: str | None = None
    user_id: uuid.UUID | None = None
    client: Client = field(default_factory=this_client)


def _nothing() -> None:
    """For a gate that does not want to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What a gate wants to be told of what it let pass: that the proof was right, or that it was not judged after all.

    A wrong proof is not told: what many bring at once, and the process that dies, must count before they are judged.
    """

    proved: Callable[[], object] = _nothing
    unjudged: Callable[[], object] = _nothing


Gate = Callable[[Claimed], Pass | None]
"""Raises to refuse, as a check does. It must take the same for an address with an account and for one without."""


class Passage:
    """The way through all gates. ``with passage:`` stands around the judging of the proof."""

    def __init__(self, passes: Sequence[Pass]) -> None:
        self._passes = passes

    def and_through(self, more: Passage) -> Passage:
        """Of somebody who had to pass again, for something else."""
        return Passage((*self._passes, *more._passes))

    def proved(self) -> None:
        """The proof was right, and the account may be used."""
        for each in self._passes:
            each.proved()

    def unjudged(self) -> None:
        """Something else kept us from judging it."""
        for each in self._passes:
            each.unjudged()

    def __enter__(self) -> Passage:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception) and not isinstance(error, AuthenticationFailed):
            self.unjudged()


def add_gate(app: Flask, gate: Gate, *, refuses: Sequence[type[Refusal]] = ()) -> None:
    """Ask the gate before every proof that somebody could guess, whichever way it comes, and before any hash.

    ``refuses``: what it raises, for the documents.
    """
    app.extensions.setdefault(EXTENSION, []).append(gate)
    refuse_at_gates(app, *refuses)


def ask_gates(claimed: Claimed) -> Passage:
    """Raises whatever a gate raises; those that have let it pass before are told that nothing was judged."""
    passes: list[Pass] = []
    passage = Passage(passes)
    with passage:
        for gate in current_app.extensions.get(EXTENSION, []):
            passed = gate(claimed)
            if passed is not None:
                passes.append(passed)
    return passage
