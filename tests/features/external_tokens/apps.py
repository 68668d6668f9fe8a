"""An app that accepts somebody else's tokens, and the tokens: those of the Passport guide and of a gateway."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask

from app import accounts
from app.accounts import Identity
from app.core.database import transaction
from app.extensions import db
from tests.client import PASSWORD, browser_of
from tests.interop.gateway import AUDIENCE, ISSUER, new_key, sign
from tests.words import bearer

SECRET = "Vb7nM2kQ9xT4wL6zR1cY8pH3gJ5sD0fA"
KEY = new_key("RS256")
PREFIX = "EXTERNAL_JWT_"
GUIDE = {"ALGORITHM": "HS256", "SECRET": SECRET, "SUBJECT": "id"}
"""For the guide's tokens."""
GATEWAY = {"ALGORITHM": "RS256", "ISSUER": ISSUER, "AUDIENCE": AUDIENCE, "SUBJECT": "identity:gateway"}


def variables(settings: dict[str, str]) -> dict[str, str]:
    return {PREFIX + name: value for name, value in settings.items()}


def guides(sub: object, **changes: Any) -> str:
    claims = {"iss": None, "aud": None, "sub": sub, "email": "ada@example.com", "role": "admin"}
    return sign(SECRET, "HS256", **{**claims, **changes})


class Here:
    """An app with the strategy on, and its answers to a token."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browser = browser_of(app)

    def register(self, email: str = "ada@example.com", role: str = "user", *, verified: bool = True) -> str:
        with self.app.app_context():
            user = accounts.register(email, PASSWORD, role=role)
            if verified:
                accounts.mark_verified(user.id)
            return str(user.id)

    def connect(self, user_id: str, subject: str, provider: str = "gateway") -> None:
        with self.app.app_context(), transaction():
            db.session.add(Identity(user_id=uuid.UUID(user_id), provider=provider, subject=subject))

    def code(self, token: str, path: str = "/api/profile") -> str:
        """``200``, or status and code of the refusal."""
        response = self.browser.get(path, headers=bearer(token))
        assert "Set-Cookie" not in response.headers
        return "200" if response.status_code == 200 else f"{response.status_code} {(response.json or {})['code']}"
