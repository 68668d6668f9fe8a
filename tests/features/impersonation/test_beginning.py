"""Who may act for whom, and what it takes; both persons in token, events, list of devices and mail."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import jwt
import pytest
from flask import Flask

from app import accounts, sessions
from app.accounts import erasing
from app.accounts.events import Renamed
from app.accounts.roles import ROLES
from app.core import mail
from app.core.config import Config
from app.core.database import transaction
from app.core.events import Event
from app.core.mail import text_of
from app.features import impersonation
from app.features.impersonation.events import ImpersonationBegan
from tests.client import Browser, browser_of
from tests.databases import SETTINGS
from tests.feature_kit import FeatureContract
from tests.features.impersonation.people import ADA, ROOT, WHY, House, house
from tests.words import bearer, code

NOBODY = "00000000-0000-7000-8000-000000000000"


class TestImpersonation(FeatureContract):
    @pytest.fixture(scope="class")
    @classmethod
    def feature(cls) -> ModuleType:
        return impersonation

    @pytest.fixture(scope="class")
    @classmethod
    def config(cls) -> Config:
        return replace(SETTINGS, variables={"IMPERSONATION": "true"})


def claims_of(browser: Browser) -> dict[str, object]:
    return dict(jwt.decode(browser.access_token, options={"verify_signature": False}))


def state(browser: Browser) -> dict[str, object]:
    return dict(browser.get("/auth/session").json or {})


def test_an_admin_acts_for_somebody_and_the_token_names_both(at: House) -> None:
    admin_id = at.root.id
    browser = at.acting()
    assert (browser.get("/api/profile").json or {})["email"] == ADA
    claims = claims_of(browser)
    assert (claims["sub"], claims["act"]) == (at.ada.id, {"sub": admin_id})
    assert (claims["amr"], claims["acr"]) == ([], "aal1")
    shown = state(browser)
    assert shown["actor"] == {"id": admin_id, "email": ROOT, "until": shown["session"]["expires_at"]}  # type: ignore[index]
    assert "actor" not in state(at.ada.browser)
    assert "act" not in claims_of(at.ada.browser)


def test_events_name_who_really_acts(make_app: Callable[..., Flask]) -> None:
    at = house(make_app)
    browser = at.acting()
    began = next(event for event in at.heard if isinstance(event, ImpersonationBegan))
    assert (str(began.user_id), str(began.context.actor), began.reason) == (at.ada.id, at.root.id, "Ticket 4711")
    rules = [rule for rule in at.app.url_map.iter_rules() if rule.rule == "/api/profile"]
    accounts.open_while_acting(at.app, *(rule.endpoint for rule in rules))
    assert browser.patch("/api/profile", json={"name": "Ada"}).status_code == 200
    renamed: Event = next(event for event in at.heard if isinstance(event, Renamed))
    assert (str(renamed.context.actor), renamed.by) == (at.root.id, "other")
    assert str(renamed.context.session_id) == state(browser)["session"]["id"]  # type: ignore[index]


def test_it_takes_a_second_factor_lately_and_a_reason(at: House) -> None:
    other = at.person("other@example.com", "admin")
    assert code(at.begin(by=other)) == (403, "assurance_required")
    for reason in ("", "  ", None, "x" * 501):
        assert code(at.begin(reason=reason)) == (422, "validation_failed")
    assert code(at.begin(minutes=0)) == (422, "validation_failed")
    assert at.root.browser.get("/api/users").status_code == 200


def test_it_lasts_as_long_as_is_asked_and_never_longer_than_is_set(make_app: Callable[..., Flask]) -> None:
    at = house(make_app, IMPERSONATION_MINUTES="20")
    other = at.person("other@example.com", "admin", assured=True)
    for browser, minutes in ((at.acting(minutes=5), 5), (other.browser, 20)):
        if browser is other.browser:
            assert at.begin(by=other, minutes=400).status_code == 200
        session = at.session_of(browser)
        assert session.expires_at - session.created_at == dt.timedelta(minutes=minutes)


@pytest.fixture
def helper_role(monkeypatch: pytest.MonkeyPatch) -> None:
    """A role that may act for others, and little else."""
    monkeypatch.setitem(ROLES, "helper", frozenset({"users:read", "users:impersonate"}))


@pytest.mark.usefixtures("helper_role")
def test_nobody_acts_for_whom_may_do_more(at: House) -> None:
    helper = at.person("helper@example.com", "helper", assured=True)
    sam, boss = at.person("sam@example.com", "staff"), at.person("boss@example.com", "admin")
    assert code(at.begin(sam, by=helper)) == (403, "role_above_yours")  # posts:moderate
    for refused in (at.begin(boss), at.begin(boss, by=helper), at.begin(helper, by=helper)):
        assert code(refused) == (403, "not_to_be_impersonated")
    assert code(at.begin(at.ada, by=sam)) == (403, "permission_required")
    assert at.begin(at.ada, by=helper).status_code == 200
    assert code(at.root.browser.post(f"/api/users/{NOBODY}/impersonate", json=WHY)) == (404, "not_found")


@pytest.mark.needs("api_keys")
def test_nobody_acts_for_whom_is_kept_out_nor_by_a_key(at: House) -> None:
    with at.app.app_context():
        accounts.ban(ADA, "Spam.")
    assert code(at.begin()) == (409, "account_disabled")
    with at.app.app_context():
        accounts.unban(ADA)
        accounts.close(ADA)
    assert code(at.begin()) == (409, "account_disabled")
    with at.app.app_context(), transaction():
        erasing.stop(accounts.get(ADA).id)
    made = at.root.browser.post("/auth/keys", json={"name": "k", "scopes": ["users:impersonate"]}).json or {}
    with_key = browser_of(at.app).post(f"/api/users/{at.ada.id}/impersonate", json=WHY, headers=bearer(made["key"]))
    assert with_key.status_code in {401, 403}


def test_it_is_off_unless_it_is_switched_on(make_app: Callable[..., Flask]) -> None:
    at = house(make_app, IMPERSONATION="false")
    assert at.begin().status_code == 404


def test_the_person_sees_it_among_their_devices_and_ends_it(at: House) -> None:
    browser = at.acting()
    devices = (at.ada.browser.get("/auth/sessions").json or {})["items"]
    [theirs] = [each for each in devices if each["by_another"]]
    assert (theirs["user_agent"], theirs["address"], theirs["current"]) == ("", "", False)
    assert [each["by_another"] for each in devices if each["current"]] == [False]
    assert at.ada.browser.delete(f"/auth/sessions/{theirs['id']}").status_code == 204
    assert code(browser.get("/api/profile")) == (401, "token_revoked")


def test_it_makes_no_device_known_and_is_no_sign_in(at: House) -> None:
    with at.app.app_context():
        before = accounts.get(ADA).last_sign_in_at
    at.acting()
    with at.app.app_context():
        assert accounts.get(ADA).last_sign_in_at == before
        assert sessions.addresses_of(uuid.UUID(at.ada.id)) <= {"", "127.0.0.1"}
    assert at.root.browser.get_cookie("known_device") is None


@pytest.mark.parametrize("notice", [True, False])
def test_the_person_is_mailed_unless_that_is_off(make_app: Callable[..., Flask], notice: bool) -> None:
    at = house(make_app, IMPERSONATION_NOTICE=str(notice).lower())
    mail.memory(at.app).clear()
    at.acting()
    with at.app.app_context():
        mail.deliver_due()
    sent = [message for message in mail.memory(at.app) if "looked into your account" in message["Subject"]]
    assert [message["To"] for message in sent] == ([ADA] if notice else [])
    assert all("Why: Ticket 4711" in text_of(message) for message in sent)
