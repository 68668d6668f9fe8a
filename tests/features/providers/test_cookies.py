"""The cookie of a sign-in under way, what is in addresses and bodies, and what a caller is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.features.providers.answers import ABSENT
from tests.features.providers.apple import apple
from tests.features.providers.hostile import Hostile
from tests.features.providers.traveller import FETCH, Traveller, attempt_cookies, query_of

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

AppWith = Callable[..., Flask]


@pytest.mark.parametrize(
    ("provider", "environment", "attributes"),
    [
        ("oidc-acme", "development", {"HttpOnly", "Max-Age=600", "Path=/auth", "SameSite=Lax"}),
        ("oidc-acme", "production", {"HttpOnly", "Max-Age=600", "Path=/auth", "SameSite=Lax", "Secure"}),
        ("apple", "development", {"HttpOnly", "Max-Age=600", "Path=/auth", "SameSite=None", "Secure"}),
        ("apple", "production", {"HttpOnly", "Max-Age=600", "Path=/auth", "SameSite=None", "Secure"}),
    ],
)
def test_the_cookie_is_for_this_sign_in_only(
    app_with: AppWith, social: dict[str, str], provider: str, environment: str, attributes: set[str]
) -> None:
    app = app_with(variables=social | apple(), environment=environment, public_url="https://auth.example.com")

    response = Traveller.of(app, provider).begin()

    (cookie,) = attempt_cookies(response)
    name_and_value, *written = cookie.split("; ")
    assert {part for part in written if not part.startswith("Expires=")} == attributes
    assert name_and_value.startswith("__Secure-oauth_") == (environment == "production")
    assert len(cookie) < 4096


def test_the_longest_place_to_go_to_fits_into_the_cookie(traveller: Traveller) -> None:
    place = "/" + "x" * 1999

    address = traveller.travel(next=place, remember="1")

    assert all(len(f"{name}={value}") < 4000 for name, value in traveller.attempts().items())
    assert traveller.arrive(address).headers["Location"] == place


def test_the_cookie_goes_with_the_sign_in(traveller: Traveller) -> None:
    response = traveller.sign_in()

    (cookie,) = attempt_cookies(response)
    assert "; Max-Age=0" in cookie
    assert "; Path=/auth;" in f"{cookie};"
    assert not traveller.attempts()


@pytest.mark.parametrize(("remember", "lasting"), [("1", True), ("true", True), ("0", False), ("", False)])
def test_remember_me_makes_lasting_cookies(traveller: Traveller, remember: str, lasting: bool) -> None:
    response = traveller.sign_in(remember=remember)

    tokens = [cookie for cookie in response.headers.getlist("Set-Cookie") if "token" in cookie]
    assert len(tokens) == 4
    assert all(("Max-Age=" in cookie) is lasting for cookie in tokens)


def test_no_token_is_in_an_address_or_a_body(traveller: Traveller, hostile: Hostile) -> None:
    response = traveller.sign_in(next="/welcome?a=b")

    assert response.headers["Location"] == "/welcome?a=b"
    assert response.headers["Referrer-Policy"]
    own = [cookie.split("=")[1].split(";")[0] for cookie in response.headers.getlist("Set-Cookie")]
    for secret in [*hostile.secrets, *filter(None, own)]:
        assert secret not in response.text
        assert secret not in response.headers["Location"]


def test_a_script_is_told_where_to_go(traveller: Traveller) -> None:
    """``fetch`` cannot follow a redirect to another origin."""
    response = traveller.get("/auth/oauth/oidc-acme?next=/in", headers=FETCH)

    assert response.status_code == 200
    assert response.json is not None
    assert set(response.json) == {"location"}
    assert query_of(response.json["location"])["response_type"] == "code"
    assert attempt_cookies(response)


def test_the_list_of_providers_is_for_buttons(app_with: AppWith, social: dict[str, str]) -> None:
    more = {
        "SOCIAL_GITHUB_KEY": "k",
        "SOCIAL_GITHUB_SECRET": "s",
        "SOCIAL_OIDC_ACME_LABEL": "Acme Inc.",
        "SOCIAL_ORDER": "oidc-acme",
    }
    traveller = Traveller.of(app_with(variables=social | more, public_url="https://auth.example.com"))

    response = traveller.get("/auth/providers", headers=FETCH)

    assert response.json == {
        "items": [
            {"name": "oidc-acme", "label": "Acme Inc.", "start_url": "https://auth.example.com/auth/oauth/oidc-acme"},
            {"name": "github", "label": "GitHub", "start_url": "https://auth.example.com/auth/oauth/github"},
        ]
    }


@pytest.mark.parametrize(
    "path", ["/auth/oauth/{}", "/auth/oauth/{}/callback", "/auth/oauth/{}/callback?state=a&code=b"]
)
@pytest.mark.parametrize("provider", ["github", "oidc-ACME", "oidc-", "acme", "%00", "..", "local", "jwt"])
def test_a_provider_that_is_not_switched_on_is_not_there(traveller: Traveller, path: str, provider: str) -> None:
    response = traveller.get(path.format(provider), headers=FETCH)

    assert response.status_code == 404


@pytest.mark.parametrize(
    ("back", "code"),
    [
        ({"error": "access_denied", "code": ABSENT}, "access_denied"),
        ({"error": "access_denied", "error_description": "<script>&next=//evil"}, "access_denied"),
        ({"error": "user_denied", "code": ABSENT}, "access_denied"),
    ],
)
@pytest.mark.parametrize(
    ("place", "with_error"),
    [
        ("/in", "/in?error={}&provider=oidc-acme"),
        ("/in?a=b&error=old#part", "/in?a=b&error={}&provider=oidc-acme#part"),
        ("https://app.example.com", "https://app.example.com?error={}&provider=oidc-acme"),
        ("https://app.example.com/x?a=%2F", "https://app.example.com/x?a=%2F&error={}&provider=oidc-acme"),
    ],
)
def test_who_cancels_comes_back_with_a_code(
    app_with: AppWith,
    social: dict[str, str],
    hostile: Hostile,
    back: dict[str, str],
    code: str,
    place: str,
    with_error: str,
) -> None:
    traveller = Traveller.of(app_with(variables=social, cors_origins=("https://app.example.com",)))
    hostile.behave(back=back)

    response = traveller.sign_in(next=place)

    assert response.status_code == 303
    assert response.headers["Location"] == with_error.format(code)
    assert traveller.who() is None


def test_who_cancels_comes_back_to_the_sign_in_page_if_there_is_one(
    app_with: AppWith, social: dict[str, str], hostile: Hostile
) -> None:
    app = app_with(variables=social, sign_in_url="/sign-in", public_url="https://auth.example.com")
    hostile.behave(back={"error": "access_denied", "code": ABSENT})

    response = Traveller.of(app).sign_in(next="/in?a=b")

    assert response.headers["Location"].startswith("/sign-in?")
    assert query_of(response.headers["Location"]) == {
        "error": "access_denied",
        "provider": "oidc-acme",
        "next": "/in?a=b",
    }


def test_a_sign_in_in_a_window_of_its_own_tells_that_window_of_failures(
    app_with: AppWith, social: dict[str, str], hostile: Hostile
) -> None:
    """The page that opened it waits for word from there, not from the sign-in page."""
    app = app_with(variables=social, sign_in_url="/sign-in", public_url="https://auth.example.com")
    hostile.behave(back={"error": "access_denied", "code": ABSENT})

    response = Traveller.of(app).sign_in(next="/signed-in", popup="1")

    assert response.headers["Location"] == "/signed-in?error=access_denied&provider=oidc-acme"


def test_who_cancels_without_a_place_to_go_to_sees_a_page(traveller: Traveller, hostile: Hostile) -> None:
    hostile.behave(back={"error": "access_denied", "code": ABSENT})

    response = traveller.sign_in()

    assert response.status_code == 401
    assert response.mimetype == "text/html"
    assert "access_denied" in response.text


def test_two_products_on_one_host_do_not_count_each_others_attempts(
    app_with: Callable[..., Flask], social: dict[str, str]
) -> None:
    shop = Traveller.of(app_with(variables=social, cookie_name="shop"))
    shop.begin()
    other = Traveller.of(app_with(variables=social))
    other.begin()
    [theirs], [ours] = shop.attempts(), other.attempts()

    assert theirs.startswith("shop_oauth_")
    assert ours.startswith("oauth_")
    other.set_cookies(shop.attempts())
    for _ in range(6):
        other.begin()
    assert theirs in other.attempts()
