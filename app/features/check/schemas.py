"""The shapes of what ``/auth/check`` finds out."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields

from app.core.http import Moment


class ProbeSchema(ma.Schema):
    cookie_mode = fields.String(required=True)
    secure = fields.Boolean(required=True)
    now = Moment(required=True)


class SeenSchema(ma.Schema):
    access = fields.Boolean(required=True)
    refresh = fields.Boolean(required=True)
    csrf = fields.String(required=True, allow_none=True)
    now = Moment(required=True)


class CheckedSchema(ma.Schema):
    accepted = fields.Boolean(required=True)
