"""Who will look at an answer: a person in a browser's window, a page's script, or a program."""

from __future__ import annotations

from flask import request


def is_fetch() -> bool:
    """Did a page's script send this, or a program that asks for JSON, and not a browser that goes somewhere?"""
    mode = request.headers.get("Sec-Fetch-Mode")
    return mode != "navigate" if mode is not None else _accepts("application/json")


def is_navigation() -> bool:
    """Will a person see the answer in the browser's window (Fetch metadata, or an Accept that names HTML)?"""
    mode = request.headers.get("Sec-Fetch-Mode")
    return mode == "navigate" if mode is not None else _accepts("text/html")


def _accepts(mimetype: str) -> bool:
    return any(value == mimetype for value, _ in request.accept_mimetypes)
