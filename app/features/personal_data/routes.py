"""One's own data, as a file."""

from __future__ import annotations

import json
import math
from datetime import timedelta

import marshmallow as ma
from flask import Response
from marshmallow import fields

from app import accounts
from app.accounts import ASSURANCE_REQUIRED
from app.accounts.personal_events import PersonalDataExported
from app.core import clock
from app.core.errors import refusal
from app.core.events import announce_alone
from app.core.http import Moment
from app.core.openapi import Blueprint
from app.guards import current_user, fresh_required, require_assurance
from app.limits import Bucket, Full, Rate, charge
from app.sessions import FRESH_REQUIRED

EXPORTS = Rate("export", 10, timedelta(hours=1))
"""Of one account: it reads every table, and nobody needs the file twice. Half of them at once."""

TOO_MANY_EXPORTS = refusal(
    429,
    "too_many_exports",
    "This account's data was exported several times just now. Retry-After says for how many seconds it is not.",
    for_people="You have downloaded your data several times already. Try again later.",
)

personal_data = Blueprint("personal_data", __name__, url_prefix="/api", tag="api")


class ExportSchema(ma.Schema):
    exported_at = Moment(required=True)
    data = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Dict()),
        required=True,
        metadata={"description": "By the names of the tables. No passwords, and nothing that lets anybody in."},
    )


@personal_data.get("/profile/export")
@fresh_required
@personal_data.response(200, ExportSchema)
@personal_data.refuses(ASSURANCE_REQUIRED, TOO_MANY_EXPORTS)
def export_profile() -> Response:
    """All that is held of you, as a file. Whoever has a second factor shows it first."""
    user = current_user()
    if user.actor is not None:
        raise FRESH_REQUIRED  # whoever acts for somebody sees what is shown to them, and takes no file along
    require_assurance(user, within="fresh", if_enrolled=True)
    _charge(f"account:{user.id}")
    now = clock.now()
    written = json.dumps({"exported_at": clock.iso(now), "data": accounts.export_of(user.id)}, indent=2)
    announce_alone(PersonalDataExported(user_id=user.id))
    response = Response(f"{written}\n", mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="personal-data-{now:%Y-%m-%d}.json"'
    return response


def _charge(of: str) -> None:
    try:
        charge(Bucket(EXPORTS, of))
    except Full as full:
        raise TOO_MANY_EXPORTS(headers={"Retry-After": str(math.ceil(full.wait))}) from None
