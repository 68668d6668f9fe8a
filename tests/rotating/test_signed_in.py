"""Who is signed in notices nothing of a rotation: tokens of the older secrets are good until they are over."""

from __future__ import annotations

import logging

import jwt
import pytest
from flask import Flask

from app.core.keyed import listed
from app.core.refused import Lines
from app.sessions import refused
from tests.client import Browser, browser_of
from tests.databases import SETTINGS
from tests.rotating.conftest import NEW, NEW_REFRESH, OLD, OLD_REFRESH, Rotation, moved


@pytest.fixture
def engine() -> str:
    """Signatures know no database."""
    return "sqlite"


def kid_of(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def kids(*secrets: str) -> list[str]:
    return [listed(secret)[0].kid for secret in secrets]


def signed_in(app: Flask) -> Browser:
    browser = browser_of(app)
    browser.register()
    browser.sign_in()
    return browser


def answers(browser: Browser) -> tuple[int, int]:
    """Of a request that reads, and of one that changes something, with the CSRF value in the cookie."""
    changes = browser.patch("/api/profile", json={"name": "Ada"})
    return browser.get("/api/profile").status_code, changes.status_code


def test_a_browser_goes_on_through_every_stage_with_one_csrf_value_and_ends_with_the_new_secrets(
    rotation: Rotation,
) -> None:
    browser = signed_in(rotation.before)
    csrf = browser.cookie("csrf_access_token")
    assert [kid_of(browser.access_token), kid_of(browser.refresh_token)] == kids(OLD, OLD_REFRESH)

    for stage, secrets in (
        (rotation.coming, (OLD, OLD_REFRESH)),
        (rotation.both, (NEW, NEW_REFRESH)),
        (rotation.after, (NEW, NEW_REFRESH)),
    ):
        browser = moved(browser, stage)
        assert answers(browser) == (200, 200)
        assert browser.post("/auth/refresh").status_code == 200
        assert [kid_of(browser.access_token), kid_of(browser.refresh_token)] == kids(*secrets)
        assert answers(browser) == (200, 200)
        assert browser.cookie("csrf_access_token") == browser.cookie("csrf_refresh_token") == csrf
        assert browser.get("/auth/session").headers["X-CSRF-TOKEN"] == csrf


def test_workers_that_have_the_new_secret_already_and_those_that_have_it_behind_take_each_others_tokens(
    rotation: Rotation,
) -> None:
    browser = signed_in(rotation.both)
    browser = moved(browser, rotation.coming)
    assert answers(browser) == (200, 200)
    assert browser.post("/auth/refresh").status_code == 200
    assert answers(moved(browser, rotation.both)) == (200, 200)


def test_programs_go_on_as_well(rotation: Rotation) -> None:
    browser_of(rotation.before).register()
    asked = {"grant_type": "password", "email": "ada@example.com", "password": "correct horse battery"}
    before = browser_of(rotation.before).post("/auth/token", json=asked).json or {}
    renewal = {"grant_type": "refresh_token", "refresh_token": before["refresh_token"]}
    after = browser_of(rotation.both).post("/auth/token", json=renewal).json or {}
    assert kid_of(after["refresh_token"]) == kids(NEW_REFRESH)[0]
    for token in (before["access_token"], after["access_token"]):
        bearer = {"Authorization": f"Bearer {token}"}
        assert browser_of(rotation.both).get("/api/profile", headers=bearer).status_code == 200


def test_tabs_that_refresh_at_once_get_the_same_bytes_also_across_a_rotation(rotation: Rotation) -> None:
    browser = signed_in(rotation.before)
    old = browser.refresh_token
    tabs = []
    for _ in range(2):
        tab = browser_of(rotation.both)
        tab.set_cookie("refresh_token_cookie", old, path="/auth")
        sent = {"X-CSRF-TOKEN": browser.cookie("csrf_access_token") or ""}
        assert tab.post("/auth/refresh", headers=sent).status_code == 200
        tabs.append(tab.refresh_token)
    assert tabs[0] == tabs[1] != old


def test_a_token_without_kid_as_releases_before_made_them_is_good_under_every_secret(rotation: Rotation) -> None:
    browser = signed_in(rotation.before)
    claims = jwt.decode(browser.access_token, options={"verify_signature": False})
    for secret in (OLD, NEW):
        bearer = {"Authorization": f"Bearer {jwt.encode(claims, secret, 'HS256')}"}
        assert browser_of(rotation.both).get("/api/profile", headers=bearer).status_code == 200


@pytest.mark.parametrize("secret", [OLD, NEW])
@pytest.mark.parametrize("kid", ["0" * 12, "", None, "another's"])
def test_a_kid_that_is_not_the_signers_is_refused(rotation: Rotation, secret: str, kid: object) -> None:
    browser = signed_in(rotation.before)
    named = kids(NEW if secret == OLD else OLD)[0] if kid == "another's" else kid
    head: dict[str, object] = {} if kid is None else {"kid": named}
    claims = jwt.utils.base64url_decode(browser.access_token.split(".")[1])
    token = jwt.api_jws.encode(claims, secret, headers=head)
    answer = browser_of(rotation.both).get("/api/profile", headers={"Authorization": f"Bearer {token}"})
    good = kid is None
    assert (answer.status_code, (answer.json or {}).get("code")) == ((200, None) if good else (401, "invalid_token"))


def test_once_the_older_secret_is_gone_its_tokens_are_refused_and_the_log_says_which_secret_is_missing(
    rotation: Rotation, caplog: pytest.LogCaptureFixture
) -> None:
    refused.lines = Lines()
    browser = moved(signed_in(rotation.before), rotation.after)
    with caplog.at_level(logging.WARNING):
        answer = browser.get("/api/profile")
        assert (answer.status_code, (answer.json or {})["code"]) == (401, "invalid_token")
        assert browser.post("/auth/refresh").status_code == 401
    assert "its kid names no secret of JWT_SECRET" in caplog.text
    assert "its kid names no secret of JWT_REFRESH_SECRET" in caplog.text
    assert browser.access_token not in caplog.text


def test_a_kid_tells_nothing_of_its_secret_and_is_another_for_each() -> None:
    told = kids(NEW, NEW_REFRESH, OLD, OLD_REFRESH)
    assert len(set(told)) == 4
    assert all(len(kid) == 12 and kid not in NEW + OLD for kid in told)
    assert NEW not in repr(listed(f"{NEW},{OLD}"))


def test_other_servers_check_with_the_newest_secret_what_it_has_signed(rotation: Rotation) -> None:
    browser = signed_in(rotation.both)
    claims = jwt.decode(browser.access_token, NEW, ["HS256"], audience=SETTINGS.jwt_audience)
    assert claims["type"] == "access"
