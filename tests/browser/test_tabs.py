"""Several tabs of one browser: one refresh, one sign-out, one person."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route

from tests.browser.conftest import Site, new_account, sign_in, with_client
from tests.client import PASSWORD


def expire_access_token(profile: BrowserContext, site: Site) -> None:
    """What fifteen minutes do: the cookie is still there, and its token no longer good."""
    cookie = next(cookie for cookie in profile.cookies(site.url) if cookie["name"] == "access_token_cookie")
    expired = site.expired(cookie["value"])
    profile.add_cookies([{"name": "access_token_cookie", "value": expired, "url": site.url, "httpOnly": True}])


def tabs_of(profile: BrowserContext, site: Site, number: int) -> list[Page]:
    tabs = []
    for _ in range(number):
        page = profile.new_page()
        page.goto(f"{site.front_end}/empty.html")
        tabs.append(page)
    return tabs


@pytest.mark.parametrize("number", [2, 10])
def test_tabs_whose_access_token_has_expired_refresh_once_and_stay_signed_in(
    profile: BrowserContext, site: Site, account: str, number: int
) -> None:
    tabs = tabs_of(profile, site, number)
    sign_in(tabs[0], site.url, account)
    for tab in tabs:
        with_client(tab, site.url, "return (await client.session()).user.email")
    refreshes: list[Request] = []
    profile.on("request", lambda request: refreshes.append(request) if "/auth/refresh" in request.url else None)
    expire_access_token(profile, site)

    for tab in tabs:  # none waits for another: each starts, and is asked for its answer later
        with_client(tab, site.url, "globalThis.answer = client.fetch('api/profile').then((r) => r.status)")
    statuses = [tab.evaluate("globalThis.answer") for tab in tabs]

    assert statuses == [200] * number
    assert len([request for request in refreshes if request.method == "POST"]) == 1


@pytest.mark.needs("posts")
def test_parallel_requests_of_one_tab_refresh_once(profile: BrowserContext, site: Site, account: str) -> None:
    (tab,) = tabs_of(profile, site, 1)
    sign_in(tab, site.url, account)
    refreshes: list[Request] = []
    profile.on("request", lambda request: refreshes.append(request) if "/auth/refresh" in request.url else None)
    expire_access_token(profile, site)

    work = """
      const note = { title: "Note", body: "" };
      const posts = Array.from({ length: 5 }, () => client.call("POST", "api/posts", note));
      const reads = Array.from({ length: 5 }, () => client.fetch("api/posts"));
      return [(await Promise.all(posts)).length, (await Promise.all(reads)).every((answer) => answer.ok)];
    """
    assert with_client(tab, site.url, work) == [5, True]
    assert len([request for request in refreshes if request.method == "POST"]) == 1


def test_a_clock_that_was_set_back_stops_no_refresh(profile: BrowserContext, site: Site, account: str) -> None:
    """The time of the last refresh, which all tabs see, is then one that has yet to come."""
    (tab,) = tabs_of(profile, site, 1)
    tab.clock.install(time=time.time() + 3600)
    sign_in(tab, site.url, account)
    profile_status = "return (await client.fetch('api/profile')).status"
    expire_access_token(profile, site)
    assert with_client(tab, site.url, profile_status) == 200

    tab.clock.set_system_time(time.time())
    expire_access_token(profile, site)

    assert with_client(tab, site.url, profile_status) == 200


def test_a_server_that_does_not_answer_is_a_typed_error(profile: BrowserContext, site: Site, account: str) -> None:
    (tab,) = tabs_of(profile, site, 1)
    sign_in(tab, site.url, account)
    tab.route("**/api/profile", lambda route: route.abort())

    told = "return client.%s.catch((error) => [error.name, error.code, error.status])"
    failed = ["FlaskportError", "network_error", 0]
    assert with_client(tab, site.url, told % "call('GET', 'api/profile')") == failed
    assert with_client(tab, site.url, told % "fetch('api/profile')") == failed
    aborted = "return client.fetch('api/profile', { signal: AbortSignal.abort() }).catch((error) => error.name)"
    assert with_client(tab, site.url, aborted) == "AbortError"
    assert with_client(tab, site.url, "return client.user.email") == account


def test_a_client_that_is_closed_hears_no_other_tab(profile: BrowserContext, site: Site, account: str) -> None:
    first, closed, open_still = tabs_of(profile, site, 3)
    listen = "globalThis.changes = []; client.onChange((c) => changes.push(c.type)); await client.session()"
    for tab in (closed, open_still):
        with_client(tab, site.url, listen)
    with_client(closed, site.url, "client.close()")

    sign_in(first, site.url, account)

    open_still.wait_for_function("globalThis.changes.includes('signed-in')")
    assert closed.evaluate("globalThis.changes") == []
    assert with_client(closed, site.url, "return (await client.session()).user.email") == account


def test_an_answer_that_was_on_its_way_while_somebody_signed_in_signs_nobody_out(
    profile: BrowserContext, site: Site, account: str
) -> None:
    (tab,) = tabs_of(profile, site, 1)
    with_client(tab, site.url, "globalThis.changes = []; client.onChange(({ type }) => changes.push(type))")
    with_client(tab, site.url, "await client.session()")
    held: list[Route] = []
    tab.route("**/auth/session", lambda route: held.insert(0, route), times=1)
    with tab.expect_request("**/auth/session"):
        with_client(tab, site.url, "globalThis.asked = client.session()")
    allowed = {"Access-Control-Allow-Origin": site.front_end, "Access-Control-Allow-Credentials": "true"}

    sign_in(tab, site.url, account)
    held[0].fulfill(json={"user": None}, headers=allowed)

    assert tab.evaluate("asked.then(({ user }) => user.email)") == account
    assert tab.evaluate("globalThis.changes") == ["signed-in"]


def test_a_public_answer_for_an_expired_session_is_asked_for_again(
    profile: BrowserContext, site: Site, account: str
) -> None:
    (tab,) = tabs_of(profile, site, 1)
    sign_in(tab, site.url, account)
    expire_access_token(profile, site)

    assert with_client(tab, site.url, "return (await client.session()).user.email") == account


def test_signing_out_in_one_tab_reaches_the_others(profile: BrowserContext, site: Site, account: str) -> None:
    first, second = tabs_of(profile, site, 2)
    sign_in(first, site.url, account)
    with_client(second, site.url, "globalThis.changes = []; client.onChange((c) => changes.push(c.type))")
    with_client(second, site.url, "await client.session()")

    with_client(first, site.url, "await client.signOut()")

    second.wait_for_function("globalThis.changes.includes('signed-out')")
    assert with_client(second, site.url, "return (await client.fetch('api/profile')).status") == 401


def test_a_tab_notices_that_another_signed_in_as_somebody_else(
    profile: BrowserContext, site: Site, account: str
) -> None:
    other = new_account(site, f"other-{account}")
    first, second = tabs_of(profile, site, 2)
    sign_in(first, site.url, account)
    listen = "globalThis.changes = []; client.onChange(({ type, user }) => changes.push([type, user?.email]))"
    with_client(first, site.url, listen)

    sign_in(second, site.url, other)

    first.wait_for_function("globalThis.changes.length > 0")
    assert first.evaluate("globalThis.changes") == [["changed-user", other]]
    assert with_client(first, site.url, "return (await client.session()).user.email") == other


def test_a_sign_in_past_the_client_is_noticed_at_the_next_request(
    profile: BrowserContext, site: Site, account: str
) -> None:
    other = new_account(site, f"other-{account}")
    first, second = tabs_of(profile, site, 2)
    sign_in(first, site.url, account)
    listen = "globalThis.changes = []; client.onChange(({ type, user }) => changes.push([type, user?.email]))"
    with_client(first, site.url, listen)
    work = """await fetch(`${argument.api}/auth/login`, { method: "POST", credentials: "include",
      headers: { "Content-Type": "application/json" }, body: JSON.stringify(argument.fields) })"""
    fields = {"email": other, "password": PASSWORD}
    with_client(second, site.url, work, {"api": site.url, "fields": fields})

    with_client(first, site.url, "await client.fetch('api/profile')")

    first.wait_for_function("globalThis.changes.length > 0")
    assert first.evaluate("globalThis.changes") == [["changed-user", other]]


@pytest.mark.parametrize(
    ("status", "body"), [(401, "<html>no</html>"), (200, "{}"), (200, "<html>log in to the WLAN</html>"), (503, "")]
)
def test_an_answer_that_is_not_the_servers_signs_nobody_out(
    profile: BrowserContext, site: Site, account: str, status: int, body: str
) -> None:
    (tab,) = tabs_of(profile, site, 1)
    sign_in(tab, site.url, account)
    with_client(tab, site.url, "globalThis.changes = []; client.onChange((c) => changes.push(c.type))")
    expire_access_token(profile, site)
    allowed = {"Access-Control-Allow-Origin": site.front_end, "Access-Control-Allow-Credentials": "true"}
    tab.route("**/auth/refresh", lambda route: route.fulfill(status=status, body=body, headers=allowed), times=1)

    work = "return client.fetch('api/profile').then((r) => r.status, (e) => e.name)"
    assert with_client(tab, site.url, work) == "FlaskportError"
    assert tab.evaluate("globalThis.changes") == []
    assert with_client(tab, site.url, work) == 200


def test_a_session_that_is_over_is_a_typed_error_and_a_sign_out(
    profile: BrowserContext, site: Site, account: str
) -> None:
    (tab,) = tabs_of(profile, site, 1)
    sign_in(tab, site.url, account)
    with_client(tab, site.url, "globalThis.changes = []; client.onChange((c) => changes.push(c.type))")
    expire_access_token(profile, site)
    profile.add_cookies(
        [{"name": "refresh_token_cookie", "value": "gone", "domain": "localhost", "path": "/auth", "httpOnly": True}]
    )

    work = "return client.fetch('api/profile').catch((e) => [e.name, e.status, e.code, client.user])"
    assert with_client(tab, site.url, work) == ["FlaskportError", 401, "token_expired", None]
    assert tab.evaluate("globalThis.changes") == ["signed-out"]


def test_no_token_is_within_reach_of_scripts(profile: BrowserContext, site: Site, account: str) -> None:
    (tab,) = tabs_of(profile, site, 1)
    sign_in(tab, site.url, account)
    values = {cookie["value"] for cookie in profile.cookies(f"{site.url}/auth") if "token_cookie" in cookie["name"]}

    assert len(values) == 2
    visible = tab.evaluate("document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    assert not any(value in visible for value in values)
    assert tab.evaluate("localStorage.length") == 0


def test_a_request_to_another_origin_takes_nothing_of_the_session_along(
    profile: BrowserContext, site: Site, account: str
) -> None:
    (tab,) = tabs_of(profile, site, 1)
    sign_in(tab, site.url, account)
    with tab.expect_request("**/elsewhere") as seen:
        with_client(tab, site.url, f"await client.fetch('{site.front_end}/elsewhere', {{ method: 'POST' }})")
    assert "x-csrf-token" not in seen.value.headers
