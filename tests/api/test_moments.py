"""Moments at the ends of time, which no zone but their own has: refused as what they are, by whatever reads one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.client import Person
from tests.words import code

EXTREMES = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")


@pytest.fixture
def admin(person: Callable[..., Person]) -> Person:
    return person("root@example.com", role="admin")


@pytest.mark.parametrize("moment", EXTREMES)
def test_extreme_moments_are_refused(app: Flask, admin: Person, ada: Person, moment: str) -> None:
    asked = {"last_sign_in_before": moment}
    assert code(admin.browser.get("/api/users", query_string=asked)) == (422, "validation_failed")
    assert code(admin.browser.get("/api/users", query_string={**asked, "count": "true"})) == (422, "validation_failed")
    ban = {"reason": "x", "until": moment}
    assert code(admin.browser.put(f"/api/users/{ada.id}/ban", json=ban)) == (422, "validation_failed")
    run = app.test_cli_runner().invoke
    assert run(args=["users", "list", "--not-signed-in-since", moment]).exit_code == 2
    assert run(args=["users", "ban", ada.email, "--reason", "x", "--until", moment]).exit_code == 2


@pytest.mark.needs("audit")
@pytest.mark.parametrize("moment", EXTREMES)
def test_of_the_audit_trail_too(app: Flask, admin: Person, moment: str) -> None:
    for name in ("since", "until"):
        assert code(admin.browser.get("/api/audit", query_string={name: moment})) == (422, "validation_failed")
        assert app.test_cli_runner().invoke(args=["audit", "list", f"--{name}", moment]).exit_code == 2


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2030-01-01T00:00:00+14:00"])
def test_the_last_moments_that_there_are_can_be_asked_about(admin: Person, moment: str) -> None:
    assert admin.browser.get("/api/users", query_string={"last_sign_in_before": moment}).status_code == 200
