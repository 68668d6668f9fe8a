"""Who has which second factors, and the way out for who has lost theirs, by those who look after the users."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts
from app.accounts import Attempt, CurrentUser, SecondFactor, SignedIn, add_second_factor
from app.accounts.factor_events import FactorsReset
from app.core import mail
from app.core.events import on
from app.core.mail import text_of
from app.passport import AuthenticationFailed, Success
from tests.client import PASSWORD, Person, browser_of
from tests.features.assurance.toys import Toys, toys_in
from tests.features.totp.apps import enrolled
from tests.trpc.client import rpc_of
from tests.words import bearer, code

LOST = "lost@example.com"


@pytest.fixture
def lost(app: Flask, person: Callable[..., Person]) -> tuple[Person, list[object]]:
    """Somebody with the second factor "gone", of whom it may be taken."""
    somebody, has = person(LOST), [1]
    with app.app_context():
        user_id = accounts.get(LOST).id

    def count(asked: object) -> int:
        return len(has) if asked == user_id else 0

    add_second_factor(app, SecondFactor("gone", count, reset=lambda _: has.clear()))
    return somebody, has  # type: ignore[return-value]


@pytest.mark.needs("notices")
def test_an_admin_sees_them_and_takes_them_away_and_the_owner_is_mailed(
    app: Flask, lost: tuple[Person, list[object]], person: Callable[..., Person]
) -> None:
    somebody, _ = lost
    admin = person("admin@example.com", role="admin").browser
    path = f"/api/users/{somebody.id}/second-factors"
    assert admin.get(path).json == {"required": False, "methods": ["gone"]}
    shown = app.test_cli_runner().invoke(args=["users", "show", LOST, "--json"])
    assert json.loads(shown.stdout)["factors"] == ["gone"]
    assert "gone" in app.test_cli_runner().invoke(args=["users", "show", LOST]).stdout

    mail.memory(app).clear()
    assert somebody.browser.get("/api/profile").status_code == 200
    assert admin.delete(path).status_code == 204
    assert code(somebody.browser.get("/api/profile")) == (401, "token_revoked")
    assert admin.get(path).json == {"required": False, "methods": []}
    with app.app_context():
        mail.deliver_due()
    assert [message["To"] for message in mail.memory(app)] == [LOST]
    assert "second factors" in mail.memory(app)[0]["Subject"]
    assert "no second factor any more" in text_of(mail.memory(app)[0])


@pytest.fixture
def toys(make_app: Callable[..., Flask]) -> Toys:
    """An app of this test's own, in which somebody has a second factor."""
    toys = toys_in(make_app())
    with toys.app.app_context():
        accounts.register(LOST, PASSWORD)
    toys.enrol(LOST)
    return toys


def test_a_reset_that_fails_ends_no_session(toys: Toys) -> None:
    def fail(_: FactorsReset) -> None:
        raise RuntimeError("the mail cannot be promised")

    browser = toys.signed_in(LOST)
    on(toys.app, FactorsReset, fail)
    with toys.app.app_context(), pytest.raises(RuntimeError):
        accounts.reset_factors(LOST)
    assert browser.get("/api/profile").status_code == 200


def test_a_sign_in_under_way_does_not_end_with_the_factor_that_went(toys: Toys) -> None:
    with toys.app.app_context():
        user = CurrentUser.of(accounts.get(LOST))
        attempt = Attempt(Success(user, "toy"), done=frozenset({"local"}))  # which it has just judged
        assert isinstance(accounts.sign_in(attempt), SignedIn)
        toys.enrolled.clear()
        with pytest.raises(AuthenticationFailed):
            accounts.sign_in(attempt)


@pytest.mark.needs("api_keys")
def test_it_is_for_those_who_may_in_person(lost: tuple[Person, list[object]], person: Callable[..., Person]) -> None:
    somebody, has = lost
    path = f"/api/users/{somebody.id}/second-factors"
    assert somebody.browser.get(path).status_code == 403
    assert somebody.browser.delete(path).status_code == 403
    admin = person("admin@example.com", role="admin").browser
    made = admin.post("/auth/keys", json={"name": "n", "scopes": ["users:read", "users:write"]}).json or {}
    program = person("other@example.com").browser
    program.post("/auth/logout")
    assert program.get(path, headers=bearer(made["key"])).status_code == 200
    assert program.delete(path, headers=bearer(made["key"])).status_code == 401
    assert has
    assert code(admin.delete("/api/users/00000000-0000-0000-0000-000000000000/second-factors")) == (404, "not_found")


@pytest.mark.needs("totp")
def test_nobody_resets_the_factors_that_they_have_to_have_themselves(make_app: Callable[..., Flask]) -> None:
    """It would be the way around the refusal to remove the last one, with a time of grace on top."""
    app = make_app(variables={"REQUIRE_SECOND_FACTOR": "admins"})
    with app.app_context():
        accounts.register(LOST, PASSWORD, role="admin")
    admin = browser_of(app)
    admin.sign_in(LOST)
    enrolled(admin)
    own = ((admin.get("/auth/session").json or {})["user"])["id"]
    assert code(admin.delete(f"/api/users/{own}/second-factors")) == (409, "last_second_factor")
    rpc, program = rpc_of(app), bearer(admin.access_token)
    refused = rpc.mutate("admin.resetFactors", {"id": own}, headers=program)
    assert (refused.json or {})["error"]["data"]["reason"] == "last_second_factor"
    assert (admin.get("/auth/totp").json or {})["confirmed_at"]
    with app.app_context():
        accounts.reset_factors(LOST)  # by the operator
