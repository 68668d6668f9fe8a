"""How a refusal looks in an app that has no errors of its own: JSON, with the status that its kind means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, jsonify

from app.passport.outcome import AuthenticationFailed, Forbidden, ProviderFailed


def not_signed_in(error: AuthenticationFailed) -> tuple[Response, int]:
    response = jsonify(message=error.message, code=error.code)
    if error.challenge:
        response.headers["WWW-Authenticate"] = error.challenge
    return response, 401


def not_allowed(error: Forbidden) -> tuple[Response, int]:
    return jsonify(message=error.message, code=error.code, **({"errors": error.errors} if error.errors else {})), 403


def not_now(_error: ProviderFailed) -> tuple[Response, int]:
    return jsonify(message="The identity provider did not answer as it should.", code="provider_failed"), 502


ANSWERS: dict[type[Exception], Callable[[Any], tuple[Response, int]]] = {
    AuthenticationFailed: not_signed_in,
    Forbidden: not_allowed,
    ProviderFailed: not_now,
}


def init_app(app: Flask) -> None:
    """An app that answers such errors, or every Exception, goes on to; one that is registered later wins, too."""
    answered = app.error_handler_spec[None][None]
    for kind, answer in ANSWERS.items():
        if not any(known in answered for known in kind.__mro__):
            app.register_error_handler(kind, answer)
