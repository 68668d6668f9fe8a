"""Authenticator apps of people in tests: what they show, and setting one up."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from passlib.totp import TOTP

from app.core import clock
from tests.client import PASSWORD, Browser, Person

EDGE_SECONDS = 3


@dataclass
class Authenticator:
    """An app on somebody's phone. ``code()`` is another one at each call, as far as this server has to take them."""

    secret: str
    _shown: int = field(default=0)

    def at(self, seconds: float = 0) -> str:
        """What it shows so many seconds from now."""
        return str(TOTP(key=self.secret).generate(clock.now().timestamp() + seconds).token)

    def code(self) -> str:
        left = 30 - clock.now().timestamp() % 30
        if self._shown == 0 and left < EDGE_SECONDS:
            time.sleep(left)  # else the code before the present one is too old by the time that it arrives
        self._shown += 1
        return self.at(30 * (self._shown - 2))  # the one before, the present one, the one after

    def wrong(self) -> str:
        near = {self.at(seconds) for seconds in (-60, -30, 0, 30, 60)}
        return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in near)


def enrolled(person: Person | Browser) -> Authenticator:
    """Has somebody signed in set up an app, whose next code is good still."""
    browser = person.browser if isinstance(person, Person) else person
    begun = browser.post("/auth/totp")
    assert begun.status_code == 201, begun.text
    authenticator = Authenticator((begun.json or {})["secret"])
    confirmed = browser.post("/auth/totp/confirm", json={"code": authenticator.code()})
    assert confirmed.status_code == 204, confirmed.text
    return authenticator


def step_of(browser: Browser, email: str = "ada@example.com") -> str:
    """The token of the step that a sign-in by password waits for."""
    waiting = browser.post("/auth/login", json={"email": email, "password": PASSWORD})
    assert (waiting.status_code, (waiting.json or {})["step"]) == (202, "second_factor"), waiting.text
    return str((waiting.json or {})["token"])
