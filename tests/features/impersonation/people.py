"""An app with impersonation, an admin who has shown two factors in it, and somebody to act for."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app import sessions
from app.core import mail
from app.core.events import Event, after
from app.sessions import Session
from tests import people
from tests.client import Browser, Person
from tests.databases import SETTINGS

WHY = {"reason": "Ticket 4711"}
ROOT, ADA = "root@example.com", "ada@example.com"
HEARD = "tests.impersonation.heard"
ON = {**SETTINGS.variables, "IMPERSONATION": "true"}


@dataclass
class House:
    app: Flask
    root: Person
    ada: Person
    heard: list[Event]

    def begin(self, who: Person | None = None, by: Person | None = None, **fields: Any) -> TestResponse:
        who, by = who or self.ada, by or self.root
        return by.browser.post(f"/api/users/{who.id}/impersonate", json={**WHY, **fields})

    def acting(self, **fields: Any) -> Browser:
        """The admin's browser, once they act for Ada."""
        answer = self.begin(**fields)
        assert answer.status_code == 200, answer.text
        return self.root.browser

    def person(self, email: str, role: str = "user", *, assured: bool = False) -> Person:
        made = people.signed_in(self.app, email, role)
        if assured:
            self.assure(made)
        return made

    def assure(self, person: Person) -> None:
        """A second factor was shown in their session just now."""
        with self.app.app_context():
            sessions.confirm(self.session_of(person.browser).id, "toy")

    def session_of(self, browser: Browser) -> Session:
        state = browser.get("/auth/session").json or {}
        with self.app.app_context():
            active = sessions.list_active(uuid.UUID(state["user"]["id"]))[0]
            return next(each for each in active if str(each.id) == state["session"]["id"])


def house(make_app: Callable[..., Flask], **variables: str) -> House:
    """In an app of its own."""
    app = make_app(variables={"IMPERSONATION": "true", **variables})
    furnish(app)
    return moved_into(app)


def furnish(app: Flask) -> None:
    sessions.add_method(app, "toy", ("otp",), ("possession",))
    heard: list[Event] = []
    app.extensions[HEARD] = heard
    after(app, Event, heard.append)


def moved_into(app: Flask) -> House:
    mail.memory(app).clear()
    made = House(app, people.signed_in(app, ROOT, "admin"), people.signed_in(app, ADA, "user"), app.extensions[HEARD])
    made.assure(made.root)
    made.heard.clear()
    return made
