"""Links and codes to sign in with: asked for, mailed, and brought back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import current_app

from app import accounts, one_time
from app.accounts import LINK_OVER, Brought, Claimed, CurrentUser, Newcomer, User, emails, prove_address, registration
from app.accounts.service import locked
from app.accounts.signing_up import EMAIL_TAKEN, prepare
from app.browser.presented import presented_session
from app.core import clock, mail
from app.core.database import locking, transaction
from app.core.errors import refusal
from app.core.mail import Kind, Mail, Promised
from app.core.settings import of
from app.extensions import db
from app.features.magic_link.only import may_join
from app.features.magic_link.settings import Settings
from app.one_time import Found
from app.one_time.mailed import ADDRESS, CODE_LIFETIME
from app.sessions import find_active, this_client

NAME = "magic_link"
"""The purpose of the secrets, the kind of the mail, and the strategy as events and limits know it."""
LIFETIME = dt.timedelta(minutes=15)
PAGE = "/magic-link"
NEWCOMER = "newcomer"
"""In a secret's payload: it may make an account."""

OTHER_BROWSER = refusal(
    409,
    "other_browser",
    "This link was asked for in another browser. Show the person the facts, and send confirm if they want to go on.",
    for_people="This link was asked for in another browser.",
)


def ask(email: str, *, handle: str, remember: bool = False, next: str | None = None) -> None:
    """Promise the mail. Nothing is looked up: all addresses are the same until the mail is composed.

    Raises VALIDATION_FAILED for what is no address, MAIL_NOT_SET_UP, and whatever a gate raises.
    """
    mail.require_configured()
    address = emails.normalize(email)
    accounts.ask_gates(Claimed(way=NAME, what="mail", email=address))
    client = this_client()
    asked = {"user_agent": client.user_agent, "address": client.address, "at": clock.iso(clock.now())}
    payload = {"handle": handle, "remember": remember, "next": next, "asked": asked, "typed": email}
    mail.queue(NAME, address=address, payload=payload)


def compose(promised: Promised) -> Mail | None:
    """For whoever has an account with this address and may come in; with MAGIC_LINK=only, for whoever may make one.

    A code is made for others, too, and mailed to nobody: so wrong ones are counted alike. The account is locked: what
    voids its secrets at the same time, such as a change of the address, comes before this, or voids this one.
    """
    kept = promised.payload
    with transaction():
        found = db.session.scalar(locking(sa.select(User).where(User.email_normalized == promised.address)))
        user = found if found is not None and found.is_active else None
        is_new = found is None and of(current_app, Settings).mode == "only" and may_join(kept["typed"], NAME)
        secret = one_time.mail(
            NAME,
            LIFETIME,
            user_id=None if user is None else user.id,
            address=promised.address,
            handle=kept["handle"],
            payload={**{name: kept[name] for name in ("remember", "asked", "typed")}, NEWCOMER: is_new},
        )
        to, language = (kept["typed"], None) if user is None else (user.email, user.language)
    if user is None and not is_new:
        return None
    facts = {**_facts(secret.token, secret.code, kept), "is_new": is_new}
    return Mail(to=to, template="magic_link/mail", facts=facts, language=language or promised.language)


def sample() -> Mail:
    asked = {"user_agent": "", "address": "192.0.2.7", "at": "2026-01-02T03:04:05Z"}
    facts = {**_facts("x" * 43, "123456", {"next": None, "asked": asked}), "is_new": False}
    return Mail(to="ada@example.com", template="magic_link/mail", facts=facts)


def _facts(token: str, code: str | None, payload: Mapping[str, Any]) -> dict[str, object]:
    """The token stands in the fragment, which no server and no log is sent."""
    query = f"?{urlencode({'next': payload['next']})}" if payload["next"] else ""
    return {
        "place": f"{PAGE}{query}#token={token}",
        "code": code,
        "minutes": int(LIFETIME.total_seconds() // 60),
        "code_minutes": int(CODE_LIFETIME.total_seconds() // 60),
        "network": payload["asked"]["address"],
    }


MAIL = Kind(name=NAME, compose=compose, sample=sample, lasts=dt.timedelta(minutes=30))
"""Whoever asked half an hour ago does not wait for it any more."""


def redeem(brought: Brought, *, confirmed: bool) -> tuple[CurrentUser, bool]:
    """Use the link or the code up: who has shown that they read the address, and whether they wished to be remembered.

    In another browser than that which asked it takes ``confirmed``: nobody shall be signed in, unawares, to the account
    of whoever sent them a link of their own. Raises OTHER_BROWSER with who asked, LINK_OVER, WRONG_CODE, and whatever a
    gate raises.
    """
    judged = accounts.judge(NAME, brought)
    found = judged.found
    asked_here = found.handle == brought.handle
    owner = _owner_of(found)
    if not (asked_here or confirmed):
        raise OTHER_BROWSER(facts={"email": _address(found, owner), **found.payload["asked"]})
    get: Callable[[], User] = _prepared(found) if owner is None else partial(locked, owner)
    try:
        with judged.used_up():
            user = get()
            prove_address(user, set_up_by_them=_is_signed_in(user.id))
            return CurrentUser.of(user), asked_here and bool(found.payload["remember"])
    except EMAIL_TAKEN:
        return redeem(brought, confirmed=confirmed)  # somebody made the account meanwhile; the link is good again


def _owner_of(found: Found) -> uuid.UUID | None:
    """Whose account it opens. None: one that the link makes.

    Raises LINK_OVER for a code that was mailed to nobody, and where the account that was made meanwhile has another
    mailbox, whose address is only the same to us: whoever reads the link does not read that one.
    """
    if found.user_id is not None:
        return found.user_id
    if not found.payload[NEWCOMER]:
        raise LINK_OVER
    made_meanwhile = accounts.find(str(found.payload[ADDRESS]))
    if made_meanwhile is None:
        return None
    if not emails.same_mailbox(made_meanwhile.email, str(found.payload["typed"])):
        raise LINK_OVER
    return made_meanwhile.id


def _address(found: Found, owner: uuid.UUID | None) -> str:
    """For whoever holds the link: they could sign in with it."""
    return str(found.payload["typed"]) if owner is None else accounts.get(owner).email


def _prepared(found: Found) -> Callable[[], User]:
    """What makes the account. Raises what refuses those that people make by themselves: rules may be others by now."""
    address = str(found.payload["typed"])
    registration.admit(Newcomer(email=address, way=NAME, proved=True))
    accounts.ask_gates(Claimed(way=NAME, what="registration", email=address))
    return partial(prepare(address, None).store, proved=True)


def _is_signed_in(user_id: uuid.UUID) -> bool:
    session_id = presented_session()
    session = None if session_id is None else find_active(session_id)
    return session is not None and session.user_id == user_id


def count_mailboxes(user_id: uuid.UUID) -> int:
    """One for an address that was proved: a link that is mailed there opens the account. It may be mistyped before."""
    user = db.session.get(User, user_id)
    return int(user is not None and user.email_verified_at is not None)
