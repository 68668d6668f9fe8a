"""A test that asks a feature for something says that it needs it, or stands in its folder.

What does not is a failure only once that feature is left out, which nobody runs every day; this is quick.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app import create_app
from tests.asking import of_features, unsaid
from tests.databases import SETTINGS
from tests.features.test_every_feature import SWITCHED_ON

TESTS = Path(__file__).resolve().parent.parent
READ_ANYWAY = "settings are read before it is known which features there are"
DO_WITHOUT = {
    "auth/test_without_cookies.py::test_nor_is_it_in_the_document_and_nothing_speaks_of_cookies_or_csrf": "it is gone",
    "core/test_settings.py::test_everything_that_is_wrong_is_told_at_once_whoever_it_is_for": READ_ANYWAY,
    "core/test_settings.py::test_what_does_not_go_together_is_told_though_something_else_is_wrong": READ_ANYWAY,
    "static/test_package.py::test_on_a_server_a_client_can_be_made_and_nobody_is_signed_in": "nobody answers there",
    "core/test_bad_input.py::test_no_json_makes_a_server_error": "nor does 404",
    "features/test_needs.py::test_what_a_test_asks_for_is_found": "the example above",
}
"""Tests that pass without the feature, too, and why."""

ONE = '''
import pytest

@pytest.mark.needs("api_keys")
@pytest.mark.parametrize("path", ["/auth/keys", pytest.param("/api/posts", marks=pytest.mark.needs("posts"))])
def test_that_says_it(browser, path):
    assert browser.get(path).status_code == 401

class TestMore:
    def test_of_a_class(self, server, key):
        assert get(f"{server.url}/auth/keys/{key}?all=1") == run(args=["keys", "list", "--json"])

def test_of_something_else(browser):
    """It asks for /auth/keys."""
    assert browser.get("/auth/keys/1/2").status_code == browser.get("/auth/login").status_code
'''


def test_a_test_says_which_features_it_needs() -> None:
    asked = of_features(create_app(replace(SETTINGS, variables=SWITCHED_ON)))
    missing = []
    for path in sorted(TESTS.rglob("test_*.py")):
        where = path.relative_to(TESTS).as_posix()
        for test, feature, text in unsaid(path, asked):
            if not where.startswith((f"features/{feature}/", "ours/")) and f"{where}::{test}" not in DO_WITHOUT:
                missing.append(f'{where}::{test} asks for "{text}": @pytest.mark.needs("{feature}")')
    assert missing == []


def test_what_a_test_asks_for_is_found(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text(ONE)
    found = list(unsaid(tmp_path / "test_one.py", of_features(create_app(SETTINGS))))
    assert found == [
        ("test_of_a_class", "api_keys", "/auth/keys/x?all=1"),
        ("test_of_a_class", "api_keys", "keys list"),
    ]
