"""Signing in with a link or a code that is mailed, and confirming by a code that it is still you."""

from flask import Flask

from app.accounts import Confirmation, WayIn, add_confirmation, add_way_in, open_while_enrolling
from app.core import client, mail, openapi, pages
from app.core.settings import read, settings_of
from app.features.magic_link import confirming, only, routes, service
from app.features.magic_link.page import views
from app.features.magic_link.settings import Settings
from app.features.magic_link.strategy import MagicLinkStrategy
from app.guards import passport
from app.sessions import add_method


def init_app(app: Flask) -> None:
    """Raises ConfigError where nobody could sign in."""
    mode = read(app, Settings).mode
    if mode == "off":
        return
    mail.add(app, service.MAIL)
    mail.add(app, confirming.MAIL)
    openapi.add(app, routes.magic_link)
    client.add(app, "magic_link")
    add_method(app, service.NAME, ("email",), ("mailbox",))
    open_while_enrolling(app, "magic_link.ask_for_code", "magic_link.confirm_by_code")
    if mode == "only":
        only.init_app(app)
    if not settings_of(app).cookies:
        return
    passport.use(app, MagicLinkStrategy())
    app.register_blueprint(views)
    if mail.is_configured(app):
        always = Confirmation(confirming.NAME, "code", lambda _: True, confirming.confirm)
        add_confirmation(app, always)
        add_way_in(app, WayIn("magic_link", count=service.count_mailboxes))
        pages.add(app, "sign-in", "magic_link/section.html", "magic_link/sign-in.js", 20)
        pages.add(app, "confirm", "magic_link/confirm.html", "magic_link/confirm.js", 60)
