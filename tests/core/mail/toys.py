"""A kind of mail that does what its payload says."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask import Flask

from app.core import mail
from app.core.mail import Kind, Mail, Promised, Queued
from app.core.mail.outbox import list_of
from app.extensions import db

KIND = "toy"
SECRET_LINK = "https://auth.example.com/reset#token=do-not-log-this"


class DefectError(Exception):
    pass


def compose(promised: Promised) -> Mail | None:
    doing = promised.payload.get("do")
    if doing == "nothing":
        return None
    if doing == "break":
        raise DefectError(SECRET_LINK)
    if doing == "break a statement":
        db.session.execute(sa.text("SELECT no_such_column FROM users"))
    unsubscribe = "https://auth.example.com/unsubscribe/1" if doing == "list" else None
    return Mail(to=promised.address or "ada@example.com", template="mails/test", unsubscribe=unsubscribe)


def bring(app: Flask) -> None:
    mail.add(app, Kind(name=KIND, compose=compose, sample=lambda: Mail(to="you@example.com", template="mails/test")))
    brief = Kind(name="brief", compose=compose, sample=lambda: Mail(to="you@example.com", template="mails/test"))
    mail.add(app, Kind(name="brief", compose=compose, sample=brief.sample, lasts=dt.timedelta(minutes=10)))


def rows(outcome: str | None = None) -> list[sa.Row[tuple[Queued]]]:
    """Those with this outcome, the newest first. None: those that wait."""
    return list(list_of(outcome))


def one(outcome: str | None = None) -> sa.Row[tuple[Queued]]:
    (row,) = rows(outcome)
    return row
