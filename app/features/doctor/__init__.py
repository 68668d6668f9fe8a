"""``flask auth doctor``: what is amiss with this installation, and what to do about it."""

from collections.abc import Iterator

from flask import Flask

from app.core import cli, doctor
from app.core.doctor import Check, Finding
from app.features.doctor import (
    commands,
    connections,
    database,
    files,
    interpreter,
    origins,
    packages,
    proxies,
)
from app.features.doctor.answering import SECONDS
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
        Check("public address", _look_from_outside, seconds=SECONDS),
    ):
        doctor.add(app, check)
    app.register_blueprint(asked_from_outside)
    cli.add(app, commands.examine, group="auth")


def _look_from_outside() -> Iterator[Finding]:
    from app.features.doctor import public_address  # noqa: PLC0415 (its HTTP client, where somebody asks)

    return public_address.look()
