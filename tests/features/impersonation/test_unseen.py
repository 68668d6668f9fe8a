"""Whoever acts is the actor of all that happens to that session, so that the person is shown no address of theirs."""

from __future__ import annotations

import pytest

from app import accounts
from app.core import mail
from app.core.mail import text_of
from app.features.impersonation.events import ImpersonationEnded
from app.sessions.events import RefreshTokenReused, SessionEnded
from tests.client import Browser
from tests.features.impersonation.people import ADA, ROOT, House
from tests.words import code, later

OF_ROOT = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.77"}, "headers": {"User-Agent": "Firefox/140.0 Windows"}}
COPIED = "copied a sign-in"


def actors(at: House) -> set[tuple[str, str, str | None]]:
    """Of all that was told about Ada's account: what, who, and as seen from it."""
    kinds = (ImpersonationEnded, SessionEnded, RefreshTokenReused)
    told = [event for event in at.heard if isinstance(event, kinds) and str(event.user_id) == at.ada.id]
    return {(type(event).__name__, str(event.context.actor), event.by) for event in told}


def activity(at: House) -> list[dict[str, object]]:
    return list((at.ada.browser.get("/api/profile/activity").json or {})["items"])


def check_unseen(at: House, *names: str) -> None:
    assert actors(at) == {(name, at.root.id, "other") for name in names}
    rows = [
        row for row in activity(at) if row["kind"] in {"session_ended", "impersonation_ended", "refresh_token_reused"}
    ]
    assert len(rows) == len(names)
    assert {(row["by"], row["address"], row["client"]) for row in rows} == {("other", None, None)}


@pytest.mark.needs("audit")
def test_where_it_is_found_void_it_was_the_one_who_acts(at: House) -> None:
    at.person("spare@example.com", "admin")
    browser = at.acting()
    with at.app.app_context():
        accounts.set_role(ROOT, "staff")
    at.heard.clear()
    assert code(browser.open("/api/profile", method="GET", **OF_ROOT)) == (401, "token_revoked")
    check_unseen(at, "SessionEnded", "ImpersonationEnded")
    [ended] = [event for event in at.heard if isinstance(event, ImpersonationEnded)]
    assert ended.why == "void"


def reuse(browser: Browser) -> None:
    """A refresh token comes back long after it was exchanged."""
    old = browser.cookie("refresh_token_cookie", "/auth") or ""
    csrf = browser.cookie("csrf_refresh_token", "/") or browser.cookie("csrf_access_token") or ""
    assert browser.post("/auth/refresh").status_code == 200
    thief = Browser(browser.application)
    thief.set_cookie("refresh_token_cookie", old, path="/auth")
    thief.set_cookie("csrf_refresh_token", csrf)
    thief.set_cookie("csrf_access_token", csrf)
    with later(minutes=2):
        assert code(thief.open("/auth/refresh", method="POST", **OF_ROOT)) == (401, "token_reused")


@pytest.mark.needs("audit", "notices")
def test_the_copy_of_a_refresh_token_is_told_to_whoever_acts(at: House) -> None:
    browser = at.acting()
    with at.app.app_context():
        mail.deliver_due()
    mail.memory(at.app).clear()
    at.heard.clear()
    reuse(browser)
    check_unseen(at, "RefreshTokenReused", "SessionEnded", "ImpersonationEnded")
    with later(minutes=2), at.app.app_context():
        mail.deliver_due()
    assert [(each["To"], COPIED in each["Subject"]) for each in mail.memory(at.app)] == [(ROOT, True)]
    assert "203.0.113" in text_of(mail.memory(at.app)[0])


@pytest.mark.needs("audit", "notices")
def test_the_copy_of_ones_own_is_told_to_oneself(at: House) -> None:
    mail.memory(at.app).clear()
    reuse(at.ada.browser)
    with later(minutes=2), at.app.app_context():
        mail.deliver_due()
    assert [each["To"] for each in mail.memory(at.app) if COPIED in each["Subject"]] == [ADA]


def test_whoever_signs_in_in_that_browser_has_ended_nothing_of_the_persons(at: House) -> None:
    at.person("carol@example.com")
    browser = at.acting()
    at.heard.clear()
    browser.sign_in("carol@example.com")
    assert actors(at) == {(name, at.root.id, "other") for name in ("SessionEnded", "ImpersonationEnded")}


def test_in_a_browser_without_anybody_acting_it_is_not_known(at: House) -> None:
    carol = at.person("carol@example.com")
    at.heard.clear()
    at.ada.browser.sign_in("carol@example.com")
    assert actors(at) == {("SessionEnded", "None", None)}
    at.heard.clear()
    carol.browser.sign_in("carol@example.com")
    [own] = [event for event in at.heard if isinstance(event, SessionEnded)]
    assert (str(own.context.actor), own.by) == (carol.id, "owner")


@pytest.mark.parametrize("whose", [ROOT, ADA])
def test_with_either_account_it_ends_before_its_row_goes(at: House, whose: str) -> None:
    at.person("spare@example.com", "admin")
    at.acting()
    with at.app.app_context():
        accounts.delete(whose)
    [ended] = [event for event in at.heard if isinstance(event, ImpersonationEnded)]
    assert (str(ended.user_id), ended.why, ended.by) == (at.ada.id, "void", "operator")


@pytest.mark.needs("personal_data")
def test_what_needs_a_fresh_session_is_closed_and_asks_for_no_password(at: House) -> None:
    browser = at.acting()
    assert code(browser.get("/api/profile/export")) == (403, "impersonating")
