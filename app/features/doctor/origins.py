"""Do the settings agree, those about addresses first? What they say by themselves was judged when they were read."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from app.core.doctor import Finding, Severity
from app.core.settings import renamed, settings
from app.features.doctor.sites import is_local, same_site


def look_at_mode() -> Iterator[Finding]:
    config = settings()
    if not config.production:
        if config.public_url and config.public_url.startswith("https://") and not is_local(config.public_url):
            yield Finding(
                "development_in_public",
                Severity.WARNING,
                f"APP_ENV=development, and PUBLIC_URL is {config.public_url}: cookies are not Secure, and more is "
                "shown than strangers should see.",
                "Set APP_ENV=production.",
            )
        return
    if config.log_level == "DEBUG":
        yield Finding(
            "log_debug",
            Severity.WARNING,
            "LOG_LEVEL=DEBUG in production: the log may hold what belongs to people.",
            "Set LOG_LEVEL=INFO once you have found what you look for.",
        )
    if config.api_docs:
        yield Finding(
            "api_docs_public",
            Severity.NOTE,
            "API_DOCS=true in production: /openapi.json and /docs tell everybody every route.",
            "Leave API_DOCS out, unless the API is meant for the public.",
        )


def look_at_names() -> Iterator[Finding]:
    for before, now in sorted(renamed(settings().variables).items()):
        yield Finding(
            "setting_renamed",
            Severity.WARNING,
            f"{before} is called {now} now. It is read under its old name until the next major release.",
            f"Write {now} in its place.",
        )


def look_at_hosts() -> Iterator[Finding]:
    config = settings()
    host = urlsplit(config.public_url or "").hostname
    if host and config.trusted_hosts and not any(_covers(name, host) for name in config.trusted_hosts):
        yield Finding(
            "public_host_not_trusted",
            Severity.ERROR,
            f"TRUSTED_HOSTS leaves out {host}, which is PUBLIC_URL's: its visitors are answered 400.",
            f"Add {host} to TRUSTED_HOSTS.",
        )
    if not config.production:
        return
    if not config.trusted_hosts:
        yield Finding(
            "trusted_hosts_empty",
            Severity.WARNING,
            "TRUSTED_HOSTS is empty in production: whatever Host a request names is answered.",
            f"Set TRUSTED_HOSTS={host or 'your.host.example'}.",
        )
    if not config.public_url:
        yield Finding(
            "public_url_missing",
            Severity.WARNING,
            "PUBLIC_URL is not set in production: what this server is called is taken from each request.",
            "Set PUBLIC_URL to the https:// address that browsers open.",
        )
    elif config.public_url.startswith("http://"):
        yield Finding(
            "public_url_http",
            Severity.WARNING,
            f"PUBLIC_URL is {config.public_url} in production: only a browser on this machine keeps its cookies.",
            "Set PUBLIC_URL to the https:// address that browsers open.",
        )


def _covers(name: str, host: str) -> bool:
    """As Werkzeug reads TRUSTED_HOSTS: ``.example.com`` is it and all below it."""
    return host == name.lstrip(".") or (name.startswith(".") and host.endswith(name))


def look_at_origins() -> Iterator[Finding]:
    config = settings()
    if config.production:
        for origin in config.cors_origins:
            yield from _of_production(origin)
    if not config.cookies or not config.public_url:
        return
    elsewhere = [origin for origin in config.cors_origins if not same_site(origin, config.public_url)]
    if elsewhere and config.cookie_mode == "same-site":
        yield Finding(
            "cors_origin_of_another_site",
            Severity.ERROR,
            f"COOKIE_MODE=same-site, and {', '.join(elsewhere)} of CORS_ORIGINS is no origin of the site of "
            f"{config.public_url}: browsers send no cookie along from there.",
            "Set COOKIE_MODE=cross-site, or serve the front end below the same domain.",
        )
    if not elsewhere and config.cookie_mode == "cross-site":
        yield Finding(
            "cross_site_not_needed",
            Severity.NOTE,
            "COOKIE_MODE=cross-site, and no origin of CORS_ORIGINS is of another site.",
            "COOKIE_MODE=same-site is stronger, and enough for these.",
        )


def _of_production(origin: str) -> Iterator[Finding]:
    if is_local(origin):
        yield Finding(
            "cors_origin_of_development",
            Severity.WARNING,
            f"CORS_ORIGINS lists {origin} in production: whatever runs there on a visitor's machine may act for them.",
            "Take it out.",
        )
    elif origin.startswith("http://"):
        yield Finding(
            "cors_origin_http",
            Severity.WARNING,
            f"CORS_ORIGINS lists {origin}: whoever sits between can change that page, and so act for its visitors.",
            "Serve that front end by https, and list that origin.",
        )
