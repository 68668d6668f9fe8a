"""For those who look after the users: who has which second factors, and the way out for who has lost theirs."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response

from app import accounts
from app.accounts.roles import USERS_READ, USERS_WRITE
from app.accounts.service import managed_user
from app.core.errors import NOT_FOUND
from app.core.http import no_content
from app.core.openapi import Blueprint
from app.features.assurance import policy
from app.features.assurance.schemas import FactorsOfUserSchema
from app.guards import PROGRAMS_TOO, current_user, permission_required, require_assurance

of_users = Blueprint("second_factors_of_users", __name__, url_prefix="/api/users", tag="api")


@of_users.get("/<uuid:user_id>/second-factors")
@permission_required(USERS_READ, via=PROGRAMS_TOO)
@of_users.response(200, FactorsOfUserSchema)
@of_users.refuses(NOT_FOUND, note="No such user.")
def show_factors(user_id: uuid.UUID) -> dict[str, Any]:
    """Which second factors a user has, and whether they have to have one."""
    return policy.factors_of(user_id)


@of_users.delete("/<uuid:user_id>/second-factors")
@permission_required(USERS_WRITE)
@of_users.response(204)
@of_users.refuses(NOT_FOUND, note="No such user.")
@of_users.refuses(accounts.ROLE_ABOVE_YOURS, accounts.ASSURANCE_REQUIRED)
@of_users.refuses(accounts.LAST_SECOND_FACTOR, note="They are your own, and you have to have one.")
def reset_factors(user_id: uuid.UUID) -> Response:
    """Take away every second factor of a user who has lost theirs, and end their sessions. They are mailed about it.

    Make sure first that it is them: whoever knows their password comes in with that alone then. Whoever does this and
    has a second factor shows it before. It is for people: no key does it.
    """
    require_assurance(current_user(), within="fresh", if_enrolled=True)
    managed_user(user_id, current_user())
    accounts.reset_factors(user_id, by=current_user())
    return no_content()
