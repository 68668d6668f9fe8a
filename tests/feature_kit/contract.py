"""The promises of a feature, one test each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import ClassVar

import pytest
from flask import Flask

from app import EVERY_FEATURE
from app.accounts import personal
from app.cli.config import sentences_of
from app.core import assets, cli, client
from app.core.config import Config
from app.core.parts import Part, folder_of
from app.core.settings import kinds_of
from config import declarations
from tests import translations
from tests.databases import SETTINGS
from tests.feature_kit.leaving_out import LeftOut, left_out
from tests.feature_kit.rows import owners_of, store_one
from tests.feature_kit.sources import README, attributes_read, models_of, names, names_used, readme_of, refusals_of
from tests.feature_kit.surface import codes_of, operations_of


class FeatureContract:
    """Inherit from it in a class whose name begins with ``Test``, and override ``feature``: the package."""

    not_exported: ClassVar[Mapping[str, str]] = {}
    """Tables of people that nobody is given their rows of, with the reason."""

    @pytest.fixture(scope="class")
    @classmethod
    def feature(cls) -> ModuleType:
        raise NotImplementedError("override the fixture `feature`: it returns the package of your feature")

    @pytest.fixture(scope="class")
    @classmethod
    def features(cls) -> tuple[Part, ...]:
        """All of the app that it is taken out of, with it."""
        return EVERY_FEATURE

    @pytest.fixture(scope="class")
    @classmethod
    def config(cls) -> Config:
        """Settings with which it is switched on."""
        return SETTINGS

    @pytest.fixture(scope="class")
    @classmethod
    def it(cls, feature: ModuleType, features: tuple[Part, ...], config: Config) -> LeftOut:
        return left_out(feature, features, config)

    def test_without_it_the_app_starts_and_nothing_else_changes(self, it: LeftOut) -> None:
        assert list(it.changes()) == []

    def test_without_it_others_refuse_as_with_it(self, it: LeftOut) -> None:
        assert list(it.other_refusals()) == [], "more than the refusals of its strategies is gone from these"

    def test_without_it_nothing_of_it_is_left(self, it: LeftOut) -> None:
        assert list(it.left_behind()) == [], "something else has put this there"

    def test_it_brings_something(self, it: LeftOut) -> None:
        assert any(it.gone(kind) for kind in it.before), "with it and without it the app is the same"

    def test_every_refusal_is_raised_and_documented(self, it: LeftOut) -> None:
        operations = operations_of(it.with_it).values()
        documented = {code for operation in operations for code in codes_of(it.with_it, operation)}
        for code, name in refusals_of(it.feature).items():
            assert name in names_used(it.feature), f"{name} ({code}) is raised nowhere in the feature"
            assert code in documented, f"{name} ({code}): no operation says that it refuses so. Add @….refuses({name})."

    def test_every_setting_has_a_reader_and_a_sentence(self, it: LeftOut) -> None:
        own = [kind for kind in kinds_of(it.with_it) if f"{kind.__module__}.".startswith(f"{it.feature.__name__}.")]
        read = attributes_read(it.feature)
        for kind in own:
            sentences = sentences_of(kind)
            for name, declared in declarations(kind):
                assert name in read, f"{declared.variable}: no module of the feature asks for .{name}"
                assert sentences.get(name), f"{declared.variable}: no sentence stands under it"

    def test_pruning_twice_is_pruning_once(self, it: LeftOut, make_app: Callable[..., Flask], config: Config) -> None:
        prunings = {name: cli.prunes_of(it.with_it)[name] for name in it.gone("prunings")}
        with make_app(variables=config.variables).app_context():
            for model in models_of(it.feature) if prunings else ():
                store_one(model)
            first = sum(prune(lambda _: None) for prune in prunings.values())
            assert first or not (prunings and models_of(it.feature)), "of rows that ended long ago it deletes none"
            assert [name for name, prune in prunings.items() if prune(lambda _: None)] == []

    def test_people_are_given_what_it_keeps_of_them(self, it: LeftOut) -> None:
        kept = {str(model.__tablename__) for model in models_of(it.feature) if owners_of(model)}
        missing = kept - set(personal.exports_of(it.with_it)) - set(self.not_exported)
        assert not missing, f"add accounts.add_export(app, …) for {sorted(missing)}: docs/personal-data.md"

    def test_its_types_come_and_go_with_it(self, it: LeftOut) -> None:
        before, after = client.declarations(it.with_it), client.declarations(it.without)
        beside = {name.replace(".js", ".d.ts") for name in it.gone("parts of the client")}
        own = {f"export interface {name} {{" for name in it.gone("interfaces")}
        own |= {assets.source(it.with_it, name) for name in beside}
        own |= {f'| "{code}"' for code in it.gone("codes")}
        assert [text for text in own if text not in before] == []
        assert [text for text in own if text in after] == [], "without it the types promise what is not there"

    def test_its_translations_are_whole(self, it: LeftOut) -> None:
        """Whoever brings none speaks English."""
        found = sorted((folder_of(it.feature) / "translations").glob("*.po"))
        assert [problem for path in found for problem in translations.of_file(path)] == []

    def test_its_readme_names_what_it_brings(self, it: LeftOut) -> None:
        text = readme_of(it.feature)
        assert text, f"it has no {README}"
        commands = {f"flask {name}" for name in it.gone("commands")}
        missing = {name for name in it.gone("routes") | commands | it.gone("settings") if not names(text, name)}
        assert not missing, f"{README} says nothing of {sorted(missing)}"
