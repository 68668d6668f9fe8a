"""What happened and what was refused is a row, with who did it and from where, and no secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts
from app.core.database import transaction
from app.core.logging import JsonLines
from tests.client import PASSWORD, Browser, Person, browser_of
from tests.features.audit.trail import kinds, only, problems, rows

WRONG = "wrong horse battery"


def sign_in(browser: Browser, email: str, password: str = PASSWORD) -> int:
    return browser.post("/auth/login", json={"email": email, "password": password}).status_code


def test_who_was_given_power_with_a_new_account_and_by_whom(app: Flask, person: Callable[..., Person]) -> None:
    root = person("root@example.com", role="admin")
    made = root.browser.post("/api/users", json={"email": "new@example.com", "role": "admin"}).json or {}
    run = app.test_cli_runner().invoke
    assert run(args=["users", "create", "cli@example.com", "--role", "staff", "--no-password"]).exit_code == 0
    assert [row["details"]["role"] for row in rows(app, "registered")][-2:] == ["admin", "staff"]
    by_root, by_operator = rows(app, "registered")[-2:]
    assert (str(by_root["user_id"]), str(by_root["actor_id"]), by_root["by"]) == (made["id"], root.id, "other")
    assert by_operator["by"] == "operator"


@pytest.mark.needs("password_reset", "invitations")
def test_mails_that_somebody_has_sent_to_others_leave_a_row(
    app: Flask, ada: Person, person: Callable[..., Person]
) -> None:
    root = person("root@example.com", role="admin")
    assert root.browser.post(f"/api/users/{ada.id}/send-password-reset").status_code == 204
    assert app.test_cli_runner().invoke(args=["users", "send-reset", ada.email]).exit_code == 0
    assert [(str(row["user_id"]), row["by"]) for row in rows(app, "password_reset_sent")] == [
        (ada.id, "other"),
        (ada.id, "operator"),
    ]
    made = root.browser.post("/api/invitations", json={"email": "new@example.com", "role": "user"}).json or {}
    assert root.browser.post(f"/api/invitations/{made['id']}/resend", json={}).status_code == 200
    row = only(app, "invitation_sent_again")
    assert (str(row["actor_id"]), row["details"]["invitation_id"], row["details"]["role"]) == (
        root.id,
        made["id"],
        "user",
    )


def test_a_sign_in_says_who_which_session_from_where_and_in_which_request(app: Flask, browser: Browser) -> None:
    browser.register()
    browser.post("/auth/logout")
    answer = browser.post("/auth/login", json={"email": "ada@example.com", "password": PASSWORD})
    *_, row = rows(app, "sign_in_accepted")
    session = (browser.get("/auth/session").json or {})["session"]["id"]
    assert (row["accepted"], row["by"], str(row["user_id"])) == (True, "owner", (answer.json or {})["user"]["id"])
    assert row["actor_id"] == row["user_id"]
    assert str(row["session_id"]) == row["details"]["session_id"] == session
    assert (row["details"]["strategy"], row["details"]["methods"]) == ("local", ["local"])
    assert (row["address"], row["request_id"]) == ("127.0.0.1", answer.headers["X-Request-ID"])


def test_a_refused_sign_in_names_the_account_and_its_code_and_no_address_that_was_typed(
    app: Flask, ada: Person, browser: Browser
) -> None:
    for email in (ada.email, "nobody@example.com"):
        assert sign_in(browser, email, WRONG) == 401
    of_ada, of_nobody = rows(app, "sign_in_refused")
    assert (of_ada["accepted"], str(of_ada["user_id"]), of_nobody["user_id"]) == (False, ada.id, None)
    assert of_ada["details"] == of_nobody["details"] == {"code": "invalid_credentials", "strategy": "local"}
    assert "access_refused" not in kinds(app), "one attempt is one row"


def test_before_and_after_of_a_role_and_who_gave_it(app: Flask, ada: Person, person: Callable[..., Person]) -> None:
    admin = person("root@example.com", role="admin")
    assert admin.browser.patch(f"/api/users/{ada.id}", json={"role": "staff"}).status_code == 200
    row = only(app, "role_changed")
    assert (str(row["user_id"]), str(row["actor_id"]), row["by"]) == (ada.id, admin.id, "other")
    assert row["details"] == {"before": "user", "after": "staff"}


def test_what_the_command_line_does_is_by_the_operator(app: Flask, ada: Person) -> None:
    assert app.test_cli_runner().invoke(args=["users", "set-role", ada.email, "staff"]).exit_code == 0
    row = only(app, "role_changed")
    assert (row["by"], row["actor_id"], row["address"]) == ("operator", None, None)


def test_what_is_undone_leaves_no_row(app: Flask, ada: Person) -> None:
    def rename_and_fail() -> None:
        with transaction():
            accounts.rename(ada.email, "Countess")
            raise ZeroDivisionError

    before = kinds(app)
    with app.app_context(), pytest.raises(ZeroDivisionError):
        rename_and_fail()
    assert kinds(app) == before


def test_several_events_of_one_transaction_are_one_after_the_other_in_one_chain(app: Flask, ada: Person) -> None:
    for _ in range(3):
        assert sign_in(browser_of(app), ada.email) == 200
    before = len(rows(app))
    assert ada.browser.post("/auth/logout-all").status_code == 204
    ended = rows(app)[before:]
    assert [row["kind"] for row in ended] == ["session_ended"] * 4
    assert len({row["chain"] for row in ended}) == 1
    places = sorted(row["seq"] for row in ended)
    assert places == list(range(places[0], places[0] + 4))
    assert problems(app) == []


@pytest.mark.needs("api_keys")
def test_a_credential_says_its_kind_and_a_feature_of_tomorrow_is_told_as_its_general_one(
    app: Flask, ada: Person
) -> None:
    made = ada.browser.post("/auth/keys", json={"name": "backup of my.secret-host.example"})
    assert made.status_code == 201
    row = only(app, "api_key_made")
    assert (row["details"]["credential"], row["details"]["as"]) == ("API key", "credential_added")
    text = json.dumps(row, default=str)
    assert (made.json or {})["key"] not in text
    assert "secret-host" not in text, "what somebody typed is none of the trail's"


def test_a_refresh_writes_nothing(app: Flask, ada: Person) -> None:
    before = kinds(app)
    assert ada.browser.post("/auth/refresh").status_code == 200
    assert kinds(app) == before


def test_rows_are_lines_of_the_log_once_they_are_committed(
    make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(variables={"AUDIT_LOG": "true"})
    with caplog.at_level(logging.INFO, logger="app.audit"):
        browser_of(app).register()
    (registered,) = (json.loads(JsonLines().format(record)) for record in caplog.records)
    row = only(app, "registered")
    assert registered["message"] == "registered"
    assert registered["audit"]["id"] == str(row["id"])
    assert (registered["audit"]["chain"], registered["audit"]["mac"]) == (row["chain"], row["mac"])
