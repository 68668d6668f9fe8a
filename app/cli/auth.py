"""``flask auth``: how the app is guarded."""

from __future__ import annotations

import importlib.metadata
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from app.core.cli import as_json, print_json
from app.core.tables import print_labelled, print_table
from app.core.version import VERSION
from app.guards import passport
from app.passport import Guard, guard_of
from app.passport.registry import guard_in, off_strategies_of, state_of
from app.passport.strategies.social.catalogue import catalogue

auth = AppGroup("auth", help="Look at how the app is guarded.")

LIBRARIES = (
    "flask",
    "social-auth-core",
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
    rows: list[dict[str, Any]] = [
        {
            "route": str(rule),
            "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
            "guard": _shown(guard_of(current_app.view_functions[rule.endpoint])),
        }
        for rule in sorted(current_app.url_map.iter_rules(), key=str)
    ]
    if as_json:
        print_json(rows)
        return
    print_table(("Methods", "Route", "Guard"), [(",".join(row["methods"]), row["route"], row["guard"]) for row in rows])


def _shown(guard: Guard | None) -> str:
    return "none" if guard is None else str(guard_in(current_app, guard))


@auth.command("strategies")
@click.option("--all", "show_all", is_flag=True, help="Those that are off, too.")
@as_json
def strategies(show_all: bool, as_json: bool) -> None:
    """List the ways in that are on. With --all, and in JSON, every one with its state."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    registered = passport.strategies(app)
    rows = [{"name": name, "kind": type(strategy).__name__, "state": "on"} for name, strategy in registered.items()]
    rows += [{"name": name, "kind": "built in", "state": "off"} for name in sorted(off_strategies_of(app))]
    rows += [
        {"name": name, "kind": f"provider, {row['kind']}", "state": "off"}
        for name, row in sorted(catalogue().items())
        if name not in registered and "providers" in state_of(app).groups
    ]
    if as_json:
        print_json(rows)
        return
    shown = [row for row in rows if show_all or row["state"] == "on"]
    print_table(("Name", "State", "Kind"), [(row["name"], row["state"], row["kind"]) for row in shown])
    if len(shown) < len(rows):
        click.echo(f"{len(rows) - len(shown)} more are off: flask auth strategies --all, and flask auth providers")


@auth.command("version")
@as_json
def version(as_json: bool) -> None:
    """Print the version of Flaskport, and those of the libraries that authentication rests on."""
    rows = {"flaskport": VERSION} | {name: importlib.metadata.version(name) for name in LIBRARIES}
    if as_json:
        print_json(rows)
        return
    print_labelled(rows)
