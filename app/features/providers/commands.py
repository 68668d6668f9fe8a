"""``flask auth providers``: which are on, and which could be."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core.cli import as_json, print_json
from app.core.settings import settings
from app.features.providers.strategies import CALLBACK, providers_of
from app.passport.strategies.social import Provider
from app.passport.strategies.social.catalogue import catalogue, prefix_of
from app.passport.strategies.social.provider import USE_PKCE


@click.command("providers")
@click.option("--audit", is_flag=True, help="Say what each one that is on is trusted with.")
@as_json
@with_appcontext
def providers(audit: bool, as_json: bool) -> None:
    """List the identity providers that are on, and the variables that switch on others."""
    rows = [_provider_row(strategy.provider, audit) for strategy in providers_of(current_app).values()]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo("  ".join(f"{key}={value}" if key != "name" else f"{value:24}" for key, value in row.items()))
    if not audit:
        _others(len(rows))


def _others(on: int) -> None:
    # Imported only here: it looks at every class of social-auth-core.
    from app.passport.strategies.social.configured import why_not  # noqa: PLC0415

    reasons = {name: why_not(name) for name in sorted(catalogue())}
    possible = [name for name, reason in reasons.items() if reason is None]
    click.echo(f"{on} on. Switch on any of these {len(possible)} with its _KEY and _SECRET:")
    for name in possible:
        click.echo(f"  {name:32} {prefix_of(name)}KEY")
    click.echo("SOCIAL_OIDC_<NAME>_ISSUER switches on any OpenID Connect issuer: docs/providers.md.")
    click.echo("These are known, but cannot be switched on here:")
    for name, reason in reasons.items():
        if reason is not None:
            click.echo(f"  {name:32} {reason.removeprefix(name).strip()}")


def _provider_row(provider: Provider, audit: bool) -> dict[str, str]:
    callback = settings().public_path + CALLBACK.format(provider.name)
    row = {"name": provider.name, "label": provider.label, "callback": callback}
    if audit:
        pkce = provider.settings.get(USE_PKCE, False)
        row |= {
            "kind": provider.kind,
            "email": provider.trust.email,
            "pkce": "S256" if pkce else "no",
            "method": provider.trust.callback,
        }
    return row
