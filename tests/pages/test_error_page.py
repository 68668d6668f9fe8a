"""Errors: a page for people, JSON for programs and scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.guards import PERMISSION_REQUIRED, login_required, public
from tests.pages.visiting import NAVIGATION
from tests.refusals import TOO_MANY

PROGRAMS = [{}, {"Accept": "*/*"}, {"Accept": "application/json"}, {"Accept": "text/html", "Sec-Fetch-Mode": "cors"}]


@pytest.mark.parametrize("headers", [NAVIGATION, {"Accept": "text/html"}])
def test_a_person_gets_a_page_with_code_and_request_id(visitor: FlaskClient, headers: dict[str, str]) -> None:
    response = visitor.get("/not-a-page", headers=headers)

    assert response.status_code == 404
    assert response.content_type == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert "<h1>This page is not here</h1>" in response.text
    assert "<code>not_found</code>" in response.text
    assert f"<code>{response.headers['X-Request-ID']}</code>" in response.text
    assert "<script" not in response.text


@pytest.mark.parametrize("headers", PROGRAMS)
def test_a_program_gets_json(visitor: FlaskClient, headers: dict[str, str]) -> None:
    response = visitor.get("/not-a-page", headers=headers)

    assert response.status_code == 404
    assert (response.json or {})["code"] == "not_found"


def test_the_api_answers_json_to_everybody(visitor: FlaskClient) -> None:
    assert (visitor.get("/api/not-there", headers=NAVIGATION).json or {})["code"] == "not_found"


@pytest.mark.needs("providers")
def test_who_does_not_come_from_a_sign_in_is_not_sent_to_one(visitor: FlaskClient) -> None:
    assert 'href="/account"' in visitor.get("/not-a-page", headers=NAVIGATION).text

    refused = visitor.get("/auth/oauth/nobody", headers=NAVIGATION)
    assert refused.status_code == 404
    assert 'href="/sign-in"' in refused.text


def href_of_the_way_on(html: str) -> str:
    [href] = re.findall(r'<a class="button primary full" href="([^"]*)"', html)
    return unescape(href)


@pytest.mark.needs("providers")
def test_the_way_back_keeps_where_somebody_wanted_to_go(visitor: FlaskClient) -> None:
    def way_on(next_: str) -> str:
        query = {"next": next_}
        return href_of_the_way_on(visitor.get("/auth/oauth/nobody", headers=NAVIGATION, query_string=query).text)

    assert way_on("/welcome?a=1") == "/sign-in?next=/welcome?a%3D1"
    assert way_on("https://evil.example/") == way_on("//evil.example") == "/sign-in"


@pytest.mark.needs("providers")
def test_people_never_read_what_only_developers_know(visitor: FlaskClient) -> None:
    page = visitor.get("/auth/oauth/nobody", headers=NAVIGATION).text
    elsewhere = visitor.get("/auth/oauth/nobody?next=https://evil.example", headers=NAVIGATION).text

    assert "Signing in that way is not possible here. Choose another one." in page
    for text in (page, elsewhere):
        assert "GET /" not in text
        assert "CORS_ORIGINS" not in text


def test_who_is_not_signed_in_may_sign_in_and_comes_back_to_this_very_page(failing: Flask) -> None:
    response = failing.test_client().get("/members?tab=2", headers=NAVIGATION)

    assert response.status_code == 401
    assert "<h1>Sign in first</h1>" in response.text
    assert href_of_the_way_on(response.text) == "/sign-in?next=/members?tab%3D2"


def test_below_a_path_the_way_on_is_below_it_too(visitor_of: Callable[..., FlaskClient]) -> None:
    visitor = visitor_of(public_path="/backend")

    @visitor.application.get("/members")
    @login_required
    def members() -> str:
        return "never"

    html = visitor.get("/members?tab=2", headers=NAVIGATION).text

    assert href_of_the_way_on(html) == "/backend/sign-in?next=/backend/members?tab%3D2"


def test_who_lacks_a_permission_reads_why_and_what_to_do(failing: Flask) -> None:
    response = failing.test_client().get("/managers", headers=NAVIGATION)

    assert response.status_code == 403
    assert "<h1>This is not for your role</h1>" in response.text
    assert "Your role does not allow this. An admin can give you another." in response.text


@pytest.fixture
def failing(visitor_of: Callable[..., FlaskClient]) -> Flask:
    """An app with views that fail."""
    app = visitor_of().application

    @app.get("/refuses")
    @public
    def refuses() -> str:
        raise TOO_MANY("<b>Not</b> & never", errors={"field": ["private"]})

    @app.get("/members")
    @login_required
    def members() -> str:
        return "never"

    @app.get("/managers")
    @public
    def managers() -> str:
        raise PERMISSION_REQUIRED(errors={"permission": ["Needs: users:read."]})

    @app.get("/breaks")
    @public
    def breaks() -> str:
        raise RuntimeError("a secret")

    return app


def test_a_message_is_text_and_not_markup(failing: Flask) -> None:
    response = failing.test_client().get("/refuses", headers=NAVIGATION)

    assert response.status_code == 429
    assert "&lt;b&gt;Not&lt;/b&gt; &amp; never" in response.text


def test_what_went_wrong_on_our_side_is_not_told(failing: Flask) -> None:
    response = failing.test_client().get("/breaks", headers=NAVIGATION)

    assert response.status_code == 500
    assert "<h1>Something went wrong</h1>" in response.text
    assert "secret" not in response.text
    assert "RuntimeError" not in response.text
