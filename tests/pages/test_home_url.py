"""HOME_URL: where people go on to once they are signed in, if nothing says where."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import ConfigError
from tests.pages.test_plain_forms import FORM, send
from tests.pages.visiting import NAVIGATION
from tests.variables import read

FRONT_END = "https://app.example.com"


@pytest.mark.parametrize("place", ["/", "/welcome?new=1", f"{FRONT_END}/in"])
def test_a_form_without_a_script_leads_there(make_app: Callable[..., Flask], place: str) -> None:
    app = make_app(home_url=place, cors_origins=(FRONT_END,))
    visitor = FlaskClient(app, app.response_class)

    assert send(visitor, "/sign-up", FORM).headers["Location"] == place
    assert send(visitor, "/sign-in", FORM).headers["Location"] == place
    assert send(visitor, "/sign-in?next=/account%23keys", FORM).headers["Location"] == "/account#keys"


def test_pages_tell_their_scripts(visitor_of: Callable[..., FlaskClient]) -> None:
    def shown(**settings: object) -> str:
        return visitor_of(**settings).get("/sign-in", headers=NAVIGATION).text

    assert 'data-home="/welcome"' in shown(home_url="/welcome")
    assert 'data-home="/backend/welcome"' in shown(home_url="/welcome", public_path="/backend")
    assert "data-home" not in shown()


@pytest.mark.parametrize(
    "place", ["javascript:alert(1)", "welcome", "//evil.example", "https://app.example.com/in", "https://a["]
)
def test_what_is_no_place_to_go_to_stops_the_start(place: str) -> None:
    with pytest.raises(ConfigError, match="HOME_URL"):
        read(HOME_URL=place)


@pytest.mark.parametrize("variable", ["CORS_ORIGINS", "PUBLIC_URL"])
def test_an_address_on_a_listed_origin_is_one(variable: str) -> None:
    assert read(**{variable: FRONT_END}, HOME_URL=f"{FRONT_END}/in").home_url == f"{FRONT_END}/in"
    assert read().home_url is None
