"""Who we are to authenticators: the domain that passkeys belong to, and the origins whose pages may use them."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, current_app, request

from app.core.settings import of, settings, settings_of
from app.features.passkeys.settings import Settings
from config import ConfigError


def rp_id() -> str:
    """Without a setting and PUBLIC_URL the request says, which is for development."""
    return of(current_app, Settings).rp_id or _host_of(settings().public_url or request.host_url)


def origins() -> list[str]:
    """Ours, and those of listed front ends."""
    own = () if settings().public_url else (request.host_url.rstrip("/"),)
    return [*own, *dict.fromkeys(settings().front_ends)]


def check(app: Flask) -> None:
    """Raises ConfigError for a domain that browsers would refuse on our own pages."""
    domain, public_url = of(app, Settings).rp_id, settings_of(app).public_url
    if domain is None or public_url is None:
        return
    host = _host_of(public_url)
    if host != domain and not host.endswith(f".{domain}"):
        raise ConfigError(
            f"PASSKEY_RP_ID is {domain}; it must be {host}, the host of PUBLIC_URL, or a domain above it."
        )


def _host_of(url: str) -> str:
    return urlsplit(url).hostname or ""
