"""What people read: whole sentences, the same on every page, and nothing that only developers know."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.core.refusals import refusals_of
from app.pages import words
from app.passport.csrf import OUT_OF_DATE
from tests.client import browser_of

ROOT = Path(__file__).resolve().parent.parent.parent
FULL = re.MULTILINE | re.DOTALL
FOR_DEVELOPERS = re.compile(r"GET /|POST /|X-[A-Z]|[A-Z]+_[A-Z]+|Content-Type|request_id|\berrors\b|\bJSON\b|\bnext\b")


def said_by_the_script(app: Flask) -> dict[str, Any]:
    """What the module that the server writes exports, by its names."""
    source = browser_of(app).get("/static/pages/sentences.js").text
    return {name: json.loads(fact) for name, fact in re.findall(r"^export const (\w+) = (.*?);$", source, FULL)}


def test_the_scripts_and_the_server_say_the_same(app: Flask) -> None:
    told = said_by_the_script(app)
    assert set(told) == {"SENTENCES", "MESSAGES", "SIGNED_OUT"}
    said = told["MESSAGES"] | told["SENTENCES"]
    assert set(said) == set(refusals_of(app))
    with app.app_context():
        assert {code: words.declared_sentence(code) for code in said} == said
        assert words.declared_sentence("not_a_code") is None


def test_after_a_refusal_of_the_session_somebody_signs_in_again(app: Flask) -> None:
    codes = {"invalid_token", "not_authenticated", "refresh_expired", "token_expired", "token_reused", "token_revoked"}
    assert set(said_by_the_script(app)["SIGNED_OUT"]) == codes == words.signed_out(app)


def test_what_only_developers_understand_is_said_in_other_words(app: Flask) -> None:
    for code, refusal in refusals_of(app).items():
        assert not FOR_DEVELOPERS.search(refusal.for_people or refusal.message), code


def test_a_message_of_its_own_is_told_where_nothing_is_declared_for_people(app: Flask) -> None:
    with app.app_context():
        assert words.sentence("account_gone", "Gone since noon.") == "Gone since noon."
        assert words.sentence("csrf_missing", "Send the cookie in X-CSRF-TOKEN.") == OUT_OF_DATE


def test_a_title_is_of_a_code_that_there_is(app: Flask) -> None:
    assert set(words.TITLES) <= set(refusals_of(app))


@pytest.mark.needs("providers")
def test_every_refusal_of_a_provider_has_a_sentence(app: Flask) -> None:
    documented = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "providers.md").read_text(), re.MULTILINE)

    assert documented
    assert set(documented) <= set(refusals_of(app))
