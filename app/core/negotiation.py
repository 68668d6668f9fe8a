"""Who will look at an answer: a person in a browser's window, a page's script, or a program."""

from __future__ import annotations

from flask import request

PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
AHEAD_OF_TIME = frozenset({"prefetch", "prerender", "preview"})


def is_fetch() -> bool:
    """Did a page's script send this, or a program that asks for JSON, and not a browser that goes somewhere?"""
    mode = request.headers.get("Sec-Fetch-Mode")
    return mode != "navigate" if mode is not None else _accepts("application/json")


def is_navigation() -> bool:
    """Will a person see the answer in the browser's window (Fetch metadata, or an Accept that names HTML)?"""
    mode = request.headers.get("Sec-Fetch-Mode")
    return mode == "navigate" if mode is not None else _accepts("text/html")


def is_speculative() -> bool:
    """Does a browser or an extension fetch this in case somebody will want it (Sec-Purpose, and its older names)?"""
    said = (request.headers.get(name, "").partition(";")[0].strip(" \t").lower() for name in PURPOSES)
    return any(purpose in AHEAD_OF_TIME for purpose in said)


def _accepts(mimetype: str) -> bool:
    return any(value == mimetype for value, _ in request.accept_mimetypes)
