"""How a refusal looks in an app that has no errors of its own: JSON, with the status that it declares."""

from __future__ import annotations

from flask import Flask, Response, jsonify

from app.passport.refusals import Refusal


def answer(refusal: Refusal) -> tuple[Response, int]:
    more = {name: value for name, value in (("errors", refusal.errors), ("facts", refusal.facts)) if value}
    response = jsonify(message=refusal.message, code=refusal.code, **more)
    response.headers.update(refusal.headers)
    return response, refusal.status


def init_app(app: Flask) -> None:
    """An app that answers refusals, or every Exception, goes on to; what it registers later, or for one kind, wins."""
    answered = app.error_handler_spec[None][None]
    if not any(kind in answered for kind in Refusal.__mro__):
        app.register_error_handler(Refusal, answer)
