"""Notices: promised in the transaction of what they tell, to the address as it is then, and composed when they go out.

A thief who changes the address right after getting in does not get the mail about that.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import current_app

from app import limits
from app.accounts import find
from app.core import clock, mail
from app.core.events import Event
from app.core.languages import SOURCE
from app.core.mail import Mail, Promised
from app.core.places import public_link
from app.core.settings import of
from app.features.notices import rescue
from app.features.notices.happenings import CLOSED, NO_FACTS, Happening, happening, told_to_its_own
from app.features.notices.news import Account, account_of, is_from_a_known_device, is_news
from app.features.notices.settings import Settings
from app.limits import Bucket, Full, Rate
from app.sessions import this_client
from app.sessions.devices import device_name

NOTICE = "notice"
"""The kind of mail."""
THEMSELVES = ("owner", None)
"""The owner, or whoever is at the door of the account: not somebody who looks after others' accounts."""
AN_HOUR = dt.timedelta(hours=1)


def hear(event: Event) -> None:
    """Promise the owner of the account a mail about it, if it is news, in the transaction that the event is in."""
    happened, event = happening(event), told_to_its_own(event)
    if happened is None or event.user_id is None or not mail.is_configured(current_app):
        return
    if is_from_a_known_device(event):
        return
    account = account_of(event.user_id)
    if account is None or not is_news(event, account) or _were_too_many(account, happened):
        return
    payload = {"name": happened.name, "facts": dict(happened.facts), **_circumstances(event)}
    # Else it would be in the language of whoever does something to somebody's account.
    language = account.language or (None if event.by in THEMSELVES else SOURCE)
    mail.queue(NOTICE, user_id=account.id, address=account.email, language=language, payload=payload)


def _were_too_many(account: Account, happened: Happening) -> bool:
    """Counted by the address: who makes an account of a stranger's, and deletes it, begins no new count by that."""
    per_hour = Rate("notices", of(current_app, Settings).per_hour, AN_HOUR)
    try:
        limits.charge(Bucket(per_hour, f"account:{account.email_normalized}", happened.name))
    except Full:
        return True
    return False


def _circumstances(event: Event) -> dict[str, Any]:
    """Who, when and from where. From where others do their work is none of the owner's business."""
    known: dict[str, Any] = {"at": event.context.at.timestamp(), "by": event.by}
    if event.context.address is not None and event.by in THEMSELVES:
        client = this_client()
        name = device_name(client.user_agent)
        # What calls itself "evil.example" would be a link in many a mail program.
        known |= {"network": client.address, "program": name.program.replace(".", " "), "system": name.system}
    return known


def compose(promised: Promised) -> Mail | None:
    """None: the account is gone, and that has a notice of its own."""
    told, user = promised.payload, find(promised.user_id) if promised.user_id else None
    if user is None and told["name"] != CLOSED:
        return None
    at = dt.datetime.fromtimestamp(told["at"], dt.UTC)
    link = None
    if user is not None:
        link = public_link(f"/not-me#token={rescue.secret_for(user.id, promised.address or '', at=at)}")
    return _mail(promised.address or "", promised.language, told, link)


def _mail(to: str, language: str | None, told: Any, link: str | None) -> Mail:
    facts = {
        "name": told["name"],
        "facts": {**NO_FACTS, **told["facts"]},
        "by": told["by"],
        "at": f"{dt.datetime.fromtimestamp(told['at'], dt.UTC):%Y-%m-%d %H:%M} UTC",
        "network": told.get("network"),
        "program": told.get("program", ""),
        "system": told.get("system", ""),
        "not_me": link,
        "lasts_days": rescue.LIFETIME.days,
    }
    return Mail(to=to, template="notices/notice", facts=facts, language=language)


def sample() -> Mail:
    """For ``flask mail preview``."""
    told = {
        "name": "new_device",
        "facts": {"how": "local"},
        "by": "owner",
        "at": clock.now().timestamp(),
        "network": "192.0.2.7",
        "program": "Firefox",
        "system": "Windows",
    }
    return _mail("ada@example.com", None, told, public_link("/not-me#token=made-up"))
