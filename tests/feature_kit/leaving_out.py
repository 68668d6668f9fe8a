"""An app with a feature, and the same without it: what is gone, and what is another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from types import ModuleType

from flask import Flask

from app import create_app
from app.core.config import Config
from app.core.parts import Part
from app.core.refusals import refusals_at_gates
from app.passport.registry import state_of, strategies_of
from tests.feature_kit.surface import Surface, codes_of, operations_of, surface_of


@dataclass(frozen=True)
class LeftOut:
    """A feature, and the two apps. ``before`` and ``after`` are what they show."""

    feature: ModuleType
    with_it: Flask
    without: Flask
    before: Surface
    after: Surface

    def gone(self, kind: str) -> set[str]:
        """The names of what the feature brings."""
        return set(self.before[kind]) - set(self.after[kind])

    def changes(self) -> Iterator[str]:
        """What is there without the feature only, or is another thing without it."""
        for kind, things in self.after.items():
            for name, thing in things.items():
                if name not in self.before[kind]:
                    yield f"{kind}: {name} is there without it only"
                elif thing != self.before[kind][name]:
                    yield f"{kind}: {name} is {self.before[kind][name]} with it, and {thing} without it"

    def left_behind(self) -> Iterator[str]:
        """What is of the feature's package, and is there without it."""
        its_own = re.compile(rf"(^|\s){re.escape(self.feature.__name__)}(\.|\s|$)")
        for kind, things in self.after.items():
            yield from (f"{kind}: {name}" for name, thing in things.items() if its_own.search(f"{thing} {name}"))

    def other_refusals(self) -> Iterator[str]:
        """Operations of others that refuse otherwise without it than its strategies, gates and admissions explain."""
        theirs = self._codes_of_strategies() | self._codes_at_gates() | self._codes_of_admissions()
        before, after = operations_of(self.with_it), operations_of(self.without)
        for name in before.keys() & after.keys():
            had, has = codes_of(self.with_it, before[name]), codes_of(self.without, after[name])
            if has - had or not had - has <= theirs:
                yield f"{name}: {sorted(had ^ has)}"

    def _codes_of_strategies(self) -> set[str]:
        strategies = strategies_of(self.with_it)
        return {refusal.code for name in self.gone("strategies") for refusal in strategies[name].refusals}

    def _codes_at_gates(self) -> set[str]:
        kinds = set(refusals_at_gates(self.with_it)) - set(refusals_at_gates(self.without))
        return {kind.code for kind in kinds}

    def _codes_of_admissions(self) -> set[str]:
        before, after = (
            {kind.code for admission in state_of(app).admissions for kind in admission.refusals}
            for app in (self.with_it, self.without)
        )
        return before - after


def left_out(feature: ModuleType, features: tuple[Part, ...], config: Config) -> LeftOut:
    """Raises whatever stops the app from starting with these features, or without this one of them."""
    whole = _whole(features, config)
    without = create_app(config, tuple(each for each in features if each is not feature))
    return LeftOut(feature, whole.app, without, whole.surface, surface_of(without))


@dataclass(frozen=True)
class Whole:
    """An app with all features, which are kept so that no other ones get their ids."""

    features: tuple[Part, ...]
    app: Flask
    surface: Surface


_made: dict[tuple[str, tuple[int, ...]], Whole] = {}


def _whole(features: tuple[Part, ...], config: Config) -> Whole:
    """The same one for each feature that is taken out of these: it is only looked at, and to make it takes longest."""
    key = repr(asdict(config)), tuple(map(id, features))  # repr(config) leaves out what may be secret
    if key not in _made:
        app = create_app(config, features)
        _made[key] = Whole(features, app, surface_of(app))
    return _made[key]
