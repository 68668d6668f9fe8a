"""Every provider that social-auth-core knows, by name: catalogue.json, so that only those in use are imported.

``python -m app.passport.strategies.social.catalogue`` writes the file anew after an update of the library.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

PREFIX = "SOCIAL_"
FILE = Path(__file__).with_name("catalogue.json")

NO_PROVIDERS = frozenset({"email", "username"})
"""Backends for a form of one's own."""
PREFERRED = {
    "fitbit": "FitbitOAuth2",
    "github": "GithubOAuth2",
    "helmholtz": "HelmholtzOpenIdConnect",
    "orcid": "ORCIDOAuth2",
    "orcid-sandbox": "ORCIDOAuth2Sandbox",
    "twitch": "TwitchOpenIdConnect",
}
"""Where several classes share a name."""
BEHIND_EXTRAS = {
    "google-onetap": {"class": "social_core.backends.google_onetap.GoogleOneTap", "kind": "other"},
    "saml": {"class": "social_core.backends.saml.SAMLAuth", "kind": "other"},
    "shopify": {"class": "social_core.backends.shopify.ShopifyOAuth2", "kind": "oauth2"},
}
"""These need more than social-auth-core itself; without it they cannot be looked at."""
ALIASES = {
    "apple": "apple-id",
    "google": "google-openidconnect",
    "linkedin": "linkedin-openidconnect",
    "microsoft": "microsoft-graph",
}
"""Short names for what most people mean."""


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """``class`` (its dotted path), ``kind`` and ``label`` of each provider, by name."""
    known: dict[str, Mapping[str, str]] = json.loads(FILE.read_text())
    return known | {alias: known[name] for alias, name in ALIASES.items()}


def prefix_of(provider: str) -> str:
    """What the provider's variables begin with: ``SOCIAL_GOOGLE_OAUTH2_``."""
    return f"{PREFIX}{re.sub('[^A-Z0-9]', '_', provider.upper())}_"


def load(name: str) -> type[Any]:
    """The backend's class. Raises KeyError, and ImportError for one behind an extra that is not installed."""
    module, _, attribute = catalogue()[name]["class"].rpartition(".")
    backend: type[Any] = getattr(importlib.import_module(module), attribute)
    return backend


def discover() -> dict[str, dict[str, str]]:
    """What the installed library has."""
    import social_core.backends  # noqa: PLC0415 (only to write the file)
    from social_core.backends.base import BaseAuth  # noqa: PLC0415

    found: dict[str, dict[str, str]] = {name: {**row, "label": name.title()} for name, row in BEHIND_EXTRAS.items()}
    for module in pkgutil.walk_packages(social_core.backends.__path__, "social_core.backends."):
        if module.name.rpartition(".")[2] in {"google_onetap", "saml", "shopify"}:
            continue
        for name, backend in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            provider = getattr(backend, "name", None)
            if not (issubclass(backend, BaseAuth) and backend.__module__ == module.name and provider):
                continue
            if provider in NO_PROVIDERS or PREFERRED.get(provider, name) != name:
                continue
            found[provider] = {
                "class": f"{module.name}.{name}",
                "kind": _kind(backend),
                "label": str(backend.title or provider),
            }
    return dict(sorted(found.items()))


def _kind(backend: type[Any]) -> str:
    bases = {base.__name__ for base in backend.__mro__}
    for kind, base in (
        ("oidc", "OpenIdConnectAuth"),
        ("oauth2", "BaseOAuth2"),
        ("oauth1", "BaseOAuth1"),
        ("openid", "OpenIdAuth"),
    ):
        if base in bases:
            return kind
    return "other"


if __name__ == "__main__":
    FILE.write_text(json.dumps(discover(), indent=1) + "\n")
