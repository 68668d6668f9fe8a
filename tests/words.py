"""What tests of several folders say in the same words: a token in a header, what is refused and how, a later time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from typing import Any, ParamSpec

import pytest
import time_machine
from werkzeug.test import TestResponse

from app.core.mail import text_of
from app.passport import Refusal

P = ParamSpec("P")


def without_notices(messages: Iterable[EmailMessage]) -> list[EmailMessage]:
    """The mails that are not about what happened to the account: to whoever asked for one, or of another feature."""
    return [message for message in messages if "/not-me#token=" not in text_of(message)]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def code(response: TestResponse) -> tuple[int, str]:
    """Status and code of a refusal."""
    return response.status_code, (response.json or {}).get("code", "")


def refusal(call: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> Refusal:
    """What a call is refused with."""
    with pytest.raises(Refusal) as refused:
        call(*args, **kwargs)
    return refused.value


OF_FACTORS = ("/auth/totp", "/auth/recovery-codes", "/auth/passkeys", "/auth/token/", "/auth/trusted-devices")
"""What only a device can answer, or somebody who has set one up."""
UNSAYABLE = {"cursor", "token", "code", "language", "method", "name"}
MISSING = ["Missing data for required field."]
GUESSABLE = {"too_common", "too_easy", "too_personal"}


def is_beyond_schemas(refused: dict[str, Any]) -> bool:
    """Is this body of a 422 about what no schema can say: a cursor to what is gone by now, a password that is a common
    one, one of a link's token and a code, a language that is offered, a name of
    printable characters, a field that another one asks for (what a schema asks for is in every right body)?
    """
    reasons = refused.get("facts", {}).get("reasons", {})
    easy = {field for field, codes in reasons.items() if GUESSABLE.intersection(codes)}
    easy |= {field for field, said in refused.get("errors", {}).items() if said == MISSING}
    return refused["code"] != "validation_failed" or set(refused.get("errors", ())) <= UNSAYABLE | easy


def later(**delta: float) -> time_machine.travel:
    """The clock stands still, this long after now."""
    return time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(**delta), tick=False)
