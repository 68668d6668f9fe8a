"""Which origins are of one site, so that SameSite cookies are sent between them."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

SHARED = frozenset(
    [
        "appspot.com",
        "azurewebsites.net",
        "cloudfront.net",
        "codespaces.github.dev",
        "deno.dev",
        "firebaseapp.com",
        "fly.dev",
        "github.io",
        "gitlab.io",
        "herokuapp.com",
        "hf.space",
        "netlify.app",
        "ngrok-free.app",
        "ngrok.app",
        "ngrok.io",
        "now.sh",
        "ondigitalocean.app",
        "onrender.com",
        "pages.dev",
        "pythonanywhere.com",
        "railway.app",
        "repl.co",
        "run.app",
        "surge.sh",
        "trycloudflare.com",
        "up.railway.app",
        "vercel.app",
        "web.app",
        "workers.dev",
        "azurestaticapps.net",
        "amplifyapp.com",
        "loca.lt",
        "gitpod.io",
    ]
)
"""Domains of hosts under which each customer is a site of their own. Some of the public suffix list
(https://publicsuffix.org), which is what browsers ask: those that people have lost an afternoon to.
"""
SECOND_LEVELS = frozenset(["ac", "co", "com", "edu", "gov", "ltd", "me", "net", "or", "org", "plc", "sch"])
"""Below a country: example.co.uk, example.com.au."""
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def is_local(origin: str) -> bool:
    """Is it on the visitor's own machine?"""
    host = urlsplit(origin).hostname or ""
    return host in LOCAL or host.endswith(".localhost")


def same_site(one: str, other: str) -> bool:
    """Are these origins of one site, as far as that is known here? The scheme counts, the port does not."""
    a, b = urlsplit(one), urlsplit(other)
    return a.scheme == b.scheme and _site_of(a.hostname or "") == _site_of(b.hostname or "")


def _site_of(host: str) -> str:
    """The registrable domain; the whole host where there is none, as for an address."""
    labels = host.split(".")
    if _is_address(host) or len(labels) < 2:
        return host
    known = [at for at in range(len(labels)) if ".".join(labels[at:]) in SHARED]
    if known:
        return ".".join(labels[max(known[0] - 1, 0) :])
    below_a_country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVELS
    return ".".join(labels[-3 if below_a_country else -2 :])


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
