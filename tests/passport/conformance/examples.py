"""Requests with credentials, good and bad, and the case of a strategy as this app sets it up."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any, NoReturn

import jwt
import pytest
import time_machine
from flask import Flask

from app import accounts, sessions
from app.accounts import CurrentUser, User
from app.guards import passport
from app.passport.csrf import CSRF_HEADER
from app.sessions import cookies
from app.sessions.tokens import Tokens
from tests.databases import SETTINGS
from tests.strategy_kit import Example, StrategyCase

ISSUER, AUDIENCE = "https://id.example.com", "flaskport"
EXTERNAL_SECRET = "nV7tB2xQ9kM4wZ8rL1yH6cJ3sD5gF0pA"
OTHER_SECRET = "qX3mT8vK1nB6zR4wC9yL2hJ7sG5dF0pE"
OTHER_PASSWORD = "another horse altogether"
COOKIES = cookies.names(SETTINGS)
SLOW: dict[str, Any] = {"samples": 20, "threads": 4, "rounds": 1}
"""Where each request hashes a password."""
NOTED = ("audit", "audit_checkpoints")
"""Where the trail says who was refused."""
AT_REAL_COST = pytest.mark.usefixtures("real_hashes")
"""Where the time of a hash is compared with the time of doing without."""
OURS = (SETTINGS.jwt_secret, SETTINGS.jwt_refresh_secret, EXTERNAL_SECRET)


def out_of_order(*_anything: Any) -> NoReturn:
    raise RuntimeError("the database does not answer")


def email_of(user: CurrentUser) -> str:
    return user.email


def case_of(app: Flask, name: str, **fields: Any) -> StrategyCase:
    """A strategy as the app has it."""
    strategy = passport.strategies(app)[name]
    fields["keeps"] = (*fields.get("keeps", ()), *NOTED)
    return StrategyCase(strategy, app=app, **{"who": email_of, "secrets": OURS, **fields})


def bearer(name: str, token: str, user: str | None = None) -> Example:
    email = user and f"{user}@example.com"
    return Example(name, {"headers": {"Authorization": f"Bearer {token}"}}, user=email, secrets=(token,))


def cookie(name: str, cookie: str, token: str, user: str | None = None, csrf: str | None = None) -> Example:
    """A request with a cookie; with a CSRF token it changes something."""
    request: dict[str, Any] = {"headers": {"Cookie": f"theme=dark; {cookie}={token}"}}
    if csrf is not None:
        request = {"method": "POST", "headers": {**request["headers"], CSRF_HEADER: csrf}}
    return Example(name, request, user=user and f"{user}@example.com", secrets=(token,))


def expired(user: User) -> Tokens:
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1), tick=False):
        return accounts.generate_tokens(user)


def ended_and_disabled(new_user: Callable[..., User]) -> tuple[Tokens, Tokens]:
    """Tokens that were good: of a session that ended, and of an account that was disabled."""
    carl, eve = new_user("carl"), new_user("eve")
    ended, disabled = accounts.generate_tokens(carl), accounts.generate_tokens(eve)
    sessions.revoke_all(carl.id, "signed_out")
    accounts.set_active(eve, False)
    return ended, disabled


def signed_by_another(token: str) -> str:
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(claims, OTHER_SECRET, "HS256")


def external(subject: str, *, secret: str = EXTERNAL_SECRET, **changes: Any) -> str:
    """A token of the other issuer."""
    now = int(time.time())
    claims = {"sub": subject, "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 900, **changes}
    return jwt.encode(claims, secret, "HS256")
