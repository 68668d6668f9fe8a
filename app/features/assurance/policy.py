"""Who has to have a second factor, and what becomes of those who have none."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask, current_app

from app import accounts, sessions
from app.accounts import CurrentUser, User, add_factor_rule, has_strong_factor, second_factors
from app.accounts.enrolling import SECOND_FACTOR_REQUIRED, is_open_while_enrolling, open_while_enrolling
from app.accounts.roles import ADMIN_ROLE, DEFAULT_ROLE
from app.accounts.second_factors import still_has
from app.core import clock
from app.core.database import execute_write, insert_of, read_one
from app.core.settings import of
from app.features.assurance.models import Grace
from app.features.assurance.settings import Policy, Settings
from app.features.assurance.step import is_enough
from app.guards import PROGRAMS_TOO
from app.passport.registry import Admission, add_admission

OPEN = ("auth.session_state", "auth.confirm", "auth.ways_to_confirm", "auth.logout_all", "assurance")
OPEN_PROCEDURES = ("trpc.auth.whoami", "trpc.auth.confirm", "trpc.assurance")
"""Who one is, that it is still oneself, signing out, and what is asked of oneself."""


class Duty(NamedTuple):
    """What is asked of somebody. ``methods`` are empty where what they have is not enough.

    ``until`` they may go on without a factor; None: not at all, or they have one.
    """

    is_required: bool
    methods: list[str]
    until: dt.datetime | None = None

    @property
    def is_due(self) -> bool:
        return self.is_required and not self.methods and self.until is None


def is_required_of(role: str) -> bool:
    return bool(_is_meant(of(current_app, Settings).required_of, role))


def _is_meant(required_of: Policy, role: Any) -> Any:
    """Of a role, or, as a condition, of the column of roles."""
    match required_of:
        case "none":
            return False
        case "admins":
            return role == ADMIN_ROLE
        case "staff":
            return role != DEFAULT_ROLE
        case "all":
            return True


def duty_of(user: CurrentUser) -> Duty:
    """What is asked of them now. Their time of grace begins with the first question that finds them without one."""
    required, methods = is_required_of(user.role), second_factors(user.id) if has_strong_factor(user.id) else []
    return Duty(required, methods, _until(user.id) if required and not methods else None)


def shown_duty(user: CurrentUser) -> dict[str, Any]:
    """``SecondFactorDutySchema``."""
    duty = duty_of(user)
    return {"required": duty.is_required, "methods": duty.methods, "until": duty.until}


def factors_of(user_id: uuid.UUID) -> dict[str, Any]:
    """``FactorsOfUserSchema``. Raises NOT_FOUND."""
    user = accounts.get(user_id)
    return {"required": is_required_of(user.role), "methods": second_factors(user.id)}


def judge(user: CurrentUser) -> None:
    """Keeps out whoever has to have a factor by now and has none, but for the views that set one up.

    It costs a question only of whom one is required: whether what was shown in this session is still theirs, else what
    else they have. Raises SECOND_FACTOR_REQUIRED.
    """
    if not is_required_of(user.role) or user.actor is not None or is_open_while_enrolling():
        return  # whoever acts for somebody has shown theirs, and sets up none for them
    session = user.session
    if session is not None and (is_enough(session.methods) or _were_shown(user, session.methods)):
        return
    if duty_of(user).is_due:
        raise SECOND_FACTOR_REQUIRED


def _were_shown(user: CurrentUser, methods: list[str]) -> bool:
    """Two of those that are enough: a mailed code is not; nor what was removed before one was required of them."""
    return sessions.acr_of(methods) == sessions.TWO_FACTORS and still_has(user.id, methods)


_BEGAN = sa.select(Grace.began_at).where(Grace.user_id == sa.bindparam("user_id"))


def _until(user_id: uuid.UUID) -> dt.datetime | None:
    """The end of their grace; None: it is over, or there is none."""
    days = of(current_app, Settings).grace_days
    if not days:
        return None
    row, now = read_one(_BEGAN, {"user_id": user_id}), clock.now()
    if row is None:
        _begin(user_id, now)
    until = (now if row is None else row.began_at) + dt.timedelta(days=days)
    return until if until > now else None


def _begin(user_id: uuid.UUID, now: dt.datetime) -> None:
    """Of several at once, the first counts."""
    execute_write(insert_of(Grace).values(user_id=user_id, began_at=now).on_conflict_do_nothing())


def init_app(app: Flask, settings: Settings) -> None:
    open_while_enrolling(app, *OPEN, *OPEN_PROCEDURES)
    if settings.required_of != "none":
        add_factor_rule(app, sa.and_(sa.true(), _is_meant(settings.required_of, User.role)))
        add_admission(app, Admission(judge, PROGRAMS_TOO, (SECOND_FACTOR_REQUIRED,)))
