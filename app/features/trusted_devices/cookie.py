"""What a browser keeps: a secret for each account that trusts it, in one cookie that no script reads."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import Response, current_app, has_request_context, request

from app.core.settings import of, settings
from app.features.trusted_devices import service
from app.features.trusted_devices.settings import Settings
from app.passport.cookies import cookies_of
from app.sessions.cookies import attributes, host_name

MAX_ACCOUNTS = 5
"""The accounts of one browser that trust it; the one that said so first is asked again."""
MAX_PRESENTED = 2
"""How many cookies of the name are looked at: there are two once COOKIE_MODE has been another."""
MAX_SECRET = 64


def is_trusted(user_id: uuid.UUID) -> bool:
    """Is the current request from a browser that this account trusts?"""
    return service.use(user_id, presented())


def presented() -> list[str]:
    if not has_request_context():
        return []
    cookies = cookies_of(request, _name())[:MAX_PRESENTED]
    return [each for cookie in cookies for each in cookie.split("~")[:MAX_ACCOUNTS] if 0 < len(each) <= MAX_SECRET]


def keep(response: Response, secret: str) -> None:
    """Let the browser keep one more secret, beside those that it has."""
    lifetime = timedelta(days=of(current_app, Settings).days)
    value = "~".join([secret, *presented()][:MAX_ACCOUNTS])
    response.set_cookie(_name(), value, max_age=lifetime, path="/", httponly=True, **attributes(settings()))


def _name() -> str:
    return host_name("trusted_device", settings())
