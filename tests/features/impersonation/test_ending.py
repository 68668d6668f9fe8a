"""How it ends: back in one's own session, or signed out; and what stands above every page until then."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app import accounts, sessions
from app.features.impersonation.events import ImpersonationEnded
from app.sessions.events import SessionEnded
from tests.client import Browser, Person
from tests.features.impersonation.people import ADA, ROOT, House
from tests.words import code, later

END = "/auth/impersonation/end"
FORM = {"Origin": "http://localhost", "Content-Type": "application/x-www-form-urlencoded"}


def who(browser: Browser) -> str | None:
    user = (browser.get("/auth/session").json or {})["user"]
    return None if user is None else str(user["email"])


def test_ending_it_leads_back_to_ones_own_session(at: House) -> None:
    own = at.session_of(at.root.browser).id
    browser = at.acting()
    token = browser.access_token
    ended = browser.post(END)
    assert (ended.status_code, (ended.json or {})["user"]["email"]) == (200, ROOT)
    assert (at.session_of(browser).id, who(browser)) == (own, ROOT)
    assert browser.get("/api/users").status_code == 200
    assert browser.get_cookie("impersonation") is None
    assert code(Browser(at.app).get("/api/profile", headers={"Authorization": f"Bearer {token}"}))[0] == 401
    [event] = [event for event in at.heard if isinstance(event, ImpersonationEnded)]
    assert (str(event.user_id), str(event.context.actor), event.why) == (at.ada.id, at.root.id, "ended")
    [session] = [event for event in at.heard if isinstance(event, SessionEnded)]
    assert (session.reason, str(session.context.actor)) == ("impersonation_ended", at.root.id)
    assert browser.post("/auth/refresh").status_code == 200


def test_a_token_alone_does_not_lead_back(at: House) -> None:
    browser = at.acting()
    thief = Browser(at.app)
    for name in ("access_token_cookie", "csrf_access_token"):
        thief.set_cookie(name, browser.cookie(name) or "")
    assert (thief.post(END).json or {})["user"] is None
    assert who(thief) is None
    assert who(browser) is None  # it is over by that


def test_a_form_ends_it_too_and_leads_to_the_person(at: House) -> None:
    browser = at.acting()
    way = browser.post(END, data="", headers=FORM)
    assert (way.status_code, way.headers["Location"]) == (303, f"/admin/users/{at.ada.id}")
    assert who(browser) == ROOT
    again = browser.post(END, data="", headers=FORM)
    assert (again.status_code, who(browser)) == (303, ROOT)
    foreign = browser.post(END, data="", headers={**FORM, "Origin": "https://evil.example"})
    assert code(foreign) == (403, "origin_not_allowed")


def test_after_its_time_there_is_still_the_way_back(at: House) -> None:
    browser = at.acting(minutes=5)
    with later(minutes=6):
        assert browser.get("/api/profile").status_code == 401
        assert (browser.post(END).json or {})["user"]["email"] == ROOT
        assert who(browser) == ROOT


def test_long_after_it_there_is_none(at: House) -> None:
    browser = at.acting(minutes=5)
    with later(minutes=16):
        assert (browser.post(END).json or {})["user"] is None
        assert who(browser) is None


def test_where_ones_own_session_has_ended_one_is_signed_out(at: House) -> None:
    browser = at.acting()
    with at.app.app_context():
        sessions.revoke_all(accounts.get(ROOT).id, "signed_out_everywhere")
    assert (browser.post(END).json or {})["user"] is None
    assert browser.cookie("access_token_cookie") is None
    assert browser.cookie("refresh_token_cookie", "/auth") is None


def test_signing_out_ends_both(at: House, person: object) -> None:
    del person
    own = at.session_of(at.root.browser).id
    browser = at.acting()
    assert browser.post("/auth/logout").status_code == 204
    with at.app.app_context():
        assert sessions.find_active(own) is None
    actors = {str(event.context.actor) for event in at.heard if isinstance(event, SessionEnded)}
    assert actors == {at.root.id}
    assert (browser.post(END).json or {})["user"] is None


def test_signing_in_as_somebody_else_ends_both(at: House) -> None:
    own = at.session_of(at.root.browser).id
    browser = at.acting()
    at.person("sam@example.com", "staff")
    browser.sign_in("sam@example.com")
    with at.app.app_context():
        assert sessions.find_active(own) is None
    assert browser.post(END, data="", headers=FORM).headers["Location"] == "/admin"
    assert who(browser) == "sam@example.com"


PAGES = ["/", "/sign-in", "/account", "/admin", "/forgot-password", "/no-such-page"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_so_above_all_else(at: House, path: str) -> None:

    def shown() -> str:
        return FlaskClient.open(at.root.browser, path, headers={"Accept": "text/html"}).text

    assert "data-acting" not in shown()
    at.acting()
    page = shown()
    assert f'You are acting for <strong dir="auto">{ADA}</strong>' in page
    assert f'action="{END}"' in page
    with later(hours=1):
        assert "Acting for somebody else is over." in shown()


def test_whoever_is_acted_for_sees_no_banner(at: House) -> None:
    at.acting()
    ada: Person = at.ada
    assert "data-acting" not in ada.browser.get("/account", headers={"Accept": "text/html"}).text
