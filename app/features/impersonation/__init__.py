"""Impersonation: by setting, those who look after the users act for somebody, for a while, under both names."""

from flask import Flask

from app.accounts import add_actors, add_export
from app.accounts.acting import IMPERSONATING
from app.accounts.events import AccountClosed
from app.core import client, mail, openapi, pages
from app.core.events import on
from app.core.settings import read
from app.features.impersonation import banner, mails, models, routes, rules, service
from app.features.impersonation.settings import Settings
from app.passport.registry import Admission, add_admission
from app.sessions import add_method
from app.sessions.events import SessionEnded


def init_app(app: Flask) -> None:
    """Where it is off, it lets no session live that was begun while it was on."""
    settings = read(app, Settings)
    add_method(app, rules.METHOD, (), (), claims=rules.claims)
    add_actors(app, rules.METHOD, service.judge)
    add_export(app, "impersonations", models.EXPORT)
    client.add(app, "impersonation")
    mail.add(app, mails.KIND)
    if not settings.enabled:
        return
    add_admission(app, Admission(rules.close, ("jwt",), (IMPERSONATING,)))
    on(app, SessionEnded, service.leave)
    on(app, AccountClosed, service.end_with)
    openapi.add(app, routes.of_users)
    openapi.add(app, routes.impersonation)
    pages.add_banner(app, "impersonation/banner.html", banner.look)
    pages.add(app, "person", "impersonation/person.html", "impersonation/person.js", 80)
    app.add_template_global(lambda: settings.minutes, "impersonation_minutes")
