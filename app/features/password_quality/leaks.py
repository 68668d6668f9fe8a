"""The judge that asks Have I Been Pwned, or a copy of it, whether a password is in a known leak.

It sends the first five hexadecimal digits of the SHA-1, and gets the rest of all that begin so, with some made up among
them (``Add-Padding``): whoever listens, or answers, learns nothing of the password. Without an answer the password
passes: nobody is kept from an account since another's service is down.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator

import requests
from flask import current_app

from app.accounts import Owner, Reason
from app.core.languages import said
from app.core.settings import of
from app.features.password_quality.settings import Settings
from app.passport import outgoing

log = logging.getLogger(__name__)

LEAKED = Reason("leaked", said("It is in a known leak. Choose another one, and change it wherever else you use it."))
SECONDS = 2.0
"""Somebody is waiting, and so is a thread of the server."""
_PREFIX = 5
_LINE = re.compile(rb"^([0-9A-Fa-f]{35}):([0-9]+)\s*$", re.MULTILINE)


def judge(password: str, _owner: Owner) -> Iterator[Reason]:
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    if digest[_PREFIX:] in _leaked_after(digest[:_PREFIX]):
        yield LEAKED


def _leaked_after(prefix: str) -> set[str]:
    """The rest of every leaked password's SHA-1 that begins so. What is made up has the count 0."""
    url = f"{of(current_app, Settings).hibp_url}/range/{prefix}"
    headers = {"Add-Padding": "true", "User-Agent": "Flaskport"}
    try:
        answer = outgoing.send("GET", url, headers=headers, seconds=SECONDS)
        answer.raise_for_status()
    except (requests.RequestException, OSError, ValueError) as error:
        return _unknown(outgoing.reason_of(error) or type(error).__name__)
    lines = _LINE.findall(answer.content)
    if not lines:
        return _unknown("an answer that is no list")
    return {rest.decode().upper() for rest, count in lines if int(count)}


def _unknown(why: str) -> set[str]:
    """Nothing of the address goes into the log: it ends with a part of the hash."""
    log.warning("leaked passwords could not be looked up, a new one was accepted without: %s", why)
    return set()
