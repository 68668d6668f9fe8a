"""Those who look after the users start a reset for somebody; nobody sets a password for somebody else."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask

from app import accounts
from app.accounts import erasing
from app.core.mail import text_of
from tests.client import Browser, Person
from tests.features.password_reset.mailbox import ADA, delivered, finish, link_for, refused, sign_in, token_of
from tests.trpc.client import rpc_of


def test_an_admin_has_a_link_mailed_to_somebody_and_never_sees_it(
    app: Flask, ada: Person, person: Callable[..., Person], browser: Browser
) -> None:
    admin = person("root@example.com", role="admin")
    answer = admin.browser.post(f"/api/users/{ada.id}/send-password-reset")
    assert (answer.status_code, answer.data) == (204, b"")
    assert ada.browser.get("/api/profile").status_code == 200, "until it is used everything stays as it is"
    [message] = delivered(app)
    assert message["To"] == ADA
    assert "Or type this code" not in text_of(message), "no browser asked"
    assert finish(browser, token=token_of(message)).status_code == 204
    assert sign_in(browser, "seven blue teapots").status_code == 200


@pytest.mark.parametrize(
    ("role", "of", "expected"),
    [
        ("user", "user", (403, "permission_required")),
        ("staff", "user", (403, "permission_required")),
        ("admin", "nobody", (404, "not_found")),
        ("admin", "disabled", (409, "account_disabled")),
    ],
)
def test_who_may_not_sends_none(
    app: Flask, ada: Person, person: Callable[..., Person], role: str, of: str, expected: tuple[int, str]
) -> None:
    if of == "disabled":
        with app.app_context():
            accounts.set_active(ADA, False)
    whose = "01890000-0000-7000-8000-000000000000" if of == "nobody" else ada.id
    asking = person("root@example.com", role=role)
    assert refused(asking.browser.post(f"/api/users/{whose}/send-password-reset")) == expected
    assert delivered(app) == []


def test_the_procedure_does_what_the_route_does(app: Flask, ada: Person, person: Callable[..., Person]) -> None:
    rpc = rpc_of(app)
    assert rpc.mutate("admin.sendPasswordReset", {"id": ada.id}).status_code == 401
    rpc.sign_in(person("root@example.com", role="admin").email)
    assert rpc.mutate("admin.sendPasswordReset", {"id": ada.id}).text == '{"result":{}}'
    assert [message["To"] for message in delivered(app)] == [ADA]


def test_the_command_queues_a_mail(app: Flask, ada: Person) -> None:
    run = app.test_cli_runner().invoke
    assert json.loads(run(args=["users", "send-reset", ADA, "--json"]).stdout) == {"queued": ADA}
    assert [message["To"] for message in delivered(app)] == [ADA]
    assert run(args=["users", "send-reset", ADA]).stdout == f"{ADA}: the mail is queued.\n"
    assert run(args=["users", "send-reset", "nobody@example.com"]).exit_code == 1
    assert [message["To"] for message in delivered(app)] == [ADA]


def test_the_preview_shows_the_mail(app: Flask, ada: Person) -> None:
    shown = app.test_cli_runner().invoke(args=["mail", "preview", "password_reset"]).stdout
    assert "Subject: Set a new password for Flaskport" in shown
    assert "042137" in shown


def test_a_new_password_keeps_an_account_that_is_about_to_be_deleted(app: Flask, ada: Person, browser: Browser) -> None:
    """Whoever sets one thinks that they have their account again: nobody is deleted by surprise."""
    with app.app_context():
        accounts.close(ADA)
    assert finish(browser, token=link_for(app, browser)).status_code == 204
    with app.app_context():
        assert not erasing.is_closing(ADA)
