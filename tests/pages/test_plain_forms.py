"""Signing in and up where no script runs: the browser posts the form itself."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import accounts
from app.accounts.sign_in import EXTENSION
from tests.client import PASSWORD
from tests.pages.markup import Element, elements_of
from tests.refusals import CLOSED_TODAY

EMAIL = "ada@example.com"
OURS = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
FORM = {"email": EMAIL, "password": PASSWORD}


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """A browser without scripts."""
    return FlaskClient(app, app.response_class)


def register(visitor: FlaskClient, email: str = EMAIL) -> None:
    assert visitor.post("/auth/register", json={"email": email, "password": PASSWORD}).status_code == 201


def send(visitor: FlaskClient, path: str, fields: dict[str, str], **headers: str) -> TestResponse:
    return visitor.post(path, data=fields, headers=headers or OURS)


def field_of(html: str, name: str) -> Element:
    return next(element for element in elements_of(html) if element.tag == "input" and element["name"] == name)


def said_of(html: str, name: str) -> str:
    return re.sub("<.*?>", "", re.findall(rf'<p class="problem" id="{name}-problem"[^>]*>(.*?)</p>', html)[0])


def alert_of(html: str) -> str:
    [alert] = re.findall(r'<div class="alert"[^>]*>(.*?)</div>', html)
    return str(alert)


def who(visitor: FlaskClient) -> object:
    return (visitor.get("/auth/session").json or {})["user"]


def test_an_account_is_made_and_signed_in(visitor: FlaskClient) -> None:
    response = send(visitor, "/sign-up?next=/welcome%3Fa%3D1", FORM | {"name": ""})

    assert response.status_code == 303
    assert response.headers["Location"] == "/welcome?a=1"
    assert (visitor.get("/auth/session").json or {})["user"]["email"] == EMAIL


@pytest.mark.needs("providers")
def test_why_a_provider_led_back_is_said_and_where_to_go_on_to_is_kept(make_app: Callable[..., Flask]) -> None:
    browser = make_app(variables={"SOCIAL_GITHUB_KEY": "key", "SOCIAL_GITHUB_SECRET": "secret"}).test_client()

    html = browser.get("/sign-in?error=account_exists&provider=github&next=/docs").text

    assert "sign in" in alert_of(html).lower()
    links = {element["href"] for element in elements_of(html) if element.tag == "a"}
    assert {"/auth/oauth/github?next=/docs", "/sign-up?next=/docs"} <= links
    assert alert_of(browser.get("/sign-in?error=<b>nothing</b>").text) == ""
    assert "evil" not in "".join(
        element["href"]
        for element in elements_of(browser.get("/sign-in?next=//evil.example").text)
        if element.tag == "a"
    )


def test_somebody_signs_in_and_stays_signed_in_if_they_want(visitor: FlaskClient) -> None:
    register(visitor)

    assert send(visitor, "/sign-in", FORM).headers["Location"] == "/account"
    assert (visitor.get("/auth/session").json or {})["session"]["remember"] is False
    assert send(visitor, "/sign-in", FORM | {"remember": "on"}).status_code == 303
    assert (visitor.get("/auth/session").json or {})["session"]["remember"] is True


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(visitor: FlaskClient, place: str) -> None:
    register(visitor)

    response = visitor.post("/sign-in", query_string={"next": place}, data=FORM, headers=OURS)

    assert response.headers["Location"] == "/account"


def test_a_wrong_password_is_said_on_the_page_which_keeps_the_address_only(visitor: FlaskClient) -> None:
    register(visitor)

    response = send(visitor, "/sign-in", {"email": EMAIL, "password": "not it, not it"})

    assert response.status_code == 401
    assert alert_of(response.text) == "The e-mail address or the password is not right."
    assert field_of(response.text, "email")["value"] == EMAIL
    assert "not it" not in response.text
    assert "Set-Cookie" not in response.headers


def test_all_wrong_fields_are_told_at_once(visitor: FlaskClient) -> None:
    response = send(visitor, "/sign-up", {"email": "<ada", "password": "short", "name": "Ada"})

    assert response.status_code == 422
    assert said_of(response.text, "email") == "Not a valid e-mail address."
    assert said_of(response.text, "password") == "Use at least 10 characters."
    assert field_of(response.text, "email")["aria-invalid"] == "true"
    assert field_of(response.text, "email")["aria-describedby"] == "email-problem"
    assert 'value="&lt;ada"' in response.text
    assert "aria-invalid" not in field_of(response.text, "name")
    assert field_of(response.text, "name")["value"] == "Ada"


def test_an_address_in_another_script_is_one(visitor: FlaskClient) -> None:
    assert send(visitor, "/sign-up", {"email": "jörg@müller.example", "password": PASSWORD}).status_code == 303


def test_what_was_left_empty_is_asked_for(visitor: FlaskClient) -> None:
    response = send(visitor, "/sign-in", {"email": "", "password": ""})

    assert response.status_code == 422
    assert said_of(response.text, "email") == "Enter your e-mail address."
    assert said_of(response.text, "password") == "Enter your password."


def test_an_address_that_is_taken_is_said_beside_it(visitor: FlaskClient) -> None:
    register(visitor)

    response = send(visitor, "/sign-up", FORM)

    assert response.status_code == 409
    assert said_of(response.text, "email") == "There is already an account with this address."


def test_a_sign_in_that_is_vetoed_after_signing_up_can_be_tried_again(visitor: FlaskClient, app: Flask) -> None:
    def veto(_: object) -> None:
        raise CLOSED_TODAY("Wait for a mail of ours.")

    app.extensions[EXTENSION] = [veto]
    try:
        response = send(visitor, "/sign-up?next=/welcome", FORM)
    finally:
        del app.extensions[EXTENSION]

    assert response.status_code == 403
    assert alert_of(response.text) == ("Your account is made, but signing in did not work: Wait for a mail of ours.")
    [form] = [element for element in elements_of(response.text) if element["id"] == "sign-in"]
    assert form["action"] == "/sign-in?next=/welcome"
    assert send(visitor, form["action"], FORM).headers["Location"] == "/welcome"


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Referer": "https://evil.example/"},
        {"Referer": "http://localhost.evil.example/"},
        {"Accept": "text/html"},  # nothing says which page it was
    ],
)
def test_another_sites_page_can_post_no_form(visitor: FlaskClient, path: str, headers: dict[str, str]) -> None:
    register(visitor, "grace@example.com")

    response = send(visitor, path, {"email": "grace@example.com", "password": PASSWORD}, **headers)

    assert response.status_code == 403
    assert "origin_not_allowed" in response.text
    assert "Set-Cookie" not in response.headers


def test_an_old_browser_says_by_its_referer_that_the_form_was_ours(visitor: FlaskClient) -> None:
    assert send(visitor, "/sign-up", FORM, Referer="http://localhost/sign-up").status_code == 303


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"email=%ff%fe&password=x", 400),
        (b"email=a&email=b&password=x", 400),
        (b"&".join(b"a%d=1" % n for n in range(30)), 400),
        (b"email=a%40example.com&password=x&role=admin", 422),
    ],
)
def test_a_form_that_no_page_of_ours_sends_is_refused(visitor: FlaskClient, body: bytes, status: int) -> None:
    response = visitor.post("/sign-up", data=body, headers=OURS, content_type="application/x-www-form-urlencoded")

    assert response.status_code == status
    assert who(visitor) is None


def test_no_other_view_takes_forms(visitor: FlaskClient) -> None:
    response = visitor.post("/auth/register", data=FORM, headers={"Origin": "http://localhost"})

    assert response.status_code == 415
    assert (response.json or {})["code"] == "unsupported_media_type"


def test_browsers_let_the_form_lead_to_a_listed_front_end(make_app: Callable[..., Flask]) -> None:
    app = make_app(cors_origins=("https://app.example.com",))
    visitor = FlaskClient(app, app.response_class)

    policy = visitor.get("/sign-up").headers["Content-Security-Policy"]
    response = send(visitor, "/sign-up?next=https://app.example.com/in", FORM)

    assert "form-action 'self' https://app.example.com;" in policy
    assert response.headers["Location"] == "https://app.example.com/in"


def test_whoever_is_banned_is_told_why(visitor: FlaskClient, app: Flask) -> None:
    register(visitor)
    with app.app_context():
        accounts.ban(EMAIL, "Spam & <b>worse</b>.")
    response = send(visitor, "/sign-in", FORM)

    assert response.status_code == 403
    assert alert_of(response.text) == "This account is banned. Reason: Spam &amp; &lt;b&gt;worse&lt;/b&gt;."
    assert who(visitor) is None
