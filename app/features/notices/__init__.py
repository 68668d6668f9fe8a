"""Notices: people are mailed what happens to their account, and can say that it was not them."""

from flask import Flask

from app import trpc
from app.accounts import add_export
from app.accounts.events import EmailChanged
from app.core import client, mail, openapi, pages, typescript
from app.core.events import on
from app.core.mail import Kind, Wishes
from app.core.settings import read
from app.features.notices import models, procedures, rescue, routes, service, wishes
from app.features.notices.happenings import EVENTS
from app.features.notices.schemas import NoticeWishSchema
from app.features.notices.settings import Settings


def init_app(app: Flask) -> None:
    add_export(app, "unwanted_mails", models.EXPORT)
    read(app, Settings)
    mail.add(app, Kind(name=service.NOTICE, compose=service.compose, sample=service.sample))
    mail.keep_wishes(app, Wishes(wants=wishes.wants, unsubscribe=wishes.address_to_end))
    for event in EVENTS:
        on(app, event, service.hear)
    on(app, EmailChanged, rescue.forget)
    openapi.add(app, routes.notices)
    trpc.add(app, procedures.rpc)
    app.register_blueprint(routes.pages)
    if mail.is_configured(app):
        pages.add(app, "account", "notices/section.html", "notices/section.js", 60)
    client.add(app, "notices")
    typescript.add(app, NoticeWish=NoticeWishSchema)
