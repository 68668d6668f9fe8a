"""``flask auth``: how the app is guarded."""

from __future__ import annotations

import importlib.metadata

import click
from flask import current_app
from flask.cli import AppGroup

from app.auth.providers import CALLBACK, strategies_of
from app.cli.output import as_json, print_json
from app.guards import passport
from app.passport import guard_of
from app.passport.passport import off_strategies_of
from app.passport.strategies.social import Provider
from app.passport.strategies.social.catalogue import catalogue, prefix_of
from app.passport.strategies.social.provider import USE_PKCE

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
        click.echo(f"{','.join(row['methods']):8} {row['route']:32} {row['guard']}")


@auth.command("strategies")
@as_json
def strategies(as_json: bool) -> None:
    """List every way in, with its state: those of this app, then the providers that can be switched on."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    registered = passport.strategies(app)
    rows = [{"name": name, "kind": type(strategy).__name__, "state": "on"} for name, strategy in registered.items()]
    rows += [{"name": name, "kind": "built in", "state": "off"} for name in sorted(off_strategies_of(app))]
    rows += [
        {"name": name, "kind": f"provider, {row['kind']}", "state": "off"}
        for name, row in sorted(catalogue().items())
        if name not in registered
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['name']:32} {row['state']:4} {row['kind']}")


@auth.command("providers")
@click.option("--audit", is_flag=True, help="Say what each one that is on is trusted with.")
@as_json
def providers(audit: bool, as_json: bool) -> None:
    """List the identity providers that are on, and the variables that switch on others."""
    strategies = strategies_of(current_app._get_current_object())  # type: ignore[attr-defined]
    rows = [_provider_row(strategy.provider, audit) for strategy in strategies.values()]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo("  ".join(f"{key}={value}" if key != "name" else f"{value:24}" for key, value in row.items()))
    if not audit:
        click.echo(f"{len(rows)} on. Switch on any of these with its _KEY and _SECRET:")
        for name in sorted(catalogue()):
            click.echo(f"  {name:32} {prefix_of(name)}KEY")


def _provider_row(provider: Provider, audit: bool) -> dict[str, str]:
    row = {"name": provider.name, "label": provider.label, "callback": CALLBACK.format(provider.name)}
    if audit:
        pkce = provider.settings.get(USE_PKCE, False)
        row |= {
            "kind": provider.kind,
            "email": provider.trust.email,
            "pkce": "S256" if pkce else "no",
            "method": provider.trust.callback,
        }
    return row


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
