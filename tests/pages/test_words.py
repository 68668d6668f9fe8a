"""What people read: whole sentences, the same on every page, and nothing that only developers know."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from app.core.refusals import refusals_of
from app.pages import words

ROOT = Path(__file__).resolve().parent.parent.parent
FOR_DEVELOPERS = re.compile(r"GET /|POST /|X-[A-Z]|[A-Z]+_[A-Z]+|Content-Type|request_id|\berrors\b|\bJSON\b|\bnext\b")


def said_by_the_script() -> dict[str, str]:
    source = (ROOT / "app" / "static" / "pages" / "words.js").read_text()
    table = source.partition("const SENTENCES = {")[2].partition("};")[0]
    entries = re.findall(r'^  (\w+):((?:\s*"[^"]*"(?: \+)?)+),$', table, re.MULTILINE)
    return {code: "".join(re.findall(r'"([^"]*)"', text)) for code, text in entries}


def test_the_script_and_the_server_say_the_same() -> None:
    assert said_by_the_script() == words.SENTENCES


def test_the_script_knows_after_which_refusals_somebody_signs_in_again() -> None:
    source = (ROOT / "app" / "static" / "pages" / "words.js").read_text()
    codes = re.findall(r"\w+", source.partition("SIGNED_OUT = new Set([")[2].partition("]")[0])

    assert set(codes) == words.SIGNED_OUT


def test_what_only_developers_understand_is_said_in_other_words(app: Flask) -> None:
    for code, refusal in refusals_of(app).items():
        if FOR_DEVELOPERS.search(refusal.meaning):
            assert code in words.SENTENCES


def test_a_sentence_is_of_a_code_that_there_is_and_is_for_people(app: Flask) -> None:
    for code, sentence in words.SENTENCES.items():
        assert code in refusals_of(app)
        assert not FOR_DEVELOPERS.search(sentence)


def test_every_refusal_of_a_provider_has_a_sentence() -> None:
    documented = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "providers.md").read_text(), re.MULTILINE)

    assert documented
    assert set(documented) <= set(words.SENTENCES)
