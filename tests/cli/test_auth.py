"""``flask auth``: how the app is guarded, read from what is enforced. It needs no database."""

from __future__ import annotations

import importlib.metadata
import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from app.passport.strategies.social.catalogue import catalogue
from tests.callers import Command
from tests.databases import SETTINGS
from tests.server import ROOT
from tests.upstream import is_ours


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """The app, on a database that is never opened."""
    return create_app(replace(SETTINGS, database_url=f"sqlite:///{tmp_path / 'unused.db'}"))


def test_routes_lists_every_route_with_its_guard(flask_json: Callable[..., Any], app: Flask) -> None:
    rows = flask_json("auth routes")
    assert len(rows) == len(list(app.url_map.iter_rules()))
    guards = {(row["route"], *row["methods"]): row["guard"] for row in rows}
    assert guards["/auth/login", "POST"] == "local"
    assert guards["/auth/register", "POST"] == "public"
    assert guards["/auth/refresh", "POST"] == "refresh"
    assert guards["/auth/session", "GET"] == "jwt optional"
    everyone = guards["/api/profile", "GET"]
    assert everyone.split("|")[0] == "jwt"
    assert guards["/api/profile", "DELETE"] == "jwt fresh: yes"
    assert guards["/api/users", "GET"] == f"{everyone} permission: users:read"
    assert guards["/api/users/<uuid:user_id>", "PATCH"] == f"{everyone} permission: users:write"


@pytest.mark.needs("passkeys", "totp")
def test_what_signs_in_otherwise_than_by_a_password_is_guarded_by_its_strategy(flask_json: Callable[..., Any]) -> None:
    guards = {row["route"]: row["guard"] for row in flask_json("auth routes") if row["methods"] == ["POST"]}
    assert guards["/auth/passkeys/sign-in"] == "passkey"
    assert guards["/auth/token/totp"] == "totp_step_of_program"


def test_no_route_of_the_app_is_without_a_guard(flask_json: Callable[..., Any]) -> None:
    assert [row["route"] for row in flask_json("auth routes") if row["guard"] == "none"] == []


NEWCOMERS = ("sign-up", "invitation")
PASSKEYS = ("options", "second-factor/options", *NEWCOMERS, *(f"{each}/options" for each in NEWCOMERS))


@pytest.mark.needs(
    "assurance",
    "check",
    "doctor",
    "email_change",
    "notices",
    "email_verification",
    "invitations",
    "magic_link",
    "passkeys",
    "password_quality",
    "password_reset",
    "providers",
    "recovery_codes",
    "totp",
)
def test_only_what_must_be_open_is_public(flask_json: Callable[..., Any], app: Flask) -> None:
    ours = {str(rule) for rule in app.url_map.iter_rules() if is_ours(app, rule)}
    public = {row["route"] for row in flask_json("auth routes") if row["guard"] == "public" and row["route"] in ours}
    documents = {route for route in public if route.startswith(("/openapi", "/docs"))}
    pages = {"/account", "/admin", "/sign-in", "/sign-up", "/signed-in", "/static/<path:filename>", "/favicon.ico"}
    pages |= {"/admin/users/<uuid:user_id>", '/<any("sign-in", "sign-up", account, admin):name>/'}
    pages |= {"/invitation", "/verify", "/forgot-password", "/reset-password", "/.well-known/change-password"}
    pages |= {"/not-me", "/unsubscribe", "/change-email", "/undo-email-change"}
    in_production_for_admins = {route for route in public if route.startswith("/auth/check")}
    assert public - documents - pages - in_production_for_admins == {
        "/",
        "/.well-known/jwks.json",
        "/.well-known/webauthn",
        "/auth/email-change/undo",
        "/auth/forgot-password",
        *(f"/auth/invitations/{each}" for each in ("accept", "look")),
        "/auth/logout",
        "/auth/magic-link",
        "/auth/not-me",
        "/auth/oauth/<provider>",
        "/auth/oauth/<provider>/callback",
        *(f"/auth/passkeys/{each}" for each in PASSKEYS),
        "/auth/password-strength",
        "/auth/providers",
        "/auth/register",
        "/auth/registration",
        "/auth/resend-verification",
        "/auth/reset-password",
        "/auth/reset-password/look",
        "/auth/token",
        *("/auth/doctor", "/healthz"),
        "/magic-link",
        "/readyz",
        "/second-factor",
    }


def test_routes_are_readable_lines_too(flask: Command) -> None:
    headings, *lines, count = flask("auth routes").stdout.splitlines()
    assert headings.split() == ["METHODS", "ROUTE", "GUARD"]
    assert ["POST", "/auth/login", "local"] in [line.split() for line in lines]
    assert {line[headings.index("ROUTE")] for line in lines} == {"/"}
    assert lines == sorted(lines, key=lambda line: line.split()[1])
    assert count == f"{len(lines)} in all."


@pytest.mark.needs("api_keys", "external_tokens", "basic", "providers")
def test_strategies_lists_what_guards_can_name(flask: Command, flask_json: Callable[..., Any]) -> None:
    rows = flask_json("auth strategies")
    states = {row["name"]: row["state"] for row in rows}
    assert {"local": "on", "jwt": "on", "refresh": "on", "api_key": "on"}.items() <= states.items()
    assert {"basic": "off", "external_jwt": "off", "google": "off", "github": "off"}.items() <= states.items()
    headings, *lines, count, hint = flask("auth strategies").stdout.splitlines()
    assert headings.split() == ["NAME", "STATE", "KIND"]
    assert lines[0].split() == ["local", "on", "LocalStrategy"]
    assert [line.split()[0] for line in lines] == [name for name, state in states.items() if state == "on"]
    assert (count, hint) == (
        f"{len(lines)} in all.",
        f"{len(rows) - len(lines)} more are off: flask auth strategies --all, and flask auth providers",
    )
    assert flask("auth strategies --all").stdout.splitlines()[-1] == f"{len(rows)} in all."


@pytest.mark.needs("providers")
def test_more_than_two_hundred_providers_can_be_switched_on(flask_json: Callable[..., Any]) -> None:
    providers = [row for row in flask_json("auth strategies") if row["kind"].startswith("provider")]
    assert len(providers) > 200


@pytest.mark.needs("providers")
def test_the_audit_says_what_each_provider_is_trusted_with(tmp_path: Path) -> None:
    names = ("GITHUB", "APPLE", "FACEBOOK")
    social = {f"SOCIAL_{name}_{part}": f"{name}-{part}" for name in names for part in ("KEY", "SECRET")}
    social |= {"SOCIAL_APPLE_CLIENT": "com.example.web", "SOCIAL_APPLE_TEAM": "TEAM"}
    changes: dict[str, Any] = {"database_url": f"sqlite:///{tmp_path / 'unused.db'}", "public_path": "/backend"}
    app = create_app(replace(SETTINGS, variables=social, **changes))
    result = app.test_cli_runner().invoke(args=["auth", "providers", "--audit", "--json"])
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    assert {name: rows[name]["email"] for name in rows} == {
        "apple": "email_verified as text",
        "facebook": "no",
        "github": "emails",
    }
    assert rows["github"]["pkce"] == "S256"
    assert rows["apple"]["method"] == "post"
    assert rows["github"]["callback"] == "/backend/auth/oauth/github/callback"
    assert "SECRET" not in result.output


@pytest.mark.needs("providers")
def test_the_variables_that_switch_a_provider_on_are_listed_and_apart_what_cannot_be_switched_on(
    flask: Command,
) -> None:
    possible, _, impossible = flask("auth providers").stdout.partition("These are known, but cannot be switched on")

    listed = [line.split() for line in possible.splitlines() if line.startswith("  ")]
    assert ["github", "SOCIAL_GITHUB_KEY"] in listed
    assert possible.startswith(f"0 on. Switch on any of these {len(listed)} with")
    named = {line.split()[0]: line for line in impossible.splitlines() if line.startswith("  ")}
    assert {"saml", "drip", "telegram", "oidc"} <= named.keys()
    assert "needs more than is installed here" in named["saml"]
    assert not named.keys() & {name for name, _ in listed}
    assert len(named) + len(listed) == len(catalogue())


def test_version_tells_what_authentication_rests_on(flask: Command, flask_json: Callable[..., Any]) -> None:
    versions = flask_json("auth version")
    assert versions["flask-jwt-extended"] == importlib.metadata.version("flask-jwt-extended")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert versions["flaskport"] == project["version"]
    assert versions["social-auth-core"] == importlib.metadata.version("social-auth-core")
    assert set(versions) >= {"flask", "pyjwt", "libpass", "argon2-cffi"}
    assert len(flask("auth version").stdout.splitlines()) == len(versions)


@pytest.mark.parametrize("line", ["", "routes extra", "guards", "version --yaml"])
def test_wrong_usage_exits_with_2(flask: Command, line: str) -> None:
    wrong = flask(f"auth {line}")
    assert wrong.exit_code == 2
    assert "Usage:" in wrong.stderr


def test_nothing_that_is_printed_is_a_secret(flask: Command) -> None:
    for line in ("routes", "strategies", "version"):
        output = flask(f"auth {line}").output
        assert SETTINGS.jwt_secret not in output
        assert SETTINGS.jwt_refresh_secret not in output
