"""``flask auth doctor``: what is amiss with this installation, and what to do about it."""

from flask import Flask

from app.core import cli, doctor
from app.core.doctor import Check
from app.features.doctor import (
    commands,
    connections,
    database,
    files,
    interpreter,
    origins,
    packages,
    proxies,
    public_address,
)
from app.features.doctor.answering import doctor as asked_from_outside


def init_app(app: Flask) -> None:
    for check in (
        Check("mode", origins.look_at_mode, at_start=True),
        Check("names of settings", origins.look_at_names, at_start=True),
        Check("hosts", origins.look_at_hosts, at_start=True),
        Check("cookies and CORS", origins.look_at_origins, at_start=True),
        Check("proxies", proxies.look, at_start=True),
        Check("secrets", files.look_at_secrets, at_start=True),
        Check("SQLite's disk", files.look_at_sqlite, at_start=True),
        Check("disk space", files.look_at_space),
        Check("migrations", database.look_at_schema, asks_database=True),
        Check("writing", database.look_at_writing, asks_database=True),
        Check("stored secrets", database.look_at_secrets, asks_database=True),
        Check("clock", database.look_at_clock, asks_database=True),
        Check("PostgreSQL", database.look_at_postgresql, asks_database=True),
        Check("connections", connections.look, asks_database=True),
        Check("packages", packages.look),
        Check("Python", interpreter.look),
        Check("public address", public_address.look, seconds=public_address.SECONDS),
    ):
        doctor.add(app, check)
    app.register_blueprint(asked_from_outside)
    cli.add(app, commands.examine, group="auth")
