"""``flask auth``: how the app is guarded."""

from __future__ import annotations

import importlib.metadata

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.output import as_json, print_json
from app.guards import passport
from app.passport import guard_of

auth = AppGroup("auth", help="Look at how the app is guarded.")

LIBRARIES = (
    "flask",
    "flask-jwt-extended",
    "flask-sqlalchemy",
    "flask-smorest",
    "pyjwt",
    "libpass",
    "argon2-cffi",
)


@auth.command("routes")
@as_json
def routes(as_json: bool) -> None:
    """List every route with the guard that stands before it."""
    rows = [
        {
            "route": str(rule),
            "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
            "guard": str(guard_of(current_app.view_functions[rule.endpoint]) or "none"),
        }
        for rule in sorted(current_app.url_map.iter_rules(), key=str)
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{' '.join(row['methods']):8} {row['route']:32} {row['guard']}")


@auth.command("strategies")
@as_json
def strategies(as_json: bool) -> None:
    """List the strategies that guards can name."""
    rows = {
        name: type(strategy).__name__
        for name, strategy in passport.strategies(current_app._get_current_object()).items()  # type: ignore[attr-defined]
    }
    if as_json:
        print_json(rows)
        return
    for name, kind in rows.items():
        click.echo(f"{name:12} {kind}")


@auth.command("version")
@as_json
def version(as_json: bool) -> None:
    """Print the versions of the libraries that authentication rests on."""
    rows = {name: importlib.metadata.version(name) for name in LIBRARIES}
    if as_json:
        print_json(rows)
        return
    for name, number in rows.items():
        click.echo(f"{name:20} {number}")
