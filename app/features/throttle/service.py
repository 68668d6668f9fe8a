"""The gate of the limits: what is charged for each attempt, before it is judged, and given back for a right one."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from flask import Flask, current_app, has_request_context, request

from app import limits
from app.accounts import Claimed, Pass
from app.browser.device import known_to
from app.core.errors import refusal
from app.core.settings import of, settings
from app.features.throttle.settings import Settings
from app.limits import BackOff, Bucket, Charge, Full, Note, Rate
from app.passport import Refusal

log = logging.getLogger(__name__)

TOO_MANY_ATTEMPTS = refusal(
    429,
    "too_many_attempts",
    "Too many attempts. Retry-After says for how many seconds none is looked at, right or wrong.",
    for_people="Too many attempts. Wait a moment, then try again.",
)

A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
HOME_LASTS = timedelta(days=90)
"""How long a network is known to an account, from the last right secret on."""
LIMITS = "flaskport.throttle"
PASSWORD = "password"  # noqa: S105 (a word, not a password)
PASSWORD_WAYS = frozenset({"local", "basic", "confirm"})
"""The ways that ask for one and the same secret."""


class Limits(NamedTuple):
    """All limits, with the numbers of an app."""

    pair: BackOff
    device: BackOff
    account: BackOff
    devices: Rate
    network: Rate
    secrets: Rate
    registrations: Rate
    starts: Rate
    mails: Rate
    mailbox: Rate

    @classmethod
    def of(cls, numbers: Settings) -> Limits:
        return cls(
            pair=BackOff("pair", numbers.pair_free, numbers.pair_cap, A_DAY),
            device=BackOff("device", numbers.pair_free, numbers.pair_cap, A_DAY),
            account=BackOff("account", numbers.account_free, numbers.account_cap, AN_HOUR),
            devices=Rate("devices", numbers.devices_per_hour, AN_HOUR),
            network=Rate("network", numbers.network_per_hour, AN_HOUR),
            secrets=Rate("secrets", numbers.secrets_per_hour, AN_HOUR),
            registrations=Rate("registrations", numbers.registrations_per_hour, AN_HOUR),
            starts=Rate("starts", numbers.starts_per_hour, AN_HOUR),
            mails=Rate("mails", numbers.mails_per_hour, AN_HOUR),
            mailbox=Rate("mailbox", numbers.mails_per_address, AN_HOUR),
        )


def of_account(who: object) -> str:
    """What the buckets of an account are of: its id, or the address where there is none."""
    return f"account:{who}"


def of_network(address: str) -> str:
    return f"network:{limits.network_of(address)}"


def gate(claimed: Claimed) -> Pass:
    """Charge the attempt, or raise TOO_MANY_ATTEMPTS."""
    buckets, home = _buckets(claimed)
    try:
        charges = limits.charge(*buckets)
    except Full as full:
        _warn_of_proxy(full)
        raise _refused(full) from None
    unjudged = partial(limits.refund, *charges)
    return Pass(unjudged=unjudged) if home is None else Pass(proved=partial(_proved, charges, home), unjudged=unjudged)


def _buckets(claimed: Claimed) -> tuple[tuple[Bucket, ...], Home | None]:
    """What one attempt counts in, and what a right one is remembered by."""
    known, network = limits_of(current_app), of_network(claimed.client.address)
    of_all = {"wrong secret": known.secrets, "registration": known.registrations, "start": known.starts}
    if claimed.what in of_all:
        return (Bucket(of_all[claimed.what], network),), None
    if claimed.what == "mail":
        # By the address, whether or not it has an account: some flows look that up and others do not, and what is
        # full of the one and empty of the other would tell.
        mailbox = claimed.email or claimed.user_id
        mails = Bucket(known.mails, network)
        return (Bucket(known.mailbox, of_account(mailbox)), mails) if mailbox else (mails,), None
    who = claimed.user_id or claimed.email
    if who is None:  # a text that is no address: of nobody's account, so it must not make others wait
        return (Bucket(known.network, network),), None
    account = of_account(who)
    home = Home.of(account, network)
    secret = PASSWORD if claimed.way in PASSWORD_WAYS else claimed.way
    device = known_to(claimed.user_id)
    if device is not None:
        beside = f"{secret} {device.name}"
        return (Bucket(known.device, account, beside), Bucket(known.devices, account)), home
    pair = Bucket(known.pair, account, f"{secret} {network}")
    of_it = Bucket(known.devices if home.is_known else known.account, account)
    return (pair, of_it, Bucket(known.network, network)), home


class Home(NamedTuple):
    """A network from which the right secret came before: strangers elsewhere do not slow it down."""

    note: Note
    noted: int

    @classmethod
    def of(cls, account: str, network: str) -> Home:
        note = Note("home", account, network)
        return cls(note, limits.noted_until(note))

    @property
    def is_known(self) -> bool:
        return self.noted > 0


def _proved(charges: Sequence[Charge], home: Home) -> None:
    """A success forgets what was wrong here, of this secret, and nothing of what others have tried."""
    here, *elsewhere = charges
    limits.refund(*elsewhere, clearing=here.bucket)
    limits.note(home.note, HOME_LASTS, noted=home.noted)


def _refused(full: Full) -> Refusal:
    """With the seconds to wait. Of a rate it says in the words of draft-ietf-httpapi-ratelimit-headers, too."""
    limit, seconds = full.bucket.limit, math.ceil(full.wait)
    headers = {"Retry-After": str(seconds)}
    if isinstance(limit, Rate):
        window = int(limit.period.total_seconds())
        headers["RateLimit-Policy"] = f'"{limit.name}";q={limit.amount};w={window}'
        headers["RateLimit"] = f'"{limit.name}";r=0;t={seconds}'
    return TOO_MANY_ATTEMPTS(headers=headers)


def _warn_of_proxy(full: Full) -> None:
    """Behind a proxy that is not trusted, all people are one network: whoever looks into the log should learn why."""
    unseen = has_request_context() and "X-Forwarded-For" in request.headers
    if unseen and full.bucket.of.startswith("network:") and settings().trusted_proxy_count == 0:
        log.warning("a whole network is refused, and TRUSTED_PROXY_COUNT is 0: is it the address of a proxy of yours?")


def limits_of(app: Flask) -> Limits:
    made: Limits = app.extensions[LIMITS]
    return made


def init_app(app: Flask) -> None:
    app.extensions[LIMITS] = Limits.of(of(app, Settings))
