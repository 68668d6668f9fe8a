"""Known devices: browsers that have signed in to an account before, by a signed cookie.

It lets nobody in. It only says that this browser is no stranger: what comes from here is counted by itself, so that
those who guess at an account do not slow down its owner, and a sign-in from here is no news.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, after_this_request, current_app, g, has_request_context, request

from app import one_time
from app.accounts.events import CredentialsVoided
from app.core import clock
from app.core.config import Config
from app.core.keyed import is_one_of, macs
from app.core.origin import is_for_programs
from app.core.settings import settings_of
from app.passport.cookies import cookies_of
from app.sessions.cookies import attributes, host_name

LIFETIME_DAYS = 400
"""What browsers allow at most. It begins anew at each sign-in."""
MAX_ACCOUNTS = 10
"""The accounts of one browser that it is known to; the one used longest ago is forgotten first."""
MAX_PRESENTED = 2
"""How many cookies of the name are looked at: there are two once COOKIE_MODE has been another."""
NOBODY = uuid.UUID(int=0)
A_DAY = 86_400
FORGOTTEN = "devices are forgotten"
"""The purpose of a row that says since when. Its secret is the account's id, and opens nothing."""


@dataclass(frozen=True, slots=True)
class Device:
    """A browser by a random name, and the accounts that it signed in to: hashes, with the second of the last time."""

    name: str
    accounts: tuple[tuple[str, int], ...] = ()

    def knows(self, user_id: uuid.UUID) -> bool:
        """The account is asked about itself only by a browser that has signed in to it."""
        since, own = _now() - LIFETIME_DAYS * A_DAY, self._hashes(user_id)
        last = max((at for account, at in self.accounts if account in own), default=0)
        return last > since and last >= _forgotten_at(user_id)

    def after_sign_in(self, user_id: uuid.UUID) -> Device:
        own = self._hashes(user_id)
        others = [each for each in self.accounts if each[0] not in own]
        return Device(self.name, ((own[0], _now()), *others)[:MAX_ACCOUNTS])

    def _hashes(self, user_id: uuid.UUID) -> list[str]:
        return [each[:16] for each in _digests("account", self.name, str(user_id))]

    def __str__(self) -> str:
        body = "~".join([self.name, *(f"{account}-{at}" for account, at in self.accounts)])
        return f"{body}~{_digests('cookie', body)[0]}"


def known_to(user_id: uuid.UUID | None) -> Device | None:
    """The device that the current request comes from, if it is known to this account.

    Where there is no account, as much is done, or the time would tell so.
    """
    return next((device for device in _presented() if device.knows(user_id or NOBODY)), None)


def is_known_to(user_id: uuid.UUID) -> bool:
    """The same for whoever needs no name: also of a browser that has become known with this request."""
    return known_to(user_id) is not None or (has_request_context() and user_id in g.get("shown_here", ()))


def _presented() -> Iterator[Device]:
    """What the request brings in cookies that this server has signed."""
    if not has_request_context():
        return
    for cookie in cookies_of(request, _cookie_name())[:MAX_PRESENTED]:
        body, _, signature = cookie.rpartition("~")
        if is_one_of(signature, _digests("cookie", body)):
            name, *accounts = body.split("~")
            pairs = (account.split("-") for account in accounts)
            yield Device(name, tuple((account, _second(int(at))) for account, at in pairs))


def remember(response: Response, user_id: uuid.UUID) -> None:
    """Make this browser known to the account that it has just signed in to."""
    device = next(_presented(), Device(secrets.token_urlsafe(16))).after_sign_in(user_id)
    response.set_cookie(
        _cookie_name(),
        str(device),
        max_age=LIFETIME_DAYS * A_DAY,
        path="/",
        httponly=True,
        **attributes(_config()),
    )


def remember_here(user_id: uuid.UUID) -> None:
    """Make the browser of the current request known, in which somebody has shown otherwise whose account it is."""
    if not has_request_context() or not _config().cookies or is_for_programs():
        return
    g.shown_here = {*g.get("shown_here", ()), user_id}

    @after_this_request
    def keep(response: Response) -> Response:
        remember(response, user_id)
        return response


def forget_all(voided: CredentialsVoided) -> None:
    """All that have signed in until now: who says that it was not them means one of these browsers."""
    if voided.user_id is not None:
        one_time.redeem(str(voided.user_id), FORGOTTEN)
        lasts = dt.timedelta(days=LIFETIME_DAYS)
        one_time.issue(str(voided.user_id), FORGOTTEN, lasts, payload={"at": _now()})


def _forgotten_at(user_id: uuid.UUID) -> int:
    found = one_time.look_at(str(user_id), FORGOTTEN)
    return 0 if found is None else int(found.payload["at"])


def _cookie_name() -> str:
    return host_name("known_device", _config())


def _digests(*parts: str) -> tuple[str, ...]:
    """The newest JWT_SECRET's is first. A device is known for as long as the one that signed its cookie is there."""
    return tuple(mac.hex() for mac in macs(b"flaskport known device", "\0".join(parts)))


def _config() -> Config:
    return settings_of(current_app)


def _now() -> int:
    return int(clock.now().timestamp())


def _second(at: int) -> int:
    """Cookies of before name the day: that is taken for its beginning."""
    return at if at > A_DAY else at * A_DAY
