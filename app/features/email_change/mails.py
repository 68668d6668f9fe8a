"""The mails of a change of address. Each is composed when it is sent, and its secret made then."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

from app import accounts, one_time
from app.accounts import User
from app.core import clock
from app.core.database import locking, transaction
from app.core.mail import Kind, Mail, Promised
from app.extensions import db
from app.features.email_change import service
from app.one_time import Mailed

CONFIRM, TAKEN, CHANGED, UNDONE = (f"email_change/{name}_mail" for name in ("confirm", "taken", "changed", "undone"))


def masked(address: str) -> str:
    """Enough for its owner to know it again, and for nobody else to write to it."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}\u2022\u2022\u2022@{domain}"


def _wanted(promised: Promised) -> tuple[sa.Row[Any], Mailed, str] | None:
    """What somebody wants, the secret that proves it, and whose account it is. None: they want another one by now.

    A secret is made for a taken address, too, and mailed to nobody: else wrong codes would be counted for the free ones
    alone, which tells. Whoever guesses it is told that the address is taken.
    """
    user_id, handle = uuid.UUID(promised.payload["user"]), promised.payload["handle"]
    with transaction():
        user = db.session.scalar(locking(sa.select(User).where(User.id == user_id)))
        wish = service.of_wish(user_id, uuid.UUID(promised.payload["wish"]))
        if wish is None or user is None or not user.is_active:
            return None
        left, payload = wish.expires_at - clock.now(), {"wish": str(wish.id)}
        secret = one_time.mail(service.PURPOSE, left, user_id=user_id, handle=handle, payload=payload)
        return wish, secret, masked(user.email)


def _confirm(promised: Promised) -> Mail | None:
    """To the address that somebody wants."""
    found = _wanted(promised)
    if found is None:
        return None
    wish, secret, account = found
    facts = {"account": account, "address": wish.email, "token": secret.token, "code": secret.code}
    return Mail(to=wish.email, template=CONFIRM, facts=facts, language=promised.language)


def _taken(promised: Promised) -> Mail | None:
    """To whoever has the address already. It says nothing of who wanted it."""
    found = _wanted(promised)
    if found is None:
        return None
    address = found[0].email
    return Mail(to=address, template=TAKEN, facts={"address": address}, language=promised.language)


def _changed(promised: Promised) -> Mail | None:
    """To the address that the account had: with the way back, where whoever reads it had shown that they do.

    The secret is nobody's by its row: else one for a later former address, a thief's, would void it.
    """
    facts: dict[str, object] = {"address": promised.address, "token": None}
    former = promised.payload.get("former")
    if former is not None:
        known = accounts.find_former(uuid.UUID(former))
        if known is None:
            return None
        left = known.until - clock.now()
        facts["token"] = one_time.mail(service.UNDO, left, payload={"former": former}).token
    return Mail(to=promised.address or "", template=CHANGED, facts=facts, language=promised.language)


def _undone(promised: Promised) -> Mail:
    """To the address that the account had meanwhile. There is no way back from that."""
    facts = {"address": promised.address}
    return Mail(to=promised.address or "", template=UNDONE, facts=facts, language=promised.language)


_ADA, _NEW = "ada@example.com", "ada.lovelace@example.org"
_TOKEN = "Zm9yLXRoZS1wcmV2aWV3LW9ubHktbm90LWEtc2VjcmV0"  # noqa: S105 (it opens nothing)

KINDS = (
    Kind(
        name="email_change",
        compose=_confirm,
        sample=lambda: Mail(
            to=_NEW,
            template=CONFIRM,
            facts={"account": masked(_ADA), "address": _NEW, "token": _TOKEN, "code": "493021"},
        ),
        lasts=service.LIFETIME,
    ),
    Kind(
        name="email_change_taken",
        compose=_taken,
        sample=lambda: Mail(to=_NEW, template=TAKEN, facts={"address": _NEW}),
        lasts=service.LIFETIME,
    ),
    Kind(
        name="email_changed",
        compose=_changed,
        sample=lambda: Mail(to=_ADA, template=CHANGED, facts={"address": _ADA, "token": _TOKEN}),
        lasts=service.WAY_BACK,
    ),
    Kind(
        name="email_change_undone",
        compose=_undone,
        sample=lambda: Mail(to=_NEW, template=UNDONE, facts={"address": _NEW}),
    ),
)
