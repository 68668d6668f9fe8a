"""Mails that people can do without: who wants which, and the link in each that ends them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from app.core.database import execute_write, insert_of, read_one, transaction
from app.core.errors import NOT_FOUND
from app.core.mail import kinds_of
from app.core.places import public_link
from app.extensions import db
from app.features.notices.models import UnwantedMail
from app.one_time.digests import digest, fits


class Wish(NamedTuple):
    """A kind of mail, what it is, and whether the person wants it."""

    kind: str
    about: str
    wanted: bool


def optional_kinds() -> dict[str, str]:
    """What each kind is that people can do without."""
    return {name: kind.optional for name, kind in kinds_of(current_app).items() if kind.optional is not None}


def wishes_of(user_id: uuid.UUID) -> Sequence[Wish]:
    """One for each kind that can be ended."""
    unwanted = set(db.session.scalars(sa.select(UnwantedMail.kind).where(UnwantedMail.user_id == user_id)))
    return [Wish(kind, about, kind not in unwanted) for kind, about in optional_kinds().items()]


def wants(user_id: uuid.UUID, kind: str) -> bool:
    unwanted = sa.select(UnwantedMail.kind).where(UnwantedMail.user_id == user_id, UnwantedMail.kind == kind)
    return read_one(unwanted, {}) is None


def wish(user_id: uuid.UUID, kind: str, wanted: bool) -> None:
    """Want such mails, or none of them. Raises NOT_FOUND for what is none, or cannot be ended."""
    if kind not in optional_kinds():
        raise NOT_FOUND
    if wanted:
        execute_write(sa.delete(UnwantedMail).where(UnwantedMail.user_id == user_id, UnwantedMail.kind == kind))
        return
    with transaction():
        execute_write(insert_of(UnwantedMail).values(user_id=user_id, kind=kind).on_conflict_do_nothing())


def address_to_end(user_id: uuid.UUID, kind: str) -> str:
    """Where one POST ends such mails. It stands in the head of the mail, so it is no secret that opens anything."""
    return public_link(f"/unsubscribe?token={user_id.hex}.{kind}.{digest(*_signed(user_id, kind))}")


def meant_by(token: str) -> tuple[uuid.UUID, str]:
    """Whose mails the link is about, and which. Raises NOT_FOUND."""
    whose, _, rest = token.partition(".")
    kind, _, signature = rest.rpartition(".")
    try:
        user_id = uuid.UUID(hex=whose)
    except ValueError:
        raise NOT_FOUND from None
    if not fits(signature, *_signed(user_id, kind)) or kind not in optional_kinds():
        raise NOT_FOUND
    return user_id, kind


def end(token: str) -> str:
    """End what the link is about, and say what that is. Raises NOT_FOUND, also where the account is gone."""
    user_id, kind = meant_by(token)
    try:
        wish(user_id, kind, wanted=False)
    except sa.exc.IntegrityError:
        raise NOT_FOUND from None
    return optional_kinds()[kind]


def _signed(user_id: uuid.UUID, kind: str) -> tuple[str, ...]:
    """Good for as long as the secret is there: a mail may be ended long after it came."""
    return "unsubscribe", str(user_id), kind
