"""The pages where no script runs: asking, and setting the password with the code."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.client import Browser, Person
from tests.features.password_reset.mailbox import ADA, NEW, code_of, delivered, refused, sign_in

OURS = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}


def send(visitor: FlaskClient, path: str, **fields: str) -> TestResponse:
    return visitor.post(path, data=fields, headers=OURS)


def said_of(page: TestResponse, field: str) -> str:
    return re.sub("<.*?>", "", re.findall(rf'id="{field}-problem"[^>]*>(.*?)</p>', page.text)[0])


def test_a_password_is_set_without_a_script(app: Flask, ada: Person, new_browser: Callable[[], Browser]) -> None:
    visitor = FlaskClient(app, app.response_class)
    asked = send(visitor, "/forgot-password", email=ADA)
    assert asked.status_code == 200
    assert "Look into your mail." in asked.text
    [message] = delivered(app)

    weak = send(visitor, "/reset-password", code=code_of(message), password="short")
    assert weak.status_code == 422
    assert said_of(weak, "password").startswith("Use at least 10 characters.")
    assert "short" not in weak.text, "a password is in no page"
    assert f'value="{code_of(message)}"' in weak.text

    done = send(visitor, "/reset-password?next=/welcome", code=code_of(message), password=NEW)
    assert done.status_code == 200
    assert "Your password is set." in done.text
    assert "/sign-in?next=/welcome" in done.text
    assert sign_in(new_browser(), NEW).status_code == 200


def test_what_is_wrong_stands_beside_its_field(app: Flask, ada: Person) -> None:
    visitor = FlaskClient(app, app.response_class)
    nope = send(visitor, "/forgot-password", email="nope")
    assert (nope.status_code, said_of(nope, "email")) == (422, "Not a valid e-mail address.")
    empty = send(visitor, "/reset-password")
    assert said_of(empty, "code") == "Enter the code from the mail."
    assert said_of(empty, "password") == "Choose a password."
    wrong = send(visitor, "/reset-password", code="000000", password=NEW)
    assert said_of(wrong, "code").startswith("This code is wrong or too old.")


def test_another_site_asks_for_nothing(app: Flask, ada: Person) -> None:
    visitor = FlaskClient(app, app.response_class)
    foreign = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
    for path in ("/forgot-password", "/reset-password"):
        answer = visitor.post(path, data={"email": ADA}, headers=foreign)
        assert refused(answer) == (403, "origin_not_allowed")
    assert delivered(app) == []
