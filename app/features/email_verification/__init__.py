"""Verification: whoever reads an account's address has the account, and by setting nobody else signs in to it."""

from __future__ import annotations

from flask import Flask, has_request_context

from app import accounts, trpc
from app.accounts import Attempt, Step
from app.accounts.events import Registered, RegisteredAgain
from app.browser import steps
from app.core import client, mail, openapi, pages, typescript
from app.core.events import on
from app.core.settings import read, settings_of
from app.features.email_verification import mails, procedures, routes, this_browser
from app.features.email_verification.routes import STEP
from app.features.email_verification.schemas import VerifiedSchema
from app.features.email_verification.settings import Settings
from config import ConfigError


def init_app(app: Flask) -> None:
    """Raises ConfigError where addresses have to be verified, and no mail can be sent."""
    settings = read(app, Settings)
    for kind in mails.KINDS:
        mail.add(app, kind)
    openapi.add(app, routes.verification)
    trpc.add(app, procedures.rpc)
    client.add(app, "email_verification")
    typescript.add(app, EmailVerified=VerifiedSchema)
    if settings_of(app).hosted_pages:
        app.register_blueprint(routes.pages)
        steps.add_page(app, STEP, "/verify")
    if mail.is_configured(app):
        pages.add(app, "account", "email_verification/section.html", "email_verification/section.js", 15)
        on(app, Registered, _mail_to_new)
    if settings.required:
        _require(app)


def _require(app: Flask) -> None:
    if not mail.is_configured(app):
        raise ConfigError("REQUIRE_VERIFIED_EMAIL needs MAIL_URL: nobody could sign in without the mail.")
    accounts.answer_alike(app, STEP)
    accounts.add_check(app, _step)
    on(app, RegisteredAgain, _mail_to_owner)


def _step(attempt: Attempt) -> Step | None:
    if attempt.user.email_verified_at is not None:
        return None
    return Step(STEP, {"email": attempt.user.email})


def _mail_to_new(registered: Registered) -> None:
    """The browser in which the account is made is known from now on. An operator who makes one waits for no mail."""
    if registered.user_id is None or registered.context.actor is not None or not has_request_context():
        return
    user = accounts.get(registered.user_id)
    if user.email_verified_at is None:
        if this_browser.can_be_known():
            this_browser.note_new(user.id)
        mails.queue(user.id, user.email_normalized)


def _mail_to_owner(again: RegisteredAgain) -> None:
    """The browser is treated as that of a new account is, and as much is written."""
    if this_browser.can_be_known():
        this_browser.note_nobody()
    mails.queue_taken(again.user_id)
