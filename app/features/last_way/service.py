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
    """In the transaction of a sign-in, of which a step is the last strategy, and no way that somebody began by."""
    session = None if event.session_id is None else sessions.find_active(event.session_id)
    if session is not None:
        done = session.methods.split()
        g.last_way = next((way for way in (*SENTENCES, *done) if way in done and _words(way)), None)


def keep(response: Response, _: CurrentUser) -> None:
    """Let the browser keep the word. What is not told leaves it as it is."""
    way = g.pop("last_way", None)
    if way is not None:
        response.set_cookie(_name(), way, max_age=LIFETIME, path="/", httponly=True, **attributes(settings()))


def sentence() -> str | None:
    """What the page says; None: nothing is known here."""
    return _words(request.cookies.get(_name(), ""))


def _words(way: str) -> str | None:
    if way in SENTENCES:
        return gettext(SENTENCES[way])
    strategy = strategies_of(current_app).get(way)
    if strategy is None or sessions.amr_of([way]) != [BY_PROVIDER]:
        return None
    from app.passport.strategies.social.strategy import ProviderStrategy  # noqa: PLC0415 (it is loaded where one is on)

    label = strategy.provider.label if isinstance(strategy, ProviderStrategy) else way
    return gettext("You used %(provider)s last time.") % {"provider": label}


def _name() -> str:
    return host_name("last_way", settings())
