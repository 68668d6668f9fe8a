"""Who may make an account by themselves: by mode, by domain, or because somebody has invited them."""

from flask import Flask

from app import trpc
from app.accounts import add_export, add_invitations, add_registration_rule
from app.accounts.events import Registered
from app.core import cli, client, mail, openapi, pages, typescript
from app.core.events import on
from app.core.settings import read, settings_of
from app.features.invitations import accepting, commands, mails, models, page_views, procedures, routes, rule, service
from app.features.invitations.schemas import InvitationSchema, InvitationsSchema, OwnInvitationSchema
from app.features.invitations.settings import Settings


def init_app(app: Flask) -> None:
    add_export(app, "invitations", models.EXPORT)
    settings = read(app, Settings)
    add_registration_rule(app, rule.judge, shut=rule.why_shut(settings))
    add_invitations(app, accepting.invited)
    on(app, Registered, accepting.accept_unasked)
    openapi.add(app, routes.invitations)
    openapi.add(app, routes.registration)
    trpc.add(app, procedures.rpc)
    for command in (commands.invite, commands.invitations, commands.revoke):
        cli.add(app, command, group="users")
    cli.add(app, None, prune={"invitations": service.prune}, shell={"invitations": service})
    mail.add(app, mails.KIND)
    client.add(app, "invitations")
    typescript.add(app, Invitation=InvitationSchema, Invitations=InvitationsSchema, OwnInvitation=OwnInvitationSchema)
    if mail.is_configured(app):
        pages.add(app, "admin", "invitations/section.html", "invitations/section.js", 10)
    if settings_of(app).hosted_pages:
        app.register_blueprint(page_views.pages)
