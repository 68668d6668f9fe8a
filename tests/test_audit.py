"""``make audit`` says what it knows, and aloud that it knows nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.audit import judge, judge_npm

GOOD: dict[str, Any] = {"name": "flask", "version": "3.1.3", "vulns": []}
BAD: dict[str, Any] = {"name": "pyjwt", "version": "1.0", "vulns": [{"id": "PYSEC-1"}, {"id": "PYSEC-2"}]}
SKIPPED: dict[str, Any] = {"name": "click", "skip_reason": "not found on PyPI"}


def answer(*dependencies: dict[str, Any]) -> str:
    return json.dumps({"dependencies": dependencies})


@pytest.mark.parametrize("silence", ["", "ERROR: connection refused", "{}", answer(), answer(SKIPPED)])
def test_that_nothing_was_checked_is_said_aloud(silence: str) -> None:
    failed, told = judge(silence)
    assert not failed
    assert "NOTHING WAS CHECKED" in told


def test_a_known_vulnerability_fails_and_is_named() -> None:
    failed, told = judge(answer(GOOD, BAD))
    assert failed
    assert told == "audit: pyjwt 1.0: PYSEC-1, PYSEC-2\naudit: 2 packages looked up, 1 bad\n"


def test_what_could_not_be_looked_up_is_named() -> None:
    failed, told = judge(answer(GOOD, SKIPPED))
    assert not failed
    assert told == ("audit: 1 packages could NOT be looked up: click\naudit: 1 packages looked up, 0 bad\n")


@pytest.mark.parametrize("silence", ["", "405 Method Not Allowed", '{"message": "no", "error": {}}'])
def test_that_no_npm_package_was_checked_is_said(silence: str) -> None:
    assert judge_npm(silence) == "NOTHING WAS CHECKED: no advisory service answered"


def test_an_npm_package_that_is_known_to_be_vulnerable_is_named() -> None:
    found = {"vulnerabilities": {"qs": {"severity": "high"}}, "metadata": {"dependencies": {"total": 101}}}
    assert judge_npm(json.dumps(found)) == "101 packages looked up, 1 bad; qs: high"
