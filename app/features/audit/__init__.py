"""The audit trail: what happened and what was refused, in rows that nobody changes unseen."""

from flask import Flask

from app import trpc
from app.accounts.personal import add_export
from app.core import cli, client, errors, explaining, openapi, pages, typescript
from app.core.events import Event, on
from app.core.settings import read
from app.features.audit import blanking, commands, personal, procedures, pruning, recording, room, routes, tracing
from app.features.audit.schemas import ActivityPageSchema, AuditPageSchema
from app.features.audit.settings import Settings


def init_app(app: Flask) -> None:
    read(app, Settings)
    room.init_app(app)
    on(app, Event, recording.hear)
    add_export(app, "audit", personal.export)
    errors.on_refusal(app, recording.hear_refusal)
    explaining.add_trace(app, "audit", tracing.find)
    openapi.add(app, routes.audit)
    trpc.add(app, procedures.rpc)
    cli.add(
        app,
        commands.audit,
        prune={"addresses in audit rows": blanking.blank_old, "audit rows": pruning.prune},
    )
    pages.add(app, "account", "audit/section.html", "audit/section.js", 65)
    pages.add(app, "person", "audit/person.html", "audit/person.js", 60)
    client.add(app, "audit")
    typescript.add(app, AuditPage=AuditPageSchema, ActivityPage=ActivityPageSchema)
