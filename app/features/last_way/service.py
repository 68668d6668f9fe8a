"""By what somebody signed in last in this browser: a word in a cookie, which is no secret and names nobody."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, current_app, g, request

from app import sessions
from app.accounts import CurrentUser
from app.accounts.events import SignInAccepted
from app.core.languages import gettext, said
from app.core.settings import settings
from app.passport.registry import strategies_of
from app.sessions.cookies import attributes, host_name

LIFETIME = timedelta(days=180)
BY_PROVIDER = "fed"
"""How ``amr`` calls an identity provider's word."""

SENTENCES = {
    "local": said("You used your password last time."),
    "magic_link": said("You used a mail last time."),
    "passkey": said("You used a passkey last time."),
}
"""By the strategy, the likeliest first: a second factor may be one of these, too. What is not here is not told."""


def note(event: SignInAccepted) -> None:
    """Of a sign-in to a session. A step is its last strategy, and no way that somebody began by."""
    if event.session_id is not None:
        ways = (*SENTENCES, *sorted(event.methods))
        g.last_way = next((way for way in ways if way in event.methods and _is_told(way)), None)


def keep(response: Response, _: CurrentUser) -> None:
    """Let the browser keep the word. What is not told leaves it as it is."""
    way = g.pop("last_way", None)
    if way is not None:
        response.set_cookie(_name(), way, max_age=LIFETIME, path="/", httponly=True, **attributes(settings()))


def sentence() -> str | None:
    """What the page says; None: nothing is known here."""
    return _words(request.cookies.get(_name(), ""))


def _is_told(way: str) -> bool:
    return way in SENTENCES or (way in strategies_of(current_app) and sessions.amr_of([way]) == [BY_PROVIDER])


def _words(way: str) -> str | None:
    if way in SENTENCES:
        return gettext(SENTENCES[way])
    if not _is_told(way):
        return None
    strategy = strategies_of(current_app)[way]
    from app.passport.strategies.social.strategy import ProviderStrategy  # noqa: PLC0415 (it is loaded where one is on)

    label = strategy.provider.label if isinstance(strategy, ProviderStrategy) else way
    return gettext("You used %(provider)s last time.") % {"provider": label}


def _name() -> str:
    return host_name("last_way", settings())
