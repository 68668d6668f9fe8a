"""The promises of a feature, and what operators see and lift."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from app import accounts
from app.features import throttle
from app.features.throttle.settings import Settings
from config import ConfigError
from tests.client import PASSWORD, Browser, browser_of
from tests.feature_kit import FeatureContract
from tests.features.throttle.guessing import ADA, NOBODY, sign_in, statuses
from tests.words import code


class TestThrottle(FeatureContract):
    @pytest.fixture(scope="class")
    @classmethod
    def feature(cls) -> ModuleType:
        return throttle


def run(app: Flask, *line: str) -> Result:
    return app.test_cli_runner().invoke(args=["limits", *line])


def shown(app: Flask, *line: str) -> Any:
    return json.loads(run(app, *line, "--json").stdout)


def test_an_operator_sees_what_is_counted_and_clears_it(app: Flask, stranger: Browser) -> None:
    assert statuses(lambda _: sign_in(stranger), 7) == {401: 5, 429: 2}
    sign_in(stranger, NOBODY)
    assert shown(app, "show", "ADA@example.com") == [
        {"name": "pair", "charges": 5, "wait": 1.0},
        {"name": "account", "charges": 5, "wait": 0},
    ]
    of_guessing = [each for each in shown(app, "show") if not each["name"].startswith("audit")]
    assert [(each["name"], each["buckets"], each["full"]) for each in of_guessing] == [
        ("account", 2, 0),
        ("network", 1, 0),
        ("pair", 2, 1),
    ]
    lines = run(app, "show", ADA).stdout.splitlines()
    assert lines[1:] == ["pair     5         1 s", "account  5         -", "2 in all."]
    assert [each["charges"] for each in shown(app, "show", "192.0.2.7")] == [6]
    assert shown(app, "clear", ADA) == {"cleared": 2}
    assert sign_in(stranger).status_code == 401
    assert shown(app, "clear", NOBODY) == {"cleared": 2}
    assert run(app, "clear", "::ffff:192.0.2.7").stdout == "::ffff:192.0.2.7: 1 cleared.\n"
    assert shown(app, "show", "192.0.2.7") == []
    assert shown(app, "show", "?") == []


def test_a_word_that_is_neither_an_address_of_mail_nor_of_a_network_is_refused(app: Flask) -> None:
    refused = run(app, "clear", "ada")
    assert (refused.exit_code, refused.stderr.splitlines()[1]) == (
        1,
        "  whom: Neither an e-mail address nor an IP address, nor ? for what is none.",
    )


def test_what_was_tried_before_there_was_an_account_is_found_by_its_address(app: Flask, stranger: Browser) -> None:
    sign_in(stranger, "new@example.com")
    with app.app_context():
        accounts.register("new@example.com", PASSWORD)
    sign_in(stranger, "new@example.com")
    assert [each["name"] for each in shown(app, "show", "new@example.com")] == ["account", "pair"] * 2


def test_strangers_must_not_keep_people_out_for_longer_than_their_own_mistakes() -> None:
    with pytest.raises(ConfigError, match="THROTTLE_ACCOUNT_CAP_MINUTES must not be longer"):
        Settings.read({"THROTTLE_ACCOUNT_CAP_MINUTES": "20"})


def test_a_whole_network_behind_an_untrusted_proxy_leaves_a_line_in_the_log(
    make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    stranger = browser_of(make_app(variables={"THROTTLE_NETWORK_PER_HOUR": "2"}))
    assert statuses(lambda _: sign_in(stranger), 2) == {401: 1, 429: 1}
    assert code(sign_in(stranger, **{"X-Forwarded-For": "198.51.100.1"})) == (429, "too_many_attempts")
    (told,) = [record.message for record in caplog.records if record.name == "app.features.throttle.service"]
    assert "TRUSTED_PROXY_COUNT is 0" in told
