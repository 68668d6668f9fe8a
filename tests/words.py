"""What tests of several folders say in the same words: a token in a header, what an answer says, a later time."""

from __future__ import annotations

import datetime as dt

import time_machine
from werkzeug.test import TestResponse


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def code(response: TestResponse) -> tuple[int, str]:
    """Status and code of a refusal."""
    return response.status_code, (response.json or {}).get("code", "")


def later(**delta: float) -> time_machine.travel:
    """The clock stands still, this long after now."""
    return time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(**delta), tick=False)
