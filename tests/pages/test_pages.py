"""The hosted pages as they leave the server: shells without anything inline, complete for assistive technology."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.accounts import ROLES
from tests.pages.markup import Element, elements_of
from tests.pages.visiting import NAVIGATION, PAGES, POPUP, SHELLS, html_of

ROOT = Path(__file__).resolve().parent.parent.parent
TOKENS = {"off", "one-time-code", "name", "username", "current-password", "new-password"}
PLAIN_FORMS = {"sign-in", "sign-up", "forgot", "reset"}


@pytest.mark.parametrize("path", SHELLS)
def test_a_page_is_html_that_nobody_keeps(visitor: FlaskClient, path: str) -> None:
    response = visitor.get(path)

    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_may_load_nothing_of_another_host_and_run_nothing_inline(visitor: FlaskClient, path: str) -> None:
    [policy] = visitor.get(path, headers=NAVIGATION).headers.getlist("Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    assert rules["default-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == rules["object-src"] == "'none'"
    assert rules["form-action"] == "'self'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in policy
    assert not {"script-src", "style-src", "connect-src"} & set(rules), "a narrower rule would have to be judged, too"


def test_nothing_in_a_page_is_inline(elements: list[Element]) -> None:
    for element in elements:
        assert element.tag not in {"style", "base", "iframe", "object", "embed"}
        if element.tag == "script":
            assert element["src"]
            assert not element.text.strip()
        for name, value in element.attributes.items():
            assert name != "style"
            assert not name.startswith("on"), f"{element.tag} {name}"
            assert not (value or "").strip().lower().startswith(("javascript:", "data:"))


def test_nothing_in_a_page_is_of_another_host(elements: list[Element]) -> None:
    for element in elements:
        for name in ("src", "href", "action", "srcset", "poster"):
            if name in element:
                assert re.match(r"/(?![/\\])|[#?]", element[name]), f"{element.tag} {name}={element[name]}"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_the_same_for_everybody(visitor: FlaskClient, path: str) -> None:
    def shown(**headers: str) -> str:
        return re.sub(r"<code>[0-9a-f]{16}</code>", "", visitor.get(path, headers={**NAVIGATION, **headers}).text)

    assert shown() == shown(Cookie="access_token_cookie=x; csrf_access_token=y", Authorization="Bearer z")


@pytest.mark.parametrize("path", SHELLS)
def test_what_a_link_carries_is_never_written_into_the_page(visitor: FlaskClient, path: str) -> None:
    query = {"next": "<script>x</script>", "error": "<b>", "provider": '">', "origin": "http://evil.example", "q": "'"}

    assert visitor.get(path, query_string=query).text == visitor.get(path).text


def test_a_page_says_what_it_is(elements: list[Element]) -> None:
    [html] = [element for element in elements if element.tag == "html"]
    [title] = [element for element in elements if element.tag == "title"]
    skip = next(element for element in elements if element.tag == "a")

    assert html["lang"] == "en"
    assert re.fullmatch(r"\S.+ · Flaskport", title.text)
    assert len([element for element in elements if element.tag == "h1" and "hidden" not in element]) == 1
    assert len([element for element in elements if element.tag == "main"]) == 1
    assert skip["href"] == "#main"


def test_titles_differ(visitor: FlaskClient) -> None:
    titles = Counter(re.findall(r"<title>(.*)</title>", "".join(html_of(visitor, path) for path in PAGES)))

    assert len(titles) == len(PAGES)


def test_ids_are_there_once_and_what_refers_to_one_finds_it(elements: list[Element]) -> None:
    ids = Counter(element["id"] for element in elements if "id" in element)
    # The dialog that makes a key goes on to show it: a second template with the same heading, in its place.
    assert {name for name, times in ids.items() if times > 1} <= {"create-key-title"}
    for element in elements:
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "data-of"):
            assert set(element[name].split()) <= set(ids), f"{element.tag} {name}={element[name]}"


def test_every_field_has_a_label_and_says_what_it_is_for(elements: list[Element]) -> None:
    labelled = {element["for"] for element in elements if element.tag == "label"}
    wrapped = {"remember", "scopes"}
    for element in elements:
        if element.tag in {"input", "select"}:
            assert element["id"] in labelled or "aria-label" in element or element["name"] in wrapped
            assert "placeholder" not in element, "it is gone once somebody types"
        if element.tag == "input" and element["type"] != "checkbox":
            assert element["autocomplete"] in TOKENS, element["id"]


def test_every_password_has_a_name_to_be_kept_under(visitor: FlaskClient) -> None:
    for path in SHELLS:
        for form in re.findall(r"<form.*?</form>", html_of(visitor, path), re.DOTALL):
            if 'type="password"' in form:
                assert 'autocomplete="username"' in form


def test_only_the_forms_of_those_who_are_not_signed_in_go_to_the_server_by_themselves(elements: list[Element]) -> None:
    """With its button disabled, the Enter key does nothing, either; and whatever is sent is never in the URL."""
    form = None
    for element in elements:
        if element.tag == "form":
            form = element
            assert form["method"] == "post"
            assert "novalidate" in form, (
                "browsers refuse addresses that are right (RFC 6531), and say one thing at a time"
            )
        if element["type"] == "submit":
            assert form is not None
            assert ("disabled" in element) == (form["id"] not in PLAIN_FORMS)


def test_pages_know_where_people_may_be_sent_on_to(visitor_of: Callable[..., FlaskClient]) -> None:
    visitor = visitor_of(cors_origins=("https://app.example.com",), public_url="https://auth.example.com")

    [html] = [element for element in elements_of(html_of(visitor, "/sign-in")) if element.tag == "html"]
    assert html["data-origins"].split() == ["https://app.example.com", "https://auth.example.com"]


@pytest.mark.parametrize("path", ["/account", "/admin"])
def test_pages_know_what_a_role_may_do(visitor: FlaskClient, path: str) -> None:
    [html] = [element for element in elements_of(html_of(visitor, path)) if element.tag == "html"]

    assert json.loads(html["data-roles"]) == {role: sorted(permissions) for role, permissions in ROLES.items()}


@pytest.mark.parametrize("path", sorted({*SHELLS} - {POPUP}))
def test_pages_can_be_turned_off(visitor_of: Callable[..., FlaskClient], path: str) -> None:
    response = visitor_of(hosted_pages=False, sign_in_url=None).get(path, headers=NAVIGATION)

    assert response.status_code == 404
    assert (response.json or {})["code"] == "not_found"


def test_the_end_of_a_sign_in_in_a_window_is_always_there(
    visitor: FlaskClient, visitor_of: Callable[..., FlaskClient]
) -> None:
    """The browser client of anybody's own pages ends there, too."""
    assert html_of(visitor_of(hosted_pages=False, sign_in_url=None), POPUP) == html_of(visitor, POPUP)


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-up/", "/account/", "/admin/"])
def test_a_slash_too_many_leads_to_the_page_with_all_that_the_link_carries(visitor: FlaskClient, path: str) -> None:
    response = visitor.get(f"{path}?next=/welcome%3Fa%3D1&error=x", headers=NAVIGATION)

    assert response.status_code == 308
    assert response.headers["Location"] == f"{path.rstrip('/')}?next=/welcome%3Fa%3D1&error=x"
    assert visitor.get(path, headers=NAVIGATION).headers["Location"] == path.rstrip("/")


def test_a_person_has_an_address_of_their_own(visitor: FlaskClient) -> None:
    assert html_of(visitor, "/admin/users/01890a5d-ac96-774b-bcce-b302099a8057") == html_of(visitor, "/admin")
    assert visitor.get("/admin/users/nobody", headers=NAVIGATION).status_code == 404


def test_browsers_that_ask_for_an_icon_get_one(visitor: FlaskClient) -> None:
    with visitor.get("/favicon.ico") as response:
        assert response.status_code == 200
        assert response.data.startswith(b"\0\0\1\0")


def test_the_page_that_secure_cookies_need_https_for_is_told(visitor_of: Callable[..., FlaskClient]) -> None:
    assert "data-secure-cookies" in html_of(visitor_of(environment="production"), "/sign-in")
    assert "data-secure-cookies" not in html_of(visitor_of(), "/sign-in")


def test_password_managers_find_where_a_password_is_changed(visitor: FlaskClient) -> None:
    response = visitor.get("/.well-known/change-password")

    assert (response.status_code, response.headers["Location"]) == (302, "/account#password")
