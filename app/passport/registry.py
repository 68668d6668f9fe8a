"""What an app knows of Passport: its strategies by name, kept on the app."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import chain
from typing import Any, Generic, TypeVar

from flask import Flask

from app.passport.declarations import BadDeclaration
from app.passport.guard import Guard
from app.passport.refusals import Forbidden
from app.passport.strategy import Strategy

U = TypeVar("U")
U_contra = TypeVar("U_contra", contravariant=True)

EXTENSION = "passport"


@dataclass(frozen=True, slots=True)
class Admission(Generic[U_contra]):
    """What is asked of everybody who comes by one of these strategies, before what a guard asks itself.

    ``judge`` raises one of ``refusals`` to keep them out, and returns for yes.
    """

    judge: Callable[[U_contra], object]
    strategies: tuple[str, ...]
    refusals: tuple[type[Forbidden], ...]


@dataclass(slots=True)
class State(Generic[U]):
    vocabulary: Mapping[str, Collection[str]]
    groups: dict[str, list[str]]
    """The strategies of each group, in the order in which they joined."""
    strategies: dict[str, Strategy[U]] = field(default_factory=dict)
    by_looks: list[Strategy[U]] = field(default_factory=list)
    """Those that know a bearer token of theirs by its looks."""
    off: set[str] = field(default_factory=set)
    """Strategies that guards may name although nobody can use them here: they are switched off."""
    checked: dict[str, Callable[..., Any]] = field(default_factory=dict)
    """The views that were found in order, by endpoint."""
    admissions: list[Admission[U]] = field(default_factory=list)
    members: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    """What ``names`` answered, which every request asks."""
    asked: dict[str, list[Admission[U]]] = field(default_factory=dict)
    """The admissions that are asked about whoever comes by a strategy, which every request asks, too."""

    def add(self, name: str, strategy: Strategy[U], groups: Iterable[str]) -> None:
        self.strategies[name] = strategy
        self.by_looks = [each for each in self.strategies.values() if type(each).recognises is not Strategy.recognises]
        self.join(name, groups)

    def join(self, name: str, groups: Iterable[str]) -> None:
        """Raises ValueError for a group that nobody declared."""
        for group in groups:
            if group not in self.groups:
                raise BadDeclaration(unknown("group of strategies", group, self.groups))
            if name not in self.groups[group]:
                self.groups[group].append(name)
        self.members.clear()
        self.asked.clear()

    def names(self, named: tuple[str, ...]) -> tuple[str, ...]:
        """The strategies that these names of strategies and groups stand for, each once."""
        if named not in self.members:
            every = chain.from_iterable(self.groups.get(name, (name,)) for name in named)
            self.members[named] = tuple(dict.fromkeys(every))
        return self.members[named]


def admissions_for(app: Flask, strategies: Iterable[str]) -> list[Admission[Any]]:
    """Those that are asked about whoever comes by one of these."""
    state, named = state_of(app), set(strategies)
    return [each for each in state.admissions if named.intersection(state.names(each.strategies))]


def _asked_of(app: Flask, strategy: str) -> list[Admission[Any]]:
    state = state_of(app)
    if strategy not in state.asked:
        state.asked[strategy] = admissions_for(app, (strategy,))
    return state.asked[strategy]


def add_admission(app: Flask, admission: Admission[Any]) -> None:
    """Ask this, too, of everybody who comes by its strategies, whatever view or procedure they call."""
    state = state_of(app)
    state.admissions.append(admission)
    state.asked.clear()


def refused_by_admissions(app: Flask, guard: Guard) -> list[type[Forbidden]]:
    """How admissions say no at this guard. Where nobody in particular is asked for, they say nothing."""
    asked = [] if guard.optional else admissions_for(app, guard.strategies)
    return [refusal for admission in asked for refusal in admission.refusals]


def kept_out(app: Flask, user: Any, strategy: str) -> Forbidden | None:
    """Why an admission keeps out this person, who has come by this strategy; None: none does."""
    try:
        for admission in _asked_of(app, strategy):
            admission.judge(user)
    except Forbidden as refusal:
        return refusal
    return None


def strategies_of(app: Flask) -> dict[str, Strategy[Any]]:
    """The strategies that guards of this app can name."""
    return state_of(app).strategies


def off_strategies_of(app: Flask) -> set[str]:
    """The strategies that are switched off."""
    return state_of(app).off


def state_of(app: Flask) -> State[Any]:
    state: State[Any] | None = app.extensions.get(EXTENSION)
    if state is None:
        raise RuntimeError(f"{app.name}: passport.init_app(app) was not called. Call it before passport.use(app, …).")
    return state


def names_in(app: Flask, named: tuple[str, ...]) -> tuple[str, ...]:
    """The strategies that these names stand for in this app, where a group's name stands for those in it."""
    return state_of(app).names(named)


def guard_in(app: Flask, guard: Guard) -> Guard:
    """The guard with each of its groups replaced by the strategies that are in it in this app."""
    return replace(guard, strategies=names_in(app, guard.strategies))


def unknown(kind: str, name: str, known: Collection[str]) -> str:
    """What to say of a name that is none of those known, with what may have been meant."""
    close = get_close_matches(name, known, n=1)
    hint = f' Did you mean "{close[0]}"?' if close else ""
    return f'Unknown {kind} "{name}". Registered: {", ".join(sorted(known))}.{hint}'
