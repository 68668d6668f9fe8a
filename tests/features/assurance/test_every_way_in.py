"""REQUIRE_SECOND_FACTOR holds over every way in alike: a table of policies, people and ways, walked whole.

A way is what somebody does to read their own profile, or to call a procedure. What it comes to is the code of the
refusal, or "in".
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import accounts, sessions
from app.accounts import Attempt, CurrentUser
from app.browser import second_factor
from app.browser.schemas import StepTokenSchema
from app.browser.second_factor import Shown
from app.browser.signed_in import complete
from app.features.api_keys import service as api_keys
from app.guards import passport, public
from app.passport import Success
from tests.client import PASSWORD, Browser, browser_of
from tests.features.assurance.toys import Toys, toys_in
from tests.features.external_tokens.apps import GUIDE, guides, variables
from tests.trpc.client import error, rpc_of
from tests.words import bearer, later

pytestmark = pytest.mark.needs("api_keys", "basic", "external_tokens", "magic_link", "posts", "providers")

ROLES = ("user", "staff", "admin")
REQUIRED_OF = {"none": (), "admins": ("admin",), "staff": ("staff", "admin"), "all": ROLES}
TOY = Shown(name="toy", judge=lambda *_: None, refuses=(), schema=StepTokenSchema)
IN, DUE, STEP, NO_STEP = "in", "second_factor_required", "step", "session_required"


@dataclass
class House:
    """An app with a policy. For each role there is somebody who has a second factor, and somebody who has none."""

    toys: Toys
    before: dict[str, tuple[Browser, str]]
    """By address: a browser and a program that had sessions before a second factor was asked of anybody."""
    keys: dict[str, str]

    @property
    def app(self) -> Flask:
        return self.toys.app

    def program(self) -> FlaskClient:
        return FlaskClient(self.app, self.app.response_class, use_cookies=False)


def come_to(answer: TestResponse) -> str:
    return IN if answer.status_code in {200, 204} else str((answer.json or {}).get("code"))


def profile(house: House, **headers: str) -> str:
    return come_to(house.program().get("/api/profile", headers=headers))


def called(client: Any, **kwargs: Any) -> str:
    """A procedure that programs call, too."""
    answer = client.mutate("post.create", {"title": "t", "body": "b"}, **kwargs)
    return IN if answer.status_code == 200 else str(error(answer)["data"]["reason"])


def came_by(house: House, email: str, path: str, **fields: Any) -> Browser:
    """A browser with a session by this way, and by the second factor where that is asked for."""
    browser = browser_of(house.app)
    answer = browser.post(path, json={"email": email, **fields})
    if answer.status_code == 202:
        answer = browser.post("/toy", json={"token": (answer.json or {})["token"]})
    assert answer.status_code == 200, answer.text
    return browser


def by_password(house: House, email: str) -> str:
    return come_to(came_by(house, email, "/auth/login", password=PASSWORD).get("/api/profile"))


def by_procedure(house: House, email: str) -> str:
    rpc, browser = rpc_of(house.app), came_by(house, email, "/auth/login", password=PASSWORD)
    return called(rpc, headers=bearer(browser.access_token))


def by_provider(house: House, email: str) -> str:
    return come_to(came_by(house, email, "/by/oidc-toy").get("/api/profile"))


def by_link(house: House, email: str) -> str:
    return come_to(came_by(house, email, "/by/magic_link").get("/api/profile"))


def by_grant(house: House, email: str) -> str:
    fields = {"grant_type": "password", "email": email, "password": PASSWORD}
    answer = house.program().post("/auth/token", json=fields)
    if answer.status_code == 202:
        answer = house.program().post("/toy/token", json={"token": (answer.json or {})["token"]})
    assert answer.status_code == 200, answer.text
    return profile(house, **bearer((answer.json or {})["access_token"]))


def by_session_from_before(house: House, email: str) -> str:
    browser, _ = house.before[email]
    browser.post("/auth/refresh")
    return come_to(browser.get("/api/profile"))


def by_refresh_grant(house: House, email: str) -> str:
    browser, token = house.before[email]
    fields = {"grant_type": "refresh_token", "refresh_token": token}
    answer = house.program().post("/auth/token", json=fields).json or {}
    house.before[email] = browser, answer["refresh_token"]
    return profile(house, **bearer(answer["access_token"]))


def by_key(house: House, email: str) -> str:
    return profile(house, **bearer(house.keys[email]))


def by_key_and_procedure(house: House, email: str) -> str:
    return called(rpc_of(house.app), headers=bearer(house.keys[email]))


def by_basic(house: House, email: str) -> str:
    return profile(house, Authorization="Basic " + base64.b64encode(f"{email}:{PASSWORD}".encode()).decode())


def by_somebody_else_s_token(house: House, email: str) -> str:
    with house.app.app_context():
        return profile(house, **bearer(guides(str(accounts.get(email).id))))


WAYS = (
    by_password,
    by_procedure,
    by_provider,
    by_link,
    by_grant,
    by_session_from_before,
    by_refresh_grant,
    by_key,
    by_key_and_procedure,
    by_basic,
    by_somebody_else_s_token,
)


WITHOUT_SESSION = (by_basic, by_somebody_else_s_token)
"""Ways that can take no step, and so are closed to whoever has a second factor."""


def address(role: str, *, has_factor: bool) -> str:
    return f"{role}-{'with' if has_factor else 'without'}@example.com"


@pytest.fixture
def house_with(make_app: Callable[..., Flask]) -> Callable[[str], House]:
    def make(policy: str) -> House:
        told = {"REQUIRE_SECOND_FACTOR": policy, "SECOND_FACTOR_GRACE_DAYS": "1", "BASIC_AUTH": "true"}
        toys = toys_in(make_app(variables={**told, **variables(GUIDE)}))
        sessions.add_method(toys.app, "oidc-toy", ("fed",), ("provider",))
        second_factor.add(toys.app, TOY)
        take = passport.authenticate("toy_step_of_program")(second_factor.taken_in_body)
        for rule, view in (("/by/<strategy>", public(_by)), ("/toy/token", take)):
            toys.app.add_url_rule(rule, rule, view, methods=["POST"])
        house = House(toys, {}, {})
        for role in ROLES:
            for has_factor in (True, False):
                _move_in(house, address(role, has_factor=has_factor), role, has_factor)
        return house

    return make


def _by(strategy: str) -> Any:
    """What a provider's callback, and a mailed link, come to."""
    user = CurrentUser.of(accounts.get((request.json or {})["email"]))
    return complete(Attempt(Success(user, strategy)))


def _move_in(house: House, email: str, role: str, has_factor: bool) -> None:
    with house.app.app_context():
        user = accounts.register(email, PASSWORD, role=role)
        house.keys[email] = api_keys.create(user.id, "before", scopes=[], expires_in_days=None)[1]
    browser = browser_of(house.app)
    browser.sign_in(email)
    fields = {"grant_type": "password", "email": email, "password": PASSWORD}
    tokens = house.program().post("/auth/token", json=fields).json or {}
    house.before[email] = browser, tokens["refresh_token"]
    if has_factor:
        house.toys.enrol(email)


def expected(way: Callable[..., str], *, is_required: bool, has_factor: bool, is_late: bool) -> str:
    if has_factor:
        return NO_STEP if way in WITHOUT_SESSION else IN
    return DUE if is_required and is_late else IN


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("policy", REQUIRED_OF)
def test_each_way_in_comes_to_what_the_policy_says(house_with: Callable[[str], House], policy: str) -> None:
    house = house_with(policy)
    found: dict[tuple[str, ...], str] = {}
    meant: dict[tuple[str, ...], str] = {}

    def walk(*, is_late: bool) -> None:
        for role in ROLES:
            for has_factor in (True, False):
                for way in WAYS:
                    case = ("late" if is_late else "in grace", address(role, has_factor=has_factor), way.__name__)
                    found[case] = way(house, case[1])
                    which = {"is_required": role in REQUIRED_OF[policy], "has_factor": has_factor}
                    meant[case] = expected(way, **which, is_late=is_late)

    if policy == "all":
        walk(is_late=False)
    for email in house.keys:
        by_key(house, email)  # the time of grace begins with the first question
    with later(hours=25):
        walk(is_late=True)
    assert found == meant
