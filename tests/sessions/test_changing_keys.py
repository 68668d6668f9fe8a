"""What signs is changed, rotated or taken away: who is signed in does not notice, a thief does at once."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import jwt
import pytest
import time_machine
from flask import Flask
from flask_jwt_extended import decode_token

from app.passport import AuthenticationFailed
from app.passport.bearer import TOKEN_EXPIRED
from app.sessions import tokens
from app.sessions.key_files import Key, create
from app.sessions.signing import ring
from tests.client import PASSWORD, browser_of
from tests.sessions.conftest import code, signed_in
from tests.sessions.test_tokens import claims_of

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def engine() -> str:
    """Signatures know no database."""
    return "sqlite"


@pytest.mark.parametrize(("before", "after"), [("HS256", "EdDSA"), ("EdDSA", "HS256"), ("EdDSA", "ES256")])
def test_who_is_signed_in_when_the_algorithm_changes_refreshes_and_stays(
    app_with: Callable[..., Flask], folder: Path, key: Key, before: str, after: str
) -> None:
    create(folder, "ES256")
    token = (browser := signed_in(app_with(before))).access_token
    app = app_with(after)

    assert code(app, token) == "token_expired"
    assert code(app, token) == "token_expired"
    assert browser_of(app).get("/auth/session", headers={"Authorization": f"Bearer {token}"}).headers[
        "X-Auth-State"
    ] == ("expired")
    with app.app_context(), pytest.raises(TOKEN_EXPIRED):
        decode_token(token)
    browser.application = app
    assert browser.get("/api/profile").status_code == 401
    assert browser.post("/auth/refresh").status_code == 200
    assert browser.get("/api/profile").status_code == 200
    assert jwt.get_unverified_header(browser.access_token)["alg"] == after


def test_a_token_from_before_the_change_still_ends_its_session(app_with: Callable[..., Flask], key: Key) -> None:
    old = app_with("HS256")
    token = signed_in(old).access_token

    response = browser_of(app_with()).post("/auth/logout", headers={"Authorization": f"Bearer {token}"})

    assert response.status_code == 204
    assert code(old, token) == "token_revoked"


def test_a_new_key_is_known_to_a_worker_that_has_just_looked(
    app_with: Callable[..., Flask], folder: Path, key: Key
) -> None:
    one, other = app_with(), app_with()
    before = signed_in(other).access_token
    for _ in range(3):
        made = create(folder, "EdDSA", dt.datetime.now(dt.UTC) - MINUTE)
        token = signed_in(one).access_token
        assert jwt.get_unverified_header(token)["kid"] == made.kid
        assert code(other, token) == "in"
    assert code(other, before) == "in"


def test_a_deleted_key_ends_also_tokens_that_were_seen_before(
    app_with: Callable[..., Flask], folder: Path, key: Key
) -> None:
    app = app_with()
    old = signed_in(app).access_token
    assert code(app, old) == "in"
    create(folder, "EdDSA")
    new = signed_in(app).access_token

    (folder / f"{key.kid}.pem").unlink()
    time.sleep(1.05)

    assert code(app, old) == "invalid_token"
    assert code(app, new) == "in"


def test_no_token_outlives_its_key_whatever_it_says_and_whoever_has_seen_it(
    app_with: Callable[..., Flask], folder: Path, key: Key
) -> None:
    app = app_with()
    claims = claims_of(signed_in(app).access_token)
    token = jwt.encode({**claims, "exp": claims["exp"] + 86400}, key.private, "EdDSA", headers={"kid": key.kid})
    create(folder, "EdDSA")
    start = dt.datetime.now(dt.UTC)
    with app.app_context():
        ring().look()
    assert code(app, token) == "in"

    with time_machine.travel(start + 15 * MINUTE, tick=False) as clock:
        assert code(app, token) == "in"
        clock.shift(12)
        assert code(app, token) == "token_expired"


def test_when_the_last_key_is_deleted_signing_in_says_so(
    app_with: Callable[..., Flask], folder: Path, key: Key
) -> None:
    app = app_with()
    token = signed_in(app).access_token
    (folder / f"{key.kid}.pem").unlink()

    response = browser_of(app).post("/auth/login", json={"email": "ada@example.com", "password": PASSWORD})

    assert (response.status_code, (response.json or {})["code"]) == (503, "no_signing_key")
    assert code(app, token) == "invalid_token"


def test_every_token_fits_its_key_while_keys_come_and_go(
    app_with: Callable[..., Flask], folder: Path, key: Key
) -> None:
    app = app_with()
    claims = claims_of(signed_in(app).access_token)
    holder = Holder(uuid.UUID(claims["sub"]), uuid.UUID(claims["sid"]))
    failed: list[str] = []
    kids: set[str] = set()
    done = threading.Event()

    def sign_and_check() -> None:
        with app.app_context():
            while not done.is_set():
                token = tokens.issue(holder, holder).access_token
                kids.add(jwt.get_unverified_header(token)["kid"])
                try:
                    tokens.decode_access(token)
                except AuthenticationFailed as error:
                    failed.append(error.code)

    threads = [threading.Thread(target=sign_and_check) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for second in range(20):
            made = create(folder, "EdDSA", dt.datetime.now(dt.UTC) - dt.timedelta(seconds=60 - second))
            deadline = time.monotonic() + 30
            while made.kid not in kids and time.monotonic() < deadline:
                time.sleep(0.005)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    with app.app_context():
        assert len(ring().keys().newest_first) == 21
    assert failed == []
    assert len(kids) >= 20, "a new key signs at once"


class Holder:
    """A user and their session, as far as tokens ask."""

    email = "ada@example.com"
    role = "user"

    def __init__(self, user_id: uuid.UUID, session_id: uuid.UUID) -> None:
        self.id = user_id
        self.refresh_id = session_id
        self.last_seen_at = self.authenticated_at = dt.datetime.now(dt.UTC)
        self.methods = "local"
        self.expires_at = self.last_seen_at + dt.timedelta(days=30)
