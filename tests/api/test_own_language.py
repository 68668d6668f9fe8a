"""The language that somebody has chosen for themselves: in the profile, in every browser, in mails."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask

from app.core import mail
from app.core.mail import Kind, Mail, Promised
from tests.client import Browser, Person

KIND = "in_their_language"


def choose(person: Person, language: str | None) -> dict[str, object]:
    response = person.browser.patch("/api/profile", json={"language": language})
    assert response.status_code == 200
    return dict(response.json or {})


def test_it_is_in_the_profile_and_can_be_taken_back(ada: Person) -> None:
    assert choose(ada, "ar")["language"] == "ar"
    assert (ada.browser.get("/api/profile").json or {})["language"] == "ar"
    assert (ada.browser.get("/auth/session").json or {})["user"]["language"] == "ar"

    changed = ada.browser.patch("/api/profile", json={"name": "Augusta", "language": None}).json or {}

    assert (changed["name"], changed["language"]) == ("Augusta", None)


@pytest.mark.parametrize("language", ["xx", "DE", "", 1, "en-GB"])
def test_another_is_refused(ada: Person, language: object) -> None:
    response = ada.browser.patch("/api/profile", json={"language": language})

    assert response.status_code == 422
    assert list((response.json or {})["errors"]) == ["language"]


def test_the_pages_speak_it_at_once_and_wherever_they_sign_in(ada: Person, app: Flask) -> None:
    french = {"Accept-Language": "fr"}
    choose(ada, "de")
    assert ada.browser.get("/account", headers=french).headers["Content-Language"] == "de"

    elsewhere = Browser(app)
    assert elsewhere.get("/account", headers=french).headers["Content-Language"] == "fr"
    elsewhere.sign_in(ada.email)
    assert elsewhere.get("/account", headers=french).headers["Content-Language"] == "de"

    choose(ada, None)
    assert ada.browser.get("/account", headers=french).headers["Content-Language"] == "fr"


@pytest.mark.parametrize(
    ("own", "asked", "subject"),
    [("ar", "de", "رسالة اختبار"), (None, "de", "Eine Test-E-Mail"), (None, None, "A test mail")],
)
def test_mails_speak_it_too_and_else_what_the_request_does(
    ada: Person, app: Flask, own: str | None, asked: str | None, subject: str
) -> None:
    def compose(promised: Promised) -> Mail:
        return Mail(to=ada.email, template="mails/test")

    if KIND not in mail.kinds_of(app):
        mail.add(app, Kind(name=KIND, compose=compose, sample=lambda: Mail(to="a@example.com", template="mails/test")))
    choose(ada, own)
    with app.test_request_context(headers={"Accept-Language": asked or ""}):
        mail.queue(KIND, user_id=uuid.UUID(ada.id))
    with app.app_context():
        mail.deliver_due()

    sent = mail.memory(app)[-1]
    assert sent["Subject"].startswith(subject)
    assert sent["Content-Language"] == (own or asked or "en")
