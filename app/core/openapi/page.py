"""``/docs``: the OpenAPI document as a page, by Swagger UI from our own static files, where API_DOCS is on."""

from __future__ import annotations

from flask import Flask, Response, make_response, render_template

from app.core.headers import PAGE_OPENER_POLICY
from app.passport import public

CSP = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)
"""As for our other pages, but that Swagger UI has icons in its style sheet, and writes markup (of the document)."""


@public
def show_docs() -> Response:
    response = make_response(render_template("docs.html", title="Flaskport"))
    response.headers["Content-Security-Policy"] = CSP
    response.headers["Cross-Origin-Opener-Policy"] = PAGE_OPENER_POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def init_app(app: Flask) -> None:
    app.add_url_rule("/docs", "docs", show_docs)
