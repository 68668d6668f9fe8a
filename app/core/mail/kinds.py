"""What mails there are: each kind belongs to a feature, which composes it at the moment when it is sent."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any, cast

from flask import Flask, current_app

from app.passport.declarations import BadDeclaration

EXTENSION = "flaskport.mail_kinds"
WISHES = "flaskport.mail_wishes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """What was known when the mail was queued."""

    user_id: uuid.UUID | None
    address: str | None
    language: str | None
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one person. ``template`` is ``password_reset/mail``: that with ``.txt`` and that with ``.html``.

    ``facts`` are for the templates. The language is the person's own, where they have chosen one.
    """

    to: str
    template: str
    facts: Mapping[str, object] = field(default_factory=dict)
    language: str | None = None
    unsubscribe: str | None = None
    """An address that ends mails of this kind with one POST (RFC 8058). Those of an ``optional`` kind get it."""


Compose = Callable[[Promised], Mail | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of mail, by its name: "password_reset".

    ``compose`` is called outside any transaction, each time that the mail is tried, and may write: so a secret is made
    when it is sent, and the outbox never holds one. None: there is nobody to send it to. ``sample`` is what ``flask
    mail preview`` shows. ``lasts`` after it was due it is given up, however often it was tried.

    ``optional`` is for mails that people can do without, and may end (``keep_wishes``): what such a mail is, in a
    sentence for them. What is about somebody's safety is not optional.
    """

    name: str
    compose: Compose
    sample: Callable[[], Mail]
    lasts: timedelta = timedelta(days=2)
    optional: str | None = None


def add(app: Flask, kind: Kind) -> None:
    """Raises BadDeclaration for a name that is taken."""
    kinds = kinds_of(app)
    if kind.name in kinds:
        raise BadDeclaration(f'There is already a kind of mail "{kind.name}". Call yours something else.')
    kinds[kind.name] = kind if kind.optional is None else replace(kind, compose=partial(_if_wanted, kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Of a person and a kind of mail: do they want it, and the address that ends it by one POST (RFC 8058)."""

    wants: Callable[[uuid.UUID, str], bool]
    unsubscribe: Callable[[uuid.UUID, str], str]


def keep_wishes(app: Flask, wishes: Wishes) -> None:
    """Ask them before every mail whose kind is optional. Where nobody keeps any, everybody gets every mail."""
    app.extensions[WISHES] = wishes


def _if_wanted(kind: Kind, promised: Promised) -> Mail | None:
    wishes = cast("Wishes | None", current_app.extensions.get(WISHES))
    if wishes is None or promised.user_id is None:
        return kind.compose(promised)
    if not wishes.wants(promised.user_id, kind.name):
        return None
    mail, address = kind.compose(promised), wishes.unsubscribe(promised.user_id, kind.name)
    return None if mail is None else replace(mail, unsubscribe=address, facts={**mail.facts, "unsubscribe": address})


def kinds_of(app: Flask) -> dict[str, Kind]:
    return cast("dict[str, Kind]", app.extensions.setdefault(EXTENSION, {}))
