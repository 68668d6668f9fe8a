"""What mails there are: each kind belongs to a feature, which composes it at the moment when it is sent."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

from flask import Flask

from app.passport.declarations import BadDeclaration

EXTENSION = "flaskport.mail_kinds"


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
    """An address that ends mails of this kind with one POST (RFC 8058). For mails that somebody can do without."""


Compose = Callable[[Promised], Mail | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of mail, by its name: "password_reset".

    ``compose`` is called outside any transaction, each time that the mail is tried, and may write: so a secret is made
    when it is sent, and the outbox never holds one. None: there is nobody to send it to. ``sample`` is what ``flask
    mail preview`` shows. After ``lasts`` it is given up, however often it was tried.
    """

    name: str
    compose: Compose
    sample: Callable[[], Mail]
    lasts: timedelta = timedelta(days=2)


def add(app: Flask, kind: Kind) -> None:
    """Raises BadDeclaration for a name that is taken."""
    kinds = kinds_of(app)
    if kind.name in kinds:
        raise BadDeclaration(f'There is already a kind of mail "{kind.name}". Call yours something else.')
    kinds[kind.name] = kind


def kinds_of(app: Flask) -> dict[str, Kind]:
    return cast("dict[str, Kind]", app.extensions.setdefault(EXTENSION, {}))
