"""Who is believed about where a request came from. How many proxies there are is asked from outside (``answering``)."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.doctor import Finding, Severity
from app.core.settings import settings
from config import ConfigError, Server

THIS_MACHINE = ("127.", "localhost:", "[::1]:", "unix:", "fd://")


def look() -> Iterator[Finding]:
    config = settings()
    try:
        server = Server.read(config.variables)
    except ConfigError:
        return  # the start has said it
    if not config.production or server.bind.startswith(THIS_MACHINE):
        return
    if "*" in server.forwarded_allow_ips.split(","):
        yield Finding(
            "forwarded_by_anybody",
            Severity.WARNING,
            f"FORWARDED_ALLOW_IPS=* and BIND={server.bind}: whoever reaches that port says whether https was used.",
            "Name your proxies in FORWARDED_ALLOW_IPS, or bind to 127.0.0.1.",
        )
    if config.trusted_proxy_count:
        yield Finding(
            "reachable_beside_proxy",
            Severity.NOTE,
            f"BIND={server.bind} and TRUSTED_PROXY_COUNT={config.trusted_proxy_count}: whoever reaches that port past "
            "the proxy can write any address into X-Forwarded-For.",
            "Let only the proxy reach it: by a firewall, or a network of its own.",
        )
