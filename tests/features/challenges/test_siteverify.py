"""Turnstile and hCaptcha: what their server says is so, and where it says nothing sensible nobody is let in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from app.accounts import Claimed
from app.features.challenges.refusals import CHALLENGE_UNAVAILABLE, HEADER
from app.features.challenges.siteverify import SERVICES, SiteVerify
from tests.client import Browser, browser_of
from tests.features.challenges.conftest import RIGHT, facts_of
from tests.features.challenges.service import Service, running
from tests.words import code, refusal

SECRET = "0x4AAAAAAA-geheim"
LOGGER = "app.features.challenges.siteverify"


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """Of one kind: what a service says is stored nowhere."""
    return str(request.param)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running() as server:
        yield server


@pytest.fixture(params=["turnstile", "hcaptcha"])
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def browser(asking: Callable[..., Flask], ada: Browser, service: Service, provider: str) -> Browser:
    service.received.clear()
    keys = {"CHALLENGE_SITE_KEY": "site-key", "CHALLENGE_SECRET": SECRET, "CHALLENGE_VERIFY_URL": service.url}
    return browser_of(asking(CHALLENGE=provider, **keys))


def tried(browser: Browser, answer: str) -> tuple[int, str]:
    return code(browser.post("/auth/login", json=RIGHT, headers={HEADER: answer}))


def test_the_widget_is_told_what_it_needs_and_a_good_answer_lets_in(
    browser: Browser, service: Service, provider: str
) -> None:
    asked = facts_of(browser.post("/auth/login", json=RIGHT))
    assert asked == {"provider": provider, "site_key": "site-key", "action": "local"}

    assert tried(browser, "good")[0] == 200
    assert service.received == [{"secret": SECRET, "response": "good", "sitekey": "site-key"}]


def test_a_bad_answer_is_asked_for_again(browser: Browser, provider: str) -> None:
    for answer in ("bad", "old", "wordless"):
        assert tried(browser, answer) == (428, "challenge_required")
    assert tried(browser, "for registering")[0] == (428 if provider == "turnstile" else 200)


def test_where_nothing_sensible_is_said_nobody_is_let_in_and_the_log_says_why(
    browser: Browser, provider: str, caplog: pytest.LogCaptureFixture
) -> None:
    reasons = {
        "wrong secret": "it says ['invalid-input-secret']",
        "their fault": "it says ['internal-error']",
        "odd": "it says []",
        "a list": "it answers with no object",
        "a page": "JSONDecodeError",
        "broken": "status 500",
        "moved": "redirected to another place",
    }
    with caplog.at_level(logging.ERROR, logger=LOGGER):
        for answer in reasons:
            refused = browser.post("/auth/login", json=RIGHT, headers={HEADER: answer})
            assert (*code(refused), refused.headers["Retry-After"]) == (503, "challenge_unavailable", "10")
    assert [record.message for record in caplog.records if record.name == LOGGER] == [
        f"{provider} cannot check answers: {reason}" for reason in reasons.values()
    ]
    assert SECRET not in caplog.text


def test_a_service_that_hangs_is_not_waited_for_long(service: Service) -> None:
    hanging = SiteVerify(SERVICES["turnstile"], "site-key", SECRET, service.url, seconds=0.2)
    refused = refusal(hanging.verify, Claimed(way="local"), "hang")
    assert isinstance(refused, CHALLENGE_UNAVAILABLE)


def test_its_frame_alone_may_load_the_widget_and_only_our_pages_may_frame_it(browser: Browser, provider: str) -> None:
    frame = browser.get("/challenge")
    hosts = SERVICES[provider].hosts
    assert f"script-src 'self' {hosts};" in frame.headers["Content-Security-Policy"]
    assert frame.headers["Content-Security-Policy"].endswith("frame-ancestors 'self'")
    assert 'data-site-key="site-key"' in frame.text
    assert SECRET not in frame.text
    assert hosts not in browser.get("/sign-in").headers["Content-Security-Policy"]
