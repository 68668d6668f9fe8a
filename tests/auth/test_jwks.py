"""``/.well-known/jwks.json``: all that another service needs, and nothing that it must not have."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from flask import Flask

from app.sessions.key_files import KEY_ALGORITHMS, KeyAlgorithm, create
from tests.client import Browser, browser_of

ADDRESS = "/.well-known/jwks.json"
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "k", "oth"}
MEMBERS = {"EdDSA": {"crv", "x"}, "ES256": {"crv", "x", "y"}, "RS256": {"n", "e"}}


@pytest.fixture
def engine() -> str:
    """Keys know no database."""
    return "sqlite"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def app_with(make_app: Callable[..., Flask], folder: Path) -> Callable[[str], Flask]:
    return lambda algorithm: make_app(jwt_algorithm=algorithm, jwt_keys_dir=folder)


def keys_of(app: Flask) -> list[dict[str, Any]]:
    return list((browser_of(app).get(ADDRESS).json or {})["keys"])


@pytest.mark.parametrize("algorithm", KEY_ALGORITHMS)
def test_a_service_that_knows_the_address_alone_can_check_our_tokens(
    app_with: Callable[[str], Flask], folder: Path, algorithm: KeyAlgorithm
) -> None:
    create(folder, algorithm)
    app = app_with(algorithm)
    browser = browser_of(app)
    browser.register()
    browser.sign_in()

    published = jwt.PyJWKSet.from_json(browser_of(app).get(ADDRESS).text)
    key = published[jwt.get_unverified_header(browser.access_token)["kid"]]
    claims = jwt.decode(browser.access_token, key, [algorithm], audience="flaskport", issuer="flaskport")

    assert claims["email"] == "ada@example.com"
    with pytest.raises(jwt.PyJWTError):
        jwt.decode(browser.refresh_token, key, [algorithm], audience="flaskport")


@pytest.mark.parametrize("algorithm", KEY_ALGORITHMS)
def test_only_the_public_part_is_shown(app_with: Callable[[str], Flask], folder: Path, algorithm: KeyAlgorithm) -> None:
    key = create(folder, algorithm)
    response = browser_of(app_with(algorithm)).get(ADDRESS)

    (shown,) = (response.json or {})["keys"]
    assert set(shown) == {"kty", "kid", "use", "alg"} | MEMBERS[algorithm]
    assert not set(shown) & PRIVATE
    assert (shown["kid"], shown["use"], shown["alg"]) == (key.kid, "sig", algorithm)
    assert "PRIVATE" not in response.text


def test_keys_that_still_verify_are_listed_the_newest_first(app_with: Callable[[str], Flask], folder: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    ages = {"later": -60, "signs": 60, "verifies": 3600, "retired": 7200}
    made = {name: create(folder, "EdDSA", now - dt.timedelta(seconds=age)) for name, age in ages.items()}
    create(folder, "ES256")

    listed = [key["kid"] for key in keys_of(app_with("EdDSA"))]

    assert listed == [made[name].kid for name in ("later", "signs", "verifies")]


def test_a_new_key_is_there_within_a_second(app_with: Callable[[str], Flask], folder: Path) -> None:
    create(folder, "EdDSA")
    app = app_with("EdDSA")
    browser = browser_of(app)
    browser.register()
    made = create(folder, "EdDSA")
    browser.sign_in()

    assert made.kid in [key["kid"] for key in keys_of(app)]


def test_anybody_may_ask_and_keep_the_answer_for_five_minutes(browser: Browser) -> None:
    response = browser.get(ADDRESS)

    assert response.status_code == 200
    assert response.mimetype == "application/json"
    assert {*response.headers["Cache-Control"].split(", ")} == {"public", "max-age=300"}
    assert "Set-Cookie" not in response.headers


def test_where_a_secret_signs_there_are_no_keys(app_with: Callable[[str], Flask], folder: Path) -> None:
    assert keys_of(app_with("HS256")) == []
    create(folder, "EdDSA")
    assert browser_of(app_with("HS256")).get(ADDRESS).text == '{"keys":[]}\n'


def test_the_document_describes_it(app: Flask) -> None:
    document = browser_of(app).get("/openapi.json").json or {}

    answer = document["paths"][ADDRESS]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer == {"$ref": "#/components/schemas/JwkSet"}
    described = set(document["components"]["schemas"]["Jwk"]["properties"])
    assert described == {"kty", "kid", "use", "alg"}.union(*MEMBERS.values())
    assert json.dumps(document["paths"][ADDRESS]).count("security") == 0
