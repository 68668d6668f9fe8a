"""EXTERNAL_JWT_…: somebody else's tokens on our routes, beside our own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from app.guards import passport
from app.passport.registry import off_strategies_of, strategies_of
from app.passport.strategies.external_jwt import ExternalTokenProof
from tests.client import PASSWORD, Browser
from tests.databases import SETTINGS
from tests.features.external_tokens.apps import GATEWAY, GUIDE, KEY, Here, guides, variables
from tests.interop.gateway import Gateway, new_key, sign
from tests.words import bearer


def test_it_is_off_by_default_and_the_guides_token_is_then_nothing(app: Flask, browser: Browser) -> None:
    assert "external_jwt" in off_strategies_of(app)
    assert "external_jwt" not in strategies_of(app)
    response = browser.get("/api/profile", headers=bearer(guides("1")))
    assert (response.status_code, (response.json or {})["code"]) == (401, "invalid_token")


def test_the_guides_token_shows_the_profile_of_the_row(here: Callable[..., Here]) -> None:
    there = here()
    ada = there.register()
    response = there.browser.get("/api/profile", headers=bearer(guides(ada, email="x@example.com", name="X")))
    assert response.status_code == 200
    assert (response.json or {})["email"] == "ada@example.com"
    assert (response.json or {})["role"] == "user"
    assert response.headers["X-Auth-State"] == "user"
    assert "Set-Cookie" not in response.headers


def test_our_own_tokens_and_cookies_work_beside_it(here: Callable[..., Here]) -> None:
    there = here()
    ada = there.register()
    there.browser.sign_in()
    ours = there.browser.access_token
    assert there.browser.get("/api/profile").status_code == 200
    stranger = Here(there.app)
    assert stranger.code(ours) == "200"
    assert there.browser.post("/auth/logout").status_code == 204
    assert stranger.code(ours) == "401 token_revoked"
    assert stranger.code(guides(ada)) == "200", "its own session is not what it rests on"


def test_with_the_same_secret_as_ours_each_kind_is_still_judged_by_its_own_rules(
    make_app: Callable[..., Flask],
) -> None:
    there = Here(make_app(variables=variables({**GUIDE, "SECRET": SETTINGS.jwt_secret})))
    ada = there.register()
    foreign = {"iss": None, "aud": None, "sub": ada}
    assert there.code(sign(SETTINGS.jwt_secret, "HS256", **foreign)) == "200"
    there.browser.sign_in()
    refresh = there.browser.refresh_token
    stranger = Here(there.app)
    assert stranger.code(there.browser.access_token) == "200"
    assert stranger.code(refresh) == "401 invalid_token"
    assert stranger.code(sign(SETTINGS.jwt_refresh_secret, "HS256", **foreign)) == "401 invalid_token"
    for claims in ({"iss": "flaskport"}, {"aud": "flaskport"}, {"iss": "flaskport", "aud": "flaskport"}):
        assert stranger.code(sign(SETTINGS.jwt_secret, "HS256", **{**foreign, **claims})) == "401 invalid_token"


def test_a_bearer_token_wins_over_a_cookie_and_a_bad_one_is_not_made_good_by_it(here: Callable[..., Here]) -> None:
    there = here()
    there.register()
    bob = there.register("bob@example.com")
    there.browser.sign_in()
    response = there.browser.get("/api/profile", headers=bearer(guides(bob)))
    assert (response.json or {})["email"] == "bob@example.com"
    assert there.browser.get("/api/profile", headers=bearer(guides(bob, exp=1))).status_code == 401


@pytest.mark.needs("posts")
@pytest.mark.parametrize(
    ("changes", "code"),
    [({"exp": 1}, "token_expired"), ({"exp": None}, "invalid_token"), ({"type": "refresh"}, "invalid_token")],
)
def test_a_bad_one_is_refused_and_under_optional_guards_nobody(
    here: Callable[..., Here], changes: dict[str, Any], code: str
) -> None:
    there = here()
    bad = guides(there.register(), **changes)
    assert there.code(bad) == f"401 {code}"
    response = there.browser.get("/api/posts", headers=bearer(bad))
    assert response.status_code == 200
    assert response.headers["X-Auth-State"] == ("expired" if code == "token_expired" else "anonymous")


def test_it_has_no_session_and_may_do_nothing_that_needs_one(here: Callable[..., Here]) -> None:
    there = here()
    token = bearer(guides(there.register()))
    for method, path, body in (
        ("GET", "/auth/sessions", None),
        ("POST", "/auth/logout-all", None),
        ("POST", "/auth/confirm", {"password": PASSWORD}),
        ("POST", "/auth/password", {"current_password": PASSWORD, "new_password": "another fine password"}),
        ("DELETE", "/api/profile", {"password": PASSWORD}),
    ):
        response = there.browser.open(path, method=method, headers=token, json=body)
        assert response.status_code in {401, 403}, f"{path}: {response.status_code}"
        assert "Set-Cookie" not in response.headers


def test_it_names_itself_and_the_signer_and_holds_no_token(make_app: Callable[..., Flask]) -> None:
    there = Here(make_app(variables=variables(GUIDE)))

    @there.app.get("/seen")
    @passport.authenticate("external_jwt")
    def seen() -> ResponseReturnValue:
        current = passport.current
        return jsonify(
            strategy=current.strategy,
            proof=asdict(passport.proved(ExternalTokenProof).proof),
            session=current.user.session,
        )

    ada = there.register()
    token = guides(ada)
    answer = there.browser.get("/seen", headers=bearer(token)).json
    proof = {"issuer": None, "subject": ada}
    assert answer == {"strategy": "external_jwt", "proof": proof, "session": None}
    nobody = there.browser.get("/seen")
    assert (nobody.status_code, nobody.headers["WWW-Authenticate"]) == (401, 'Bearer realm="flaskport"')


def test_a_gateways_token_is_checked_by_its_published_key(behind: Here, gateway: Gateway) -> None:
    behind.connect(behind.register(), "someone")
    assert behind.code(sign(KEY, "RS256", "one")) == "200"
    assert behind.code(sign(KEY, "RS256")) == "200"
    assert behind.code(sign(new_key("RS256"), "RS256", "one")) == "401 invalid_token"
    assert behind.code(sign(KEY, "PS256", "one")) == "401 invalid_token"
    assert behind.code(sign(KEY, "RS256", "one", aud="others")) == "401 invalid_token"
    assert behind.code(sign(KEY, "RS256", "two")) == "401 invalid_token"
    assert behind.code(guides("someone")) == "401 invalid_token"
    assert gateway.asked == 2, "once more for the signature that did not fit"


@pytest.mark.needs("posts")
def test_while_the_gateways_keys_are_not_to_be_had_nobody_is_anonymous(behind: Here, gateway: Gateway) -> None:
    gateway.status = 503
    behind.connect(behind.register(), "someone")
    token = sign(KEY, "RS256", "one")
    assert behind.code(token) == "502 provider_failed"
    assert behind.code(token, "/api/posts") == "502 provider_failed"
    behind.browser.sign_in()
    assert behind.browser.get("/api/profile").status_code == 200
    assert behind.browser.get("/api/profile", headers=bearer(behind.browser.access_token)).status_code == 200


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_a_public_key_in_a_file_serves_as_well(make_app: Callable[..., Flask], tmp_path: Path, algorithm: str) -> None:
    key = new_key(algorithm)
    file = tmp_path / "gateway.pem"
    file.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    settings = {**GATEWAY, "ALGORITHM": algorithm, "PUBLIC_KEY_FILE": str(file), "SUBJECT": "id"}
    there = Here(make_app(variables=variables(settings)))
    file.unlink()
    ada = there.register()
    assert there.code(sign(key, algorithm, sub=ada)) == "200"
    assert there.code(sign(key, algorithm, "any", sub=ada)) == "200"
    assert there.code(sign(new_key(algorithm), algorithm, sub=ada)) == "401 invalid_token"
    assert there.code(sign(key, algorithm, sub=ada, iss="flaskport")) == "401 invalid_token"


def test_the_command_line_lists_it(here: Callable[..., Here]) -> None:
    there = here()
    printed = there.app.test_cli_runner().invoke(args=["auth", "strategies"]).output
    states = [line.split()[1] for line in printed.splitlines() if line.startswith("external_jwt ")]
    assert states == ["on"]
