"""The types of the browser client: of the parts that are on, each as its feature says."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from app import create_app
from app.core import client
from app.core.assets import BadPages
from app.core.parts import Part
from app.features import FEATURES
from tests.databases import SETTINGS

INIT = 'from app.core import client\n\n\ndef init_app(app):\n    client.add(app, "guestbook")\n'
PART = """/** Guests. */
export const guests = ({ call }) => ({ list: () => call("GET", "guests") });
export const guest = ({ call }) => (id) => call("GET", `guests/${id}`);
"""
TYPES = """export interface Guest {
  name: string;
}

export interface Parts {
  readonly guests: { list(): Promise<Guest[]> };
  guest(id: string): Promise<Guest>;
}
"""


@pytest.fixture
def guestbook(tmp_path: Path) -> Callable[[str | None], Part]:
    """A feature with a part of the client, and these types beside it, or none."""

    def make(types: str | None) -> Part:
        static = tmp_path / "static" / "guestbook"
        static.mkdir(parents=True)
        (tmp_path / "__init__.py").write_text(INIT, encoding="utf-8")
        (static / "client.js").write_text(PART, encoding="utf-8")
        if types is not None:
            (static / "client.d.ts").write_text(types, encoding="utf-8")
        spec = importlib.util.spec_from_file_location("guestbook", tmp_path / "__init__.py")
        assert spec is not None
        assert spec.loader is not None
        feature: Any = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(feature)
        return cast(Part, feature)

    return make


def test_what_a_feature_says_of_its_part_is_in_the_types(guestbook: Callable[[str | None], Part]) -> None:
    assert f"\n{TYPES}" in client.declarations(create_app(SETTINGS, (*FEATURES, guestbook(TYPES))))


def test_without_features_there_is_the_client_alone() -> None:
    text = client.declarations(create_app(SETTINGS, ()))

    assert text.count("interface Parts {") == 1
    assert "export interface User {" in text
    for name in ("Key", "Identity", "Post", "SignInWithOptions"):
        assert f"export interface {name} {{" not in text
    for code in ("too_many_keys", "unknown_provider"):
        assert f'| "{code}"' not in text


@pytest.mark.parametrize(
    ("types", "said"),
    [
        (None, "/static/guestbook/client.d.ts is named, and there is no"),
        (TYPES.replace("  guest(", "  guestOf("), "does not say what guest is"),
    ],
    ids=["none", "not all of it"],
)
def test_a_part_whose_feature_does_not_say_what_it_is_is_refused(
    guestbook: Callable[[str | None], Part], types: str | None, said: str
) -> None:
    app = create_app(SETTINGS, (*FEATURES, guestbook(types)))

    with pytest.raises(BadPages, match=said):
        client.declarations(app)
    assert said in app.test_cli_runner().invoke(args=["types", "--check"]).stderr
