"""Who may send a request that changes something: our own pages, listed origins, and programs.

A browser names the page behind every unsafe request in ``Origin``, or at least in ``Sec-Fetch-Site``; no page
can forge either. This stops cross-site requests before any strategy runs, sign-in included (OWASP CSRF cheat
sheet, "Verifying origin with standard headers" and "Fetch metadata").
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, request

from app.core import forms
from app.core.http import refuse_large_body
from app.core.refusals import refusal
from app.core.refused import Lines, note_why
from app.core.settings import settings, settings_of
from app.passport import Refusal
from app.passport.browsers import BROWSER_MUST_USE_COOKIES, is_browser
from app.passport.csrf import SAFE_METHODS

log = logging.getLogger(__name__)
lines = Lines()

ORIGIN_NOT_ALLOWED = refusal(
    403,
    "origin_not_allowed",
    "The page that sent this is of another origin than PUBLIC_URL and those in CORS_ORIGINS.",
    for_people="This address of the site may not do that. Open it at its usual address.",
)

P = ParamSpec("P")
R = TypeVar("R")


def programs_only(view: Callable[P, R]) -> Callable[P, R]:
    """Refuse browsers: the view answers tokens in its body, where page scripts could read them."""
    view.__dict__["programs_only"] = True
    return view


def is_for_programs() -> bool:
    """Is it a view that refuses browsers?"""
    return getattr(current_app.view_functions.get(request.endpoint or ""), "programs_only", False)


def from_anywhere(view: Callable[P, R]) -> Callable[P, R]:
    """Let other sites' pages send this: the view itself proves that this browser asked for it."""
    view.__dict__["from_anywhere"] = True
    return view


def check_unsafe_request() -> None:
    """Before anything that may change something: is the body of a size to read, and may this sender send it?"""
    refuse_large_body()
    view = current_app.view_functions.get(request.endpoint or "")
    if is_for_programs():
        _refuse_browsers()
    elif not getattr(view, "from_anywhere", False) and not _origin_is_ours(
        says_so=forms.are_taken(view) and forms.is_sent(request)
    ):
        raise _not_allowed()


def _not_allowed() -> Refusal:
    """What a developer has to set: CORS_ORIGINS for another front end, PUBLIC_URL for this server behind a proxy."""
    origin, ours, config = request.headers.get("Origin"), f"{request.scheme}://{request.host}", settings()
    came_from = (
        f"origin {origin!r}" if origin is not None else f"Sec-Fetch-Site {request.headers.get('Sec-Fetch-Site')}"
    )
    note_why(came_from)
    if lines.take():
        log.warning(
            "refused a request that changes something, from %.100s: expected a page of %s",
            came_from,
            ", ".join(dict.fromkeys((ours, *config.front_ends))),
        )
    if origin is None and "Sec-Fetch-Site" not in request.headers:
        return ORIGIN_NOT_ALLOWED("A form names the page that it is on: send Origin, or send JSON.")
    advice = "If it is a front end of yours, list it in CORS_ORIGINS."
    if not config.public_url and origin is not None and origin.partition("://")[2] == request.host:
        advice = f"This server takes itself for {ours}: behind a proxy that ends TLS, set PUBLIC_URL to {origin}."
    elif not config.public_url:
        advice += f" If it is this server, which takes itself for {ours} behind its proxy, set PUBLIC_URL to it."
    return ORIGIN_NOT_ALLOWED(f"This origin may not send such a request. {advice}")


def _refuse_browsers() -> None:
    if is_browser(request):
        if not settings().cookies:
            how = "This server is for programs: with COOKIES=false it signs nobody in with a browser."
            raise BROWSER_MUST_USE_COOKIES(how)
        raise BROWSER_MUST_USE_COOKIES


def _origin_is_ours(*, says_so: bool) -> bool:
    """With ``says_so`` silence is no yes: a form comes from a page, also in a browser that knows neither header."""
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    if origin is None and (site is not None or not says_so):
        return site in {None, "same-origin", "none"}
    ours = f"{request.scheme}://{request.host}"
    if origin is None:
        return any(request.headers.get("Referer", "").startswith(f"{page}/") for page in (ours, *settings().front_ends))
    return origin in settings().front_ends or origin == ours


def _plain_http_noticed() -> Callable[[], None]:
    """A hook that says once in each process that a browser reached production over plain http.

    Its sign-in is answered with success, and lost: browsers keep no Secure cookie then. By its ``Origin`` it is a
    browser and no program of the same network, for which plain http may be right.
    """
    said = False

    def notice() -> None:
        nonlocal said
        if said or request.is_secure or "Origin" not in request.headers:
            return
        said = True
        log.warning(
            "A browser reached production over plain http, where it keeps no cookie of ours. Serve it by https. "
            "A proxy that ends TLS must say so with X-Forwarded-Proto, and be believed: TRUSTED_PROXY_COUNT or "
            "FORWARDED_ALLOW_IPS."
        )

    return notice


def init_app(app: Flask) -> None:
    notice = _plain_http_noticed() if settings_of(app).production else None

    def check() -> None:
        if request.method not in SAFE_METHODS:
            if notice is not None:
                notice()
            check_unsafe_request()

    app.before_request(check)
