"""Turnstile and hCaptcha: a widget gives the browser an answer, and their server says here whether it is good.

Neither is told the address that a request came from.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

import requests

from app.accounts import Claimed
from app.core.errors import Refusal
from app.features.challenges.refusals import CHALLENGE_UNAVAILABLE
from app.passport import outgoing

log = logging.getLogger(__name__)

SECONDS = 4.0
"""Somebody waits for it, and so does a thread of the server."""


class Service(NamedTuple):
    """Somebody's widget, and where its answers are checked. ``hosts`` are all that a page with the widget talks to."""

    name: str
    url: str
    script: str
    hosts: str
    says_the_way: bool
    """Its widget notes what an answer is for, and the check repeats it."""


SERVICES = {
    each.name: each
    for each in (
        Service(
            "turnstile",
            "https://challenges.cloudflare.com/turnstile/v0/siteverify",
            "https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit",
            "https://challenges.cloudflare.com",
            says_the_way=True,
        ),
        Service(
            "hcaptcha",
            "https://api.hcaptcha.com/siteverify",
            "https://js.hcaptcha.com/1/api.js?render=explicit",
            "https://hcaptcha.com https://*.hcaptcha.com",
            says_the_way=False,
        ),
    )
}


class SiteVerify:
    """Answers are good once: the service sees to that."""

    def __init__(self, service: Service, site_key: str, secret: str, url: str, seconds: float = SECONDS) -> None:
        self.name = service.name
        self.service = service
        self.site_key = site_key
        self._secret = secret
        self._url = url
        self._seconds = seconds

    def issue(self, claimed: Claimed) -> Mapping[str, Any]:
        return {"site_key": self.site_key, "action": claimed.way}

    def verify(self, claimed: Claimed, answer: str) -> bool:
        said = self._asked(answer)
        if said.get("success") is True:
            return not self.service.says_the_way or said.get("action") == claimed.way
        if said.get("success") is False and all(map(_is_about_the_answer, _codes(said))):
            return False
        raise self._unavailable(f"it says {_codes(said)}")

    def _asked(self, answer: str) -> Mapping[str, Any]:
        data = {"secret": self._secret, "response": answer, "sitekey": self.site_key}
        try:
            response = outgoing.send("POST", self._url, data=data, seconds=self._seconds)
            response.raise_for_status()
            said = response.json()
        except (requests.RequestException, OSError, ValueError) as error:
            raise self._unavailable(outgoing.reason_of(error) or type(error).__name__) from error
        if not isinstance(said, dict):
            raise self._unavailable("it answers with no object")
        return said

    def _unavailable(self, why: str) -> Refusal:
        """Closed: who cannot be told from a robot waits. Only networks from which much was tried notice."""
        log.error("%s cannot check answers: %s", self.name, why)
        return CHALLENGE_UNAVAILABLE(headers={"Retry-After": "10"})


def _codes(said: Mapping[str, Any]) -> list[str]:
    codes = said.get("error-codes")
    return [str(code)[:40] for code in codes[:5]] if isinstance(codes, list) else []


def _is_about_the_answer(code: str) -> bool:
    """And not about our secret, or the service itself."""
    return code.endswith("-response") or code == "timeout-or-duplicate"
