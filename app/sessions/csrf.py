"""The double-submit value of a session (OWASP CSRF cheat sheet, "signed double submit")."""

from __future__ import annotations

import hmac
import uuid
from base64 import urlsafe_b64encode
from typing import Protocol

from app.core.keyed import listed
from app.core.settings import settings


class Session(Protocol):
    """What begins has no more. What was refreshed has ``carried_csrf``: the value of the token that was exchanged."""

    @property
    def id(self) -> uuid.UUID: ...


def csrf_of(session: Session) -> str:
    """What the session's tokens carry. It is made when the session begins, and each token hands it on to the next.

    So it stays the same while the session lives, whatever becomes of the secret: neither a refresh in one tab nor a
    rotation voids a form in another.
    """
    carried: str | None = getattr(session, "carried_csrf", None)
    return carried or _new(session.id)


def _new(session_id: uuid.UUID) -> str:
    key = listed(settings().jwt_refresh_secret)[0].text.encode()
    return urlsafe_b64encode(hmac.digest(key, b"flaskport csrf " + session_id.bytes, "sha256")[:24]).decode()
