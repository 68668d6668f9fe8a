"""Addresses: the app's own, those of front ends and hosts, and the place to sign in."""

from __future__ import annotations

import pytest

from tests.variables import read, refusal


@pytest.mark.parametrize(
    "host", ["https://app.example.com", "app.example.com:443", "App.example.com", "*.example.com", "app/", "."]
)
def test_a_trusted_host_that_no_request_could_name_is_refused(host: str) -> None:
    assert f"TRUSTED_HOSTS holds '{host}'" in refusal(TRUSTED_HOSTS=f"localhost,{host}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("PUBLIC_PATH", path)
            for path in ("backend", "//backend", "/a b", "/a/../b", "/a;b", "/a%2Fb", "https://x.de/a")
        ),
        *(("COOKIE_NAME", name) for name in ("Shop", "my_shop", "my shop", "a=b", "x" * 21, "caf\u00e9")),
    ],
)
def test_a_path_or_a_cookie_name_that_would_not_do_is_refused(name: str, value: str) -> None:
    assert refusal(**{name: value}).startswith(f"{name} is {value!r}; it may be ")


def test_a_path_and_a_cookie_name_are_kept() -> None:
    config = read(PUBLIC_PATH="/tools/auth-2/", COOKIE_NAME="shop2")
    assert (config.public_path, config.cookie_name) == ("/tools/auth-2", "shop2")
    assert (read().public_path, read().cookie_name) == ("", "")


@pytest.mark.parametrize("name", ["CORS_ORIGINS", "PUBLIC_URL"])
@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://*.example.com",
        "https://app.example.com/path",
        "https://app.example.com?x=1",
        "https://app.example.com#x",
        "https://ada@app.example.com",
        "https://app.example.com:0",
        "https://app.example.com:99999",
        "https://app.example.com:",
        "https://app example.com",
        "https://",
        "https://:443",
        "app.example.com",
        "//app.example.com",
        "ftp://app.example.com",
        "null",
        "https://[::1",
    ],
)
def test_an_origin_that_is_not_exact_is_refused(name: str, origin: str) -> None:
    assert refusal(**{name: origin}).startswith(f"{name} holds '")


def test_a_slash_at_the_end_of_a_listed_origin_is_a_path_and_refused() -> None:
    assert "without a path" in refusal(CORS_ORIGINS="https://app.example.com/")


def test_a_path_in_the_public_address_is_shown_its_place() -> None:
    assert refusal(PUBLIC_URL="https://example.com/backend").endswith("A path goes into PUBLIC_PATH.")


def test_one_bad_origin_among_good_ones_is_refused() -> None:
    assert "'*'" in refusal(CORS_ORIGINS="https://app.example.com,*")


@pytest.mark.parametrize("origin", ["https://app.example.com", "http://localhost:5173", "http://[::1]:3000"])
def test_an_exact_origin_is_accepted(origin: str) -> None:
    assert read(CORS_ORIGINS=origin).cors_origins == (origin,)


@pytest.mark.parametrize(
    "place", ["javascript:alert(1)", "sign-in", "//evil.example", "/\\evil.example", "/a b", "https://"]
)
def test_a_sign_in_page_that_is_no_place_is_refused(place: str) -> None:
    assert "SIGN_IN_URL must be a path" in refusal(SIGN_IN_URL=place)


@pytest.mark.parametrize(
    "public_url", ["http://auth.example.com", "http://localhost.example.com", "http://10.0.0.7:8000"]
)
def test_production_is_reached_by_https(public_url: str) -> None:
    assert refusal(PUBLIC_URL=public_url).startswith(f"PUBLIC_URL holds {public_url!r}; in production it begins with")
    assert read(PUBLIC_URL=public_url, APP_ENV="development").public_url == public_url


@pytest.mark.parametrize(
    "public_url", ["http://localhost", "http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]"]
)
def test_production_may_be_tried_on_this_machine_without_https(public_url: str) -> None:
    assert read(PUBLIC_URL=public_url).public_url == public_url


@pytest.mark.parametrize("public_url", [None, "http://localhost:8000"])
def test_cookies_for_other_sites_need_https_outside_development(public_url: str | None) -> None:
    env = {"COOKIE_MODE": "cross-site"} | ({"PUBLIC_URL": public_url} if public_url else {})
    assert "COOKIE_MODE=cross-site needs https" in refusal(**env)
    assert read(**env, APP_ENV="development").cookie_mode == "cross-site"
    assert read(COOKIE_MODE="cross-site", PUBLIC_URL="https://auth.example.com").cookie_mode == "cross-site"
