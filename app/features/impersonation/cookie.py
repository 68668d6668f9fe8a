"""What a browser keeps while it acts for somebody: the way back to the session that it came from. No script reads it.

Tokens do not lead back: whoever has got hold of one that is another person's has not got the admin's. Nor does it
without the browser's own value (``browser.binding``).
"""

from __future__ import annotations

from flask import Response, request

from app.browser import binding
from app.core import clock
from app.core.settings import settings
from app.features.impersonation.models import Impersonation
from app.features.impersonation.service import BACK_FOR, Began, find
from app.passport.cookies import cookies_of
from app.sessions.cookies import attributes, host_name

MAX_PRESENTED = 2
"""How many cookies of the name are looked at: there are two once COOKIE_MODE has been another."""


def keep(response: Response, began: Began) -> None:
    lasts = began.until + BACK_FOR - clock.now()
    response.set_cookie(_name(), began.secret, max_age=lasts, path="/", httponly=True, **attributes(settings()))


def forget(response: Response) -> None:
    response.delete_cookie(_name(), path="/", httponly=True, **attributes(settings()))


def presented() -> Impersonation | None:
    """The one that this browser can come back from."""
    secrets, browser = cookies_of(request, _name())[:MAX_PRESENTED], binding.of_browser()
    if browser is None:
        return None
    return next((found for secret in secrets if (found := find(secret, browser)) is not None), None)


def _name() -> str:
    return host_name("impersonation", settings())
