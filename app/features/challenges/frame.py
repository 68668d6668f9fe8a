"""The page in which somebody else's widget runs: a frame, so that pages with passwords load no script of others."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask, Response, current_app, make_response, render_template

from app.core.settings import settings
from app.features.challenges.siteverify import SiteVerify
from app.guards import public

EXTENSION = "flaskport.challenges"
CSP = (
    "default-src 'none'; script-src 'self' {hosts}; style-src 'self' {hosts}; frame-src {hosts}; connect-src {hosts}; "
    "img-src {hosts}; base-uri 'none'; form-action 'none'; frame-ancestors 'self' {front_ends}"
)

challenges = Blueprint("challenges", __name__)


@challenges.get("/challenge")
@public
def show_challenge() -> Response:
    """It posts the answer to the page that it is in, which is one of ours or of a listed front end."""
    provider = cast(SiteVerify, current_app.extensions[EXTENSION])
    response = make_response(render_template("challenges/frame.html", provider=provider))
    policy = CSP.format(hosts=provider.service.hosts, front_ends=" ".join(settings().front_ends))
    response.headers["Content-Security-Policy"] = policy.rstrip()
    response.headers["Referrer-Policy"] = "strict-origin"  # the widget asks where it is
    return response


def init_app(app: Flask, provider: SiteVerify) -> None:
    app.extensions[EXTENSION] = provider
    app.register_blueprint(challenges)
