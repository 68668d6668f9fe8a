"""Second factors over tRPC: set up, asked for, shown, and the call that was refused repeated."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask

from app import accounts
from app.core import clock
from tests.client import PASSWORD
from tests.features.passkeys.authenticator import Authenticator as Device
from tests.features.totp.apps import Authenticator
from tests.trpc.client import Rpc, data, error, outcomes, rpc_of

pytestmark = [pytest.mark.needs("totp"), pytest.mark.needs("passkeys"), pytest.mark.needs("recovery_codes")]

ROOT, EVE = "root@example.com", "eve@example.com"
MINUTES_LATER = 11


@pytest.fixture
def app_with(make_app: Callable[..., Flask]) -> Callable[..., Flask]:
    def make(**variables: str) -> Flask:
        app = make_app(variables=variables)
        with app.app_context():
            accounts.register(ROOT, PASSWORD, role="admin")
            accounts.register(EVE, PASSWORD)
        return app

    return make


def signed_in(app: Flask, email: str = ROOT) -> Rpc:
    rpc = rpc_of(app)
    rpc.sign_in(email)
    return rpc


def enrolled(rpc: Rpc) -> Authenticator:
    begun = data(rpc.mutate("totp.begin"))
    assert begun["uri"].startswith("otpauth://totp/")
    app = Authenticator(begun["secret"])
    assert rpc.mutate("totp.confirm", {"code": app.code()}).status_code == 200
    return app


def why(answer: Any) -> tuple[str, str, Any]:
    told = error(answer)["data"]
    return told["code"], told["reason"], told.get("facts")


def asked(*methods: str, within: int | None = 10) -> tuple[str, str, Any]:
    return "FORBIDDEN", "assurance_required", {"methods": list(methods), "within": within}


def test_who_is_refused_is_told_what_would_do_takes_it_and_repeats_the_call(app_with: Callable[..., Flask]) -> None:
    app = app_with()
    rpc = signed_in(app)
    phone = enrolled(rpc)
    with app.app_context():
        change = {"id": str(accounts.get(EVE).id), "role": "staff"}
    with time_machine.travel(clock.now() + dt.timedelta(minutes=MINUTES_LATER), tick=False):
        rpc.post("/auth/refresh")
        assert why(rpc.mutate("admin.setRole", change)) == asked("totp")
        assert why(rpc.mutate("totp.verify", {"code": phone.wrong()}))[:2] == ("FORBIDDEN", "second_factor_refused")
        assert rpc.mutate("totp.verify", {"code": phone.at()}).status_code == 200
        assert data(rpc.mutate("admin.setRole", change))["role"] == "staff"
        assert why(rpc.mutate("totp.verify", {"code": phone.at()}))[1] == "second_factor_refused"  # each is good once


def test_an_app_is_seen_and_removed(app_with: Callable[..., Flask]) -> None:
    rpc = signed_in(app_with())
    assert data(rpc.query("totp.state")) == {"confirmed_at": None}
    assert why(rpc.mutate("totp.confirm", {"code": "123456"}))[:2] == ("CONFLICT", "setup_over")
    enrolled(rpc)
    assert data(rpc.query("totp.state"))["confirmed_at"]
    assert rpc.mutate("totp.remove").status_code == 200
    assert why(rpc.mutate("totp.remove"))[:2] == ("NOT_FOUND", "not_found")


def test_recovery_codes_are_counted_made_and_shown_in_its_place(app_with: Callable[..., Flask]) -> None:
    rpc = signed_in(app_with())
    assert why(rpc.mutate("recoveryCode.renew"))[:2] == ("CONFLICT", "no_second_factor")
    enrolled(rpc)
    codes = data(rpc.mutate("recoveryCode.renew"))["codes"]
    with time_machine.travel(clock.now() + dt.timedelta(minutes=MINUTES_LATER), tick=False):
        rpc.post("/auth/refresh")
        assert why(rpc.mutate("recoveryCode.renew"))[:2] == ("FORBIDDEN", "fresh_required")
        assert rpc.mutate("auth.confirm", {"password": PASSWORD}).status_code == 200
        assert why(rpc.mutate("recoveryCode.renew")) == asked("totp", "recovery_code")
        assert rpc.mutate("recoveryCode.verify", {"code": codes[0]}).status_code == 200
        assert data(rpc.query("recoveryCode.left"))["count"] == 9
        assert len(data(rpc.mutate("recoveryCode.renew"))["codes"]) == 10


def test_a_passkey_is_made_named_shown_and_removed(app_with: Callable[..., Flask]) -> None:
    rpc, device = signed_in(app_with()), Device()
    options = data(rpc.mutate("passkey.addOptions"))["options"]
    new = {"name": "Phone", "credential": device.create(options)}
    assert why(signed_in(rpc.application, EVE).mutate("passkey.add", new))[1] == "passkey_refused"  # another browser
    made = data(rpc.mutate("passkey.add", new))
    assert data(rpc.mutate("passkey.rename", {"id": made["id"], "name": "Key"}))["name"] == "Key"
    proof = {"credential": device.get(data(rpc.mutate("passkey.verifyOptions"))["options"])}
    assert rpc.mutate("passkey.verify", proof).status_code == 200
    assert why(rpc.mutate("passkey.verify", proof))[:2] == ("UNPROCESSABLE_CONTENT", "passkey_refused")
    [listed] = data(rpc.query("passkey.list"))["items"]
    assert (listed["name"], bool(listed["last_used_at"])) == ("Key", True)
    eve = signed_in(rpc.application, EVE)
    assert eve.mutate("passkey.remove", {"id": made["id"]}).status_code == 404
    assert eve.mutate("passkey.rename", {"id": made["id"], "name": "Mine"}).status_code == 404
    assert rpc.mutate("passkey.remove", {"id": made["id"]}).status_code == 200


@pytest.mark.needs("trusted_devices")
def test_trusted_browsers_are_listed_and_asked_again(app_with: Callable[..., Flask]) -> None:
    rpc = signed_in(app_with())
    enrolled(rpc)
    assert rpc.post("/auth/trusted-devices").status_code == 204
    [device] = data(rpc.query("trustedDevice.list"))["items"]
    assert device["current"] is True
    assert why(rpc.mutate("trustedDevice.revoke", {"id": str(uuid.uuid4())}))[0] == "NOT_FOUND"
    assert rpc.mutate("trustedDevice.revoke", {"id": device["id"]}).status_code == 200
    rpc.post("/auth/trusted-devices")
    assert rpc.mutate("trustedDevice.revokeAll").status_code == 200
    assert data(rpc.query("trustedDevice.list")) == {"items": []}


def test_whose_factor_is_due_sets_one_up_by_procedures_and_does_nothing_else(app_with: Callable[..., Flask]) -> None:
    rpc = signed_in(app_with(REQUIRE_SECOND_FACTOR="admins", SECOND_FACTOR_GRACE_DAYS="0"))
    due = ("FORBIDDEN", "second_factor_required", None)
    assert data(rpc.query("assurance.duty")) == {"required": True, "methods": [], "until": None}
    assert data(rpc.query("auth.whoami"))["email"] == ROOT
    assert why(rpc.query("admin.users", {})) == due
    assert why(rpc.query("notice.list")) == due
    mixed = rpc.queries("assurance.duty,admin.users,totp.state,post.list", {"1": {}, "3": {}})
    assert outcomes(mixed) == ["ok", "FORBIDDEN", "ok", "ok"]
    assert rpc.mutate("auth.confirm", {"password": PASSWORD}).status_code == 200
    enrolled(rpc)
    assert rpc.query("admin.users", {}).status_code == 200
    assert data(rpc.query("assurance.duty"))["methods"] == ["totp"]
    assert why(rpc.mutate("totp.remove"))[:2] == ("CONFLICT", "last_second_factor")


def test_an_admin_sees_what_somebody_has_and_takes_it_away(app_with: Callable[..., Flask]) -> None:
    app = app_with()
    root, eve = signed_in(app), signed_in(app, EVE)
    enrolled(eve)
    ref = {"id": data(eve.query("auth.whoami"))["id"]}
    assert eve.mutate("admin.resetFactors", ref).status_code == 403
    assert data(root.query("admin.secondFactors", ref)) == {"required": False, "methods": ["totp"]}
    assert root.mutate("admin.resetFactors", ref).status_code == 200
    assert data(root.query("admin.secondFactors", ref))["methods"] == []
    assert data(eve.query("auth.whoami")) is None
    enrolled(root)
    with time_machine.travel(clock.now() + dt.timedelta(minutes=MINUTES_LATER), tick=False):
        root.post("/auth/refresh")
        assert why(root.mutate("admin.resetFactors", ref)) == asked("totp")
        program = app.test_client()
        assert program.post("/trpc/admin.resetFactors", json=ref).status_code == 401


def test_a_wrong_password_confirms_nothing(app_with: Callable[..., Flask]) -> None:
    rpc = signed_in(app_with())
    assert why(rpc.mutate("auth.confirm", {"password": "wrong horse battery"}))[1] == "wrong_password"
