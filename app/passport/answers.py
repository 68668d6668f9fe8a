"""How a refusal looks in an app that has no errors of its own: JSON, with the status that it declares."""

from __future__ import annotations

from flask import Flask, Response, jsonify

from app.passport.refusals import Refusal


def answer(refusal: Refusal) -> tuple[Response, int]:
    errors = {"errors": refusal.errors} if refusal.errors else {}
    response = jsonify(message=refusal.message, code=refusal.code, **errors)
    response.headers.update(refusal.headers)
    return response, refusal.status


def init_app(app: Flask) -> None:
    """An app that answers refusals, or every Exception, goes on to; what it registers later, or for one kind, wins."""
    answered = app.error_handler_spec[None][None]
    if not any(kind in answered for kind in Refusal.__mro__):
        app.register_error_handler(Refusal, answer)
