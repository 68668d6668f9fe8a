"""The access rules of the app, on one page. A guard stands directly under the route."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal, ParamSpec, Protocol, TypeVar, overload

from flask import Flask, Response
from flask.typing import ResponseReturnValue

from app.accounts import ASSURANCE_REQUIRED, PERMISSIONS, ROLES, CurrentUser, is_asked_for_two, second_factors
from app.accounts.acting import check_nobody_acts
from app.core import clock
from app.core.events import identify_callers
from app.core.settings import settings
from app.passport import Forbidden, Passport, forbidden, public
from app.passport.guard import named
from app.sessions import FRESH_REQUIRED

__all__ = [
    "PROGRAMS",
    "PROGRAMS_TOO",
    "assurance_required",
    "current_user",
    "current_user_or_none",
    "fresh_required",
    "init_app",
    "login_required",
    "optional_auth",
    "passport",
    "permission_required",
    "public",
    "require_assurance",
    "require_fresh",
    "role_required",
]

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)


class Decorator(Protocol):
    """What a guard with arguments returns."""

    def __call__(self, view: Callable[P, R], /) -> Callable[P, R | Response]: ...


DEFAULT_VIA = ("jwt",)
"""People in browsers, and programs with the tokens of a session."""
PROGRAMS = "programs"
"""The group of strategies with which programs come, without a session: ``passport.use(app, …, groups=(PROGRAMS,))``."""
PROGRAMS_TOO = ("jwt", PROGRAMS)
"""Every way in, as far as it is switched on: for what a script may do as well as a person."""

NOT_YOUR_ROLE = "Your role does not allow this. An admin can give you another."
ROLE_REQUIRED = forbidden(
    "role_required",
    "The caller's role is none of those that may do this.",
    meaning="Another role is needed; errors names it.",
    for_people=NOT_YOUR_ROLE,
)
PERMISSION_REQUIRED = forbidden(
    "permission_required",
    "The caller lacks a permission that this needs.",
    meaning="The role lacks a permission; errors names it.",
    for_people=NOT_YOUR_ROLE,
)

passport: Passport[CurrentUser] = Passport()


@dataclass(frozen=True, slots=True)
class HasRole:
    names: Collection[str]
    kind: str = "role"
    refusals: Collection[type[Forbidden]] = (ROLE_REQUIRED,)

    def __call__(self, user: CurrentUser) -> None:
        if user.scopes is not None:
            raise ROLE_REQUIRED("A key carries permissions, not roles.")
        if not any(user.has_role(name) for name in self.names):
            raise ROLE_REQUIRED(errors={"role": [f"One of: {', '.join(sorted(self.names))}."]})


@dataclass(frozen=True, slots=True)
class HasPermission:
    names: Collection[str]
    kind: str = "permission"
    refusals: Collection[type[Forbidden]] = (PERMISSION_REQUIRED,)

    def __call__(self, user: CurrentUser) -> None:
        missing = sorted(name for name in self.names if not user.can(name))
        if missing:
            raise PERMISSION_REQUIRED(errors={"permission": [f"Needs: {', '.join(missing)}."]})


@dataclass(frozen=True, slots=True)
class IsFresh:
    names: Collection[str] = ()
    kind: str = "fresh"
    refusals: Collection[type[Forbidden]] = (FRESH_REQUIRED,)

    def __call__(self, user: CurrentUser) -> None:
        check_nobody_acts(user)
        if user.session is None or clock.now() - user.session.authenticated_at > settings().fresh_for:
            raise FRESH_REQUIRED


@dataclass(frozen=True, slots=True)
class IsAssured:
    """``within``: for so long a second factor counts that was shown; None: as long as the session lasts.

    ``if_enrolled``: whoever has set up no second factor that asks is let pass.
    """

    within: dt.timedelta | None = None
    if_enrolled: bool = False
    names: Collection[str] = ("mfa",)
    kind: str = "assurance"
    refusals: Collection[type[Forbidden]] = (ASSURANCE_REQUIRED,)

    def __call__(self, user: CurrentUser) -> None:
        check_nobody_acts(user)
        shown, shown_at = ((), None) if user.session is None else (user.session.methods, user.session.assured_at)
        if shown_at is not None and (self.within is None or clock.now() - shown_at <= self.within):
            return
        if not self.if_enrolled or is_asked_for_two(user.id, shown):
            minutes = None if self.within is None else int(self.within.total_seconds() // 60)
            raise ASSURANCE_REQUIRED(facts={"methods": second_factors(user.id, shown), "within": minutes})


def require_assurance(
    user: CurrentUser, *, within: int | Literal["fresh"] | None = None, if_enrolled: bool = False, of_keys: bool = True
) -> None:
    """What ``assurance_required`` asks, inside a view. ``within`` are minutes; "fresh" those of FRESH_MINUTES.

    ``of_keys`` False lets API keys pass: they were made with it. Raises ASSURANCE_REQUIRED.
    """
    if of_keys or user.scopes is None:
        _assured(settings().fresh_for if within == "fresh" else within, if_enrolled)(user)


def _assured(within: int | dt.timedelta | None, if_enrolled: bool) -> IsAssured:
    return IsAssured(dt.timedelta(minutes=within) if isinstance(within, int) else within, if_enrolled)


def require_fresh(user: CurrentUser) -> None:
    """What ``fresh_required`` asks, inside a view. Raises FRESH_REQUIRED."""
    IsFresh()(user)


@overload
def login_required(view: Callable[P, R], /) -> Callable[P, R | Response]: ...
@overload
def login_required(*, via: Sequence[str]) -> Decorator: ...
def login_required(
    view: Callable[P, R] | None = None, /, *, via: Sequence[str] = DEFAULT_VIA
) -> Callable[P, R | Response] | Decorator:
    """Somebody signed in, ``via`` any of these strategies: 401 for everyone else."""
    return _in_front(view, passport.authenticate(*_ways(via)))


@overload
def optional_auth(view: Callable[P, R], /) -> Callable[P, R | Response]: ...
@overload
def optional_auth(*, via: Sequence[str]) -> Decorator: ...
def optional_auth(
    view: Callable[P, R] | None = None, /, *, via: Sequence[str] = DEFAULT_VIA
) -> Callable[P, R | Response] | Decorator:
    """Anyone; ``current_user_or_none()`` is None for nobody and for a credential that is no longer good."""
    return _in_front(view, passport.authenticate(*_ways(via), optional=True))


def fresh_required(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Somebody who proved who they are within FRESH_MINUTES: 403 ``fresh_required`` for other sessions."""
    return passport.authenticate(*DEFAULT_VIA, requirement=IsFresh())(view)


def assurance_required(level: Literal["mfa"], *, within: int | None = None, if_enrolled: bool = False) -> Decorator:
    """Somebody who has shown two factors, the second ``within`` so many minutes: else 403 ``assurance_required``.

    ``if_enrolled`` asks only those who have set up a second factor. Raises ValueError for an unknown level.
    """
    if level != "mfa":
        raise ValueError(f'the one level to ask for is "mfa", not {level!r}')
    return passport.authenticate(*DEFAULT_VIA, requirement=_assured(within, if_enrolled))


def role_required(*roles: str, via: Sequence[str] = DEFAULT_VIA, csrf: bool = True) -> Decorator:
    """Somebody with any of these roles: 401 for nobody, 403 ``role_required`` for the rest.

    ``csrf=False`` lets a POST with a cookie in without the CSRF header: for a view that changes nothing.
    """
    return passport.authenticate(*_ways(via), requirement=HasRole(_named(roles, '@role_required("admin")')), csrf=csrf)


def permission_required(*permissions: str, via: Sequence[str] = DEFAULT_VIA) -> Decorator:
    """Somebody whose role holds all of these permissions: 401 for nobody, 403 for the rest."""
    names = _named(permissions, '@permission_required("users:read")')
    return passport.authenticate(*_ways(via), requirement=HasPermission(names))


def _ways(via: Sequence[str]) -> Sequence[str]:
    """Raises TypeError for a single name, which would be taken for a list of letters."""
    if isinstance(via, str):
        raise TypeError(f'via takes several names: via=("{via}",).')
    return via


def _in_front(view: Callable[P, R] | None, guard: Decorator) -> Callable[P, R | Response] | Decorator:
    """The view behind the guard, or the guard for a view to come. Raises TypeError for a name in the view's place."""
    if view is None:
        return guard
    if not callable(view):
        raise TypeError(f'the names of strategies come as via: via=("{view}",).')
    return guard(view)


def _named(names: tuple[str, ...], example: str) -> tuple[str, ...]:
    named(names, example)
    if not names:
        raise ValueError("name at least one; @login_required lets in everybody who is signed in")
    return names


def current_user() -> CurrentUser:
    """The caller. Raises NotAuthenticated (401) where nobody is signed in."""
    return passport.user


def current_user_or_none() -> CurrentUser | None:
    """The caller, or None: for views under ``optional_auth``."""
    return passport.user_or_none


def _caller() -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """For events: the person and the session behind this request; of whoever acts for somebody, their own id."""
    user = current_user_or_none()
    if user is None:
        return None, None
    return user.id if user.actor is None else user.actor.id, None if user.session is None else user.session.id


def init_app(app: Flask) -> None:
    identify_callers(app, _caller)
    vocabulary = {"role": ROLES, "permission": PERMISSIONS, "assurance": ("mfa",)}
    passport.init_app(app, vocabulary=vocabulary, groups=(PROGRAMS,))
