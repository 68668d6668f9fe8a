"""Who is asked for a mailed code: whoever brings a password alone, from where the account was never seen."""

from __future__ import annotations

import datetime as dt

from app import accounts, limits, sessions
from app.accounts import Attempt, Step
from app.browser.device import is_known_to
from app.core import clock

NAME = "unknown_device"
"""The step, the strategy that takes it, and the kind of the mail. It is worth no factor."""
REGISTERING = dt.timedelta(days=1)
"""From when an account was made, its first sign-in is a part of that."""


def check(attempt: Attempt) -> Step | None:
    """It stands behind the check for second factors: whoever has one that asks comes here with two."""
    if NAME in attempt.done or sessions.factors_of(attempt.done) != {"knowledge"}:
        return None
    return None if _is_known(attempt) else Step(NAME)


def _is_known(attempt: Attempt) -> bool:
    """By the browser, which costs no question; by the network; or because nobody can know anything of it yet."""
    user = attempt.user
    if is_known_to(user.id):
        return True
    seen = {limits.network_of(address) for address in sessions.addresses_of(user.id)}
    network = limits.network_of(attempt.client.address)
    if network in seen and network != limits.UNREADABLE:
        return True
    if not seen and user.created_at > clock.now() - REGISTERING:
        return True
    return attempt.opens_session and accounts.is_exempt(user.id)
