"""The way back is good once, in the browser that it was made for, and gives nobody a fresh factor."""

from __future__ import annotations

import datetime as dt

from app import sessions
from app.features.impersonation.events import ImpersonationEnded, ImpersonationLeft
from app.sessions.events import SessionEnded
from tests.client import Browser
from tests.features.impersonation.people import ROOT, House
from tests.words import code, later

END = "/auth/impersonation/end"
BINDING = "sign_in_step"


def kept(browser: Browser) -> dict[str, str]:
    return {name: browser.cookie(name) or "" for name in ("impersonation", BINDING)}


def come_back(at: House, **cookies: str) -> str | None:
    """Whoever has these cookies, and no others, is led back to this person."""
    elsewhere = Browser(at.app)
    for name, value in cookies.items():
        elsewhere.set_cookie(name, value)
    user = (elsewhere.post(END).json or {})["user"]
    assert (user is None) == (elsewhere.cookie("access_token_cookie") is None)
    return None if user is None else str(user["email"])


def left(at: House) -> list[tuple[str, str | None]]:
    return [(str(event.user_id), event.by) for event in at.heard if isinstance(event, ImpersonationLeft)]


def test_it_is_good_once_and_for_a_second_click(at: House) -> None:
    browser = at.acting()
    cookies = kept(browser)
    assert (browser.post(END).json or {})["user"]["email"] == ROOT
    assert come_back(at, **cookies) == ROOT
    assert left(at) == [(at.root.id, "owner")] * 2
    with later(seconds=6):
        assert come_back(at, **cookies) == ROOT
    with later(seconds=11):
        assert come_back(at, **cookies) is None
    assert len(left(at)) == 3


def test_it_is_good_in_its_own_browser_only(at: House) -> None:
    cookies = kept(at.acting())
    assert come_back(at, impersonation=cookies["impersonation"]) is None
    assert come_back(at, **{**cookies, BINDING: "x" * 32}) is None
    assert left(at) == []


def test_the_session_that_is_given_back_is_neither_fresh_nor_assured(at: House) -> None:
    browser = at.acting()
    assert browser.post(END).status_code == 200
    own = at.session_of(browser)
    assert own.assured_at is None
    assert dt.datetime.now(dt.UTC) - own.authenticated_at > dt.timedelta(minutes=10)
    assert code(at.begin()) == (403, "assurance_required")
    at.assure(at.root)
    assert at.begin().status_code == 200


def test_once_the_person_has_ended_it_there_is_a_way_back_for_ten_minutes(at: House) -> None:
    browser = at.acting()
    with at.app.app_context():
        sessions.revoke(at.session_of(browser).id, "signed_out_remotely")
    with later(minutes=9):
        assert come_back(at, **kept(browser)) == ROOT
    with later(minutes=11):
        assert come_back(at, **kept(browser)) is None


def test_who_begins_twice_acts_once(at: House) -> None:
    """As two tabs do at once, with the same cookies of the admin's own session."""
    own = {name: at.root.browser.cookie(name) or "" for name in ("access_token_cookie", "csrf_access_token")}
    browser = at.acting()
    first, cookies = at.session_of(browser).id, kept(browser)
    other = Browser(at.app)
    for name, value in own.items():
        other.set_cookie(name, value)
    begun = other.post(f"/api/users/{at.ada.id}/impersonate", json={"reason": "Again"})
    assert begun.status_code == 200
    with at.app.app_context():
        assert sessions.find_active(first) is None
    assert come_back(at, **cookies) is None
    [ended] = [event for event in at.heard if isinstance(event, ImpersonationEnded)]
    assert (str(ended.context.actor), ended.why) == (at.root.id, "ended")
    assert [event.reason for event in at.heard if isinstance(event, SessionEnded)] == ["impersonation_ended"]
    assert (other.post(END).json or {})["user"]["email"] == ROOT
