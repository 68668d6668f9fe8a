"""The sign-in page says how somebody signed in last in this browser."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from app.accounts.events import SignInAccepted
from app.browser.signed_in import add_to_answer
from app.core import pages
from app.core.events import on
from app.core.settings import read, settings_of
from app.features.last_way import service
from config import Declared, boolean, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Whether it does."""

    is_on: bool = setting("LAST_WAY_SHOWN", boolean, "true", heading="The sign-in page")
    """Does the sign-in page say by what somebody signed in last in this browser: a password, a passkey, a provider?"""


def init_app(app: Flask) -> None:
    config = settings_of(app)
    if not read(app, Settings).is_on or not (config.cookies and config.hosted_pages):
        return
    on(app, SignInAccepted, service.note)
    add_to_answer(app, service.keep)
    app.add_template_global(service.sentence, "last_way")
    pages.add(app, "sign-in", "last_way/sign-in.html", order=1)
