"""What is this, is it alive, is it ready: for visitors, load balancers and orchestrators."""

from __future__ import annotations

from typing import cast

import marshmallow as ma
from flask import Flask, Response, current_app, jsonify

from app.core import openapi, schema
from app.core.errors import HOME_PAGE, refusal
from app.core.negotiation import is_navigation
from app.core.openapi import Blueprint
from app.core.places import own_path
from app.core.schema import AHEAD, NOT_MIGRATED, Schema
from app.core.settings import settings
from app.core.version import VERSION
from app.core.writing import takes_writes
from app.passport import public
from app.sessions.secret_keys import SECRET_ALGORITHM
from app.sessions.signing import NO_SIGNING_KEY, ring

health = Blueprint("health", __name__, description="Liveness and readiness.")

NOT_READY = refusal(
    503,
    "not_ready",
    "The database is not migrated, or takes no writes.",
    for_people="We cannot do this right now. Try again in a moment.",
)


class IndexSchema(ma.Schema):
    name = ma.fields.String(required=True)
    version = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "Null in production: strangers need not know it."}
    )
    start = ma.fields.Dict(required=True, metadata={"description": "The first requests to make."})
    openapi = ma.fields.String(required=True, allow_none=True, metadata={"description": "Where API_DOCS is on."})


class StatusSchema(ma.Schema):
    status = ma.fields.String(required=True, validate=ma.validate.Equal("ok"))


class ReadySchema(StatusSchema):
    schema = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf([Schema.CURRENT.value, Schema.AHEAD.value]),
        metadata={"description": "ahead: a newer release has migrated the database already."},
    )


@health.get("/")
@public
@health.response(200, IndexSchema)
def index() -> Response:
    """What this is, for whoever opens the bare address. A person in a browser gets a page."""
    page = current_app.extensions.get(HOME_PAGE)
    if page is not None and is_navigation():
        return cast(Response, page())
    sign_in = "/auth/login" if settings().cookies else "/auth/token"
    start = {"register": ("POST", "/auth/register"), "sign in": ("POST", sign_in), "who am I": ("GET", "/auth/session")}
    return jsonify(
        name="Flaskport",
        version=None if settings().production else VERSION,
        start={what: f"{method} {own_path(path)}" for what, (method, path) in start.items()},
        openapi=own_path("/openapi.json") if settings().api_docs else None,
    )


@health.get("/healthz")
@public
@health.response(200, StatusSchema)
def live() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
@public
@health.response(200, ReadySchema)
@health.refuses(
    NOT_READY,
    NO_SIGNING_KEY,
    note="The database is not migrated, takes no writes, or does not answer; or no key can sign access tokens.",
)
def ready() -> Response:
    """The database answers and takes writes, its schema is this code's or newer, and access tokens can be signed."""
    found = schema.of_database()
    if found is Schema.BEHIND:
        raise NOT_READY(NOT_MIGRATED)
    if found is Schema.AHEAD and not settings().ready_when_ahead:
        raise NOT_READY(AHEAD)
    if not takes_writes():
        raise NOT_READY("The database takes no writes: it is a standby, read-only, or its disk is full.")
    if settings().jwt_algorithm != SECRET_ALGORITHM:
        ring().signer()
    return jsonify(status="ok", schema=found.value)


def init_app(app: Flask) -> None:
    openapi.add(app, health)
