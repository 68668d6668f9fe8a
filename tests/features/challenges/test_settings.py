"""What the settings take, and a provider of one's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.features.challenges.refusals import HEADER
from config import ConfigError
from tests.client import Browser, browser_of
from tests.features.challenges.conftest import EMAIL, RIGHT, facts_of

HERE = "tests.features.challenges.quiz"


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """Of one kind: settings ask no database."""
    return str(request.param)


@pytest.mark.parametrize("name", ["Quiz", "QUIZ"])
def test_a_provider_of_ones_own_is_named_by_its_path(asking: Callable[..., Flask], ada: Browser, name: str) -> None:
    browser = browser_of(asking(CHALLENGE=f"{HERE}.{name}"))
    asked = browser.post("/auth/login", json=RIGHT)
    assert facts_of(asked) == {"provider": "quiz", "question": "Who wants in by local?"}

    facts_of(browser.post("/auth/login", json=RIGHT, headers={HEADER: "me"}))
    answered = {HEADER: f"{EMAIL} from 127.0.0.1"}
    assert browser.post("/auth/login", json=RIGHT, headers=answered).status_code == 200


@pytest.mark.parametrize(
    ("variables", "problems"),
    [
        (
            {"CHALLENGE": "recaptcha"},
            ["CHALLENGE is 'recaptcha'; it must be one of off, altcha, turnstile, hcaptcha, or a dotted path."],
        ),
        (
            {"CHALLENGE": "turnstile"},
            [f"CHALLENGE_{name} is needed with CHALLENGE=turnstile." for name in ("SITE_KEY", "SECRET")],
        ),
        (
            {"CHALLENGE": f"{HERE}.NO_PROVIDER"},
            [f"CHALLENGE is '{HERE}.NO_PROVIDER', which has no name, issue and verify (docs/challenges.md)."],
        ),
        (
            {"CHALLENGE_VERIFY_URL": "http://example.com"},
            ["CHALLENGE_VERIFY_URL must be an https:// address (http:// on this machine only)."],
        ),
        (
            {"CHALLENGE_WORK": "1"},
            ["CHALLENGE_WORK is '1'; it must be a whole number from 2 to 1000000."],
        ),
    ],
)
def test_what_cannot_be_does_not_start(
    make_app: Callable[..., Flask], variables: dict[str, str], problems: list[str]
) -> None:
    with pytest.raises(ConfigError) as refused:
        make_app(variables=variables)
    assert list(refused.value.problems) == problems


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("nowhere.at.all", "No module named 'nowhere'"),
        (f"{HERE}.Nothing", f"module '{HERE}' has no attribute 'Nothing'"),
    ],
)
def test_a_path_that_leads_nowhere_is_named(make_app: Callable[..., Flask], path: str, why: str) -> None:
    with pytest.raises(ConfigError) as refused:
        make_app(variables={"CHALLENGE": path})
    assert list(refused.value.problems) == [f"CHALLENGE is '{path}', which cannot be imported: {why}."]
