"""The bare address: a page for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.pages.markup import elements_of
from tests.pages.visiting import NAVIGATION

FIRST_ADMIN = "users set-role you@example.com admin"


def links_of(html: str) -> list[str]:
    """But for those to other languages, and past them."""
    found = [element["href"] for element in elements_of(html) if element.tag == "a"]
    return [place for place in found if place[0] not in "#?"]


@pytest.mark.needs("check")
@pytest.mark.parametrize("headers", [NAVIGATION, {"Accept": "text/html"}])
def test_a_person_finds_the_ways_in_and_in_development_the_first_steps(
    visitor: FlaskClient, headers: dict[str, str]
) -> None:
    response = visitor.get("/", headers=headers)

    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert links_of(response.text) == ["/sign-in", "/sign-up", "/docs", "/auth/check", "/account"]
    assert FIRST_ADMIN in response.text
    assert "<script" not in response.text


def test_in_production_it_names_nothing_of_the_operators(visitor_of: Callable[..., FlaskClient]) -> None:
    html = visitor_of(environment="production", api_docs=False).get("/", headers=NAVIGATION).text

    assert links_of(html) == ["/sign-in", "/sign-up", "/account"]
    assert FIRST_ADMIN not in html


@pytest.mark.parametrize("headers", [{}, {"Accept": "*/*"}, {"Accept": "text/html", "Sec-Fetch-Mode": "cors"}])
def test_a_program_gets_json(visitor: FlaskClient, headers: dict[str, str]) -> None:
    assert (visitor.get("/", headers=headers).json or {})["name"] == "Flaskport"


def test_without_the_pages_everybody_gets_json(visitor_of: Callable[..., FlaskClient]) -> None:
    response = visitor_of(hosted_pages=False, sign_in_url=None).get("/", headers=NAVIGATION)

    assert (response.json or {})["name"] == "Flaskport"
