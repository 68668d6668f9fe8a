"""The kit itself: a sound feature keeps every promise, and each kind of unsound one breaks the one that it should."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest
from flask import Flask

from app.core.parts import Part
from tests.databases import SETTINGS
from tests.feature_kit import FeatureContract
from tests.feature_kit.leaving_out import LeftOut, left_out
from tests.feature_kit.toys import Edit, toy

__all__ = ["toy"]

Toy = Callable[..., ModuleType]
STARTS = "test_without_it_the_app_starts_and_nothing_else_changes"
REFUSES = "test_without_it_others_refuse_as_with_it"
LEAVES = "test_without_it_nothing_of_it_is_left"
BRINGS = "test_it_brings_something"
SETS = "test_every_setting_has_a_reader_and_a_sentence"
NAMES = "test_its_readme_names_what_it_brings"
PRUNES = "test_pruning_twice_is_pruning_once"
RAISES = "test_every_refusal_is_raised_and_documented"
TYPES = "test_its_types_come_and_go_with_it"
EVERYTHING = (STARTS, REFUSES, LEAVES, BRINGS, RAISES, SETS, TYPES, NAMES)
READ = "    read(app, Settings)\n"


def taken_out(feature: ModuleType, *others: object) -> LeftOut:
    return left_out(feature, (cast(Part, feature), *cast("tuple[Part, ...]", others)), SETTINGS)


def check(it: LeftOut, promise: str, **more: Any) -> None:
    getattr(FeatureContract(), promise)(it, **more)


def broken(it: LeftOut) -> list[str]:
    """The promises that are not kept, but for that about pruning."""
    found = []
    for promise in EVERYTHING:
        try:
            check(it, promise)
        except AssertionError:
            found.append(promise)
    return found


def test_a_sound_feature_keeps_every_promise(toy: Toy, make_app: Callable[..., Flask]) -> None:
    it = taken_out(toy())
    assert broken(it) == []
    check(it, PRUNES, make_app=make_app, config=SETTINGS)


def test_what_is_gone_with_a_feature_is_what_it_brought(toy: Toy) -> None:
    it = taken_out(toy())
    brought = {kind: it.gone(kind) for kind in it.before if it.gone(kind)}
    assert brought == {
        "routes": {"GET /toys/{name}"},
        "operations": {"GET /toys/{name}"},
        "commands": {"toys"},
        "prunings": {"toys"},
        "settings": {"TOYS_AT_MOST"},
        "codes": {"all_broken"},
    }


SAYS = "GET /toys/{name} shows some, at most TOYS_AT_MOST. `flask toys` counts them."


@pytest.mark.parametrize(
    ("edit", "promise"),
    [
        ((READ, READ + '    app.view_functions["health.index"] = show_toys\n'), STARTS),
        ((READ, READ + '    del app.cli.commands["prune"]\n'), STARTS),
        (("        raise ALL_BROKEN\n", "        pass\n"), RAISES),
        (("@toys.refuses(ALL_BROKEN)\n", ""), RAISES),
        ((".most)", ".__doc__)"), SETS),
        (('    """How many there are."""\n', ""), SETS),
    ],
)
def test_an_unsound_feature_breaks_its_promise(toy: Toy, edit: Edit, promise: str) -> None:
    assert broken(taken_out(toy(edit))) == [promise]


def test_a_feature_that_brings_nothing_is_found(toy: Toy) -> None:
    silent = (
        'ALL_BROKEN = refusal(409, "all_broken", "No toy is whole.")',
        "from app.core.errors import NOT_FOUND as ALL_BROKEN",
    )
    assert broken(taken_out(toy((READ, "    return\n"), silent))) == [BRINGS]


@pytest.mark.parametrize(
    "readme",
    [
        None,
        SAYS.replace("/toys/{name}", "/toys"),
        SAYS.replace("TOYS_AT_MOST", "TOYS_AT_MOST_TIMES"),
        SAYS.replace("`flask toys`", "`flask toys-again`"),
    ],
)
def test_a_readme_that_is_not_there_or_leaves_something_out_is_found(toy: Toy, readme: str | None) -> None:
    assert broken(taken_out(toy(readme=SAYS))) == []
    assert broken(taken_out(toy(readme=readme))) == [NAMES]


def test_pruning_that_counts_what_it_leaves_is_found(toy: Toy, make_app: Callable[..., Flask]) -> None:
    it = taken_out(toy(("    broken.clear()\n", "")))
    with pytest.raises(AssertionError):
        check(it, PRUNES, make_app=make_app, config=SETTINGS)


def test_what_another_part_puts_there_without_it_is_found(toy: Toy) -> None:
    made = toy()
    accomplice = SimpleNamespace(init_app=lambda app: app.add_url_rule("/again", view_func=made.show_toys))
    assert broken(taken_out(made, accomplice)) == [LEAVES]


def test_a_feature_that_another_needs_is_found(toy: Toy) -> None:
    def init_app(app: Flask) -> None:
        if "toys" not in app.blueprints:
            raise RuntimeError("no toys")

    with pytest.raises(RuntimeError, match="no toys"):
        taken_out(toy(), SimpleNamespace(init_app=init_app))


def test_whoever_adds_a_thing_only_where_it_is_missing_is_found(toy: Toy) -> None:
    def init_app(app: Flask) -> None:
        if "toys" not in app.blueprints:
            app.cli.command("mourn")(lambda: None)

    assert broken(taken_out(toy(), SimpleNamespace(init_app=init_app))) == [STARTS]
