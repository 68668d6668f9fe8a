"""The access rules of the app, on one page. A guard stands directly under the route."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import ParamSpec, Protocol, TypeVar, overload

from flask import Flask, Response
from flask.typing import ResponseReturnValue

from app.accounts import PERMISSIONS, ROLES, CurrentUser
from app.core import clock
from app.core.settings import settings
from app.passport import Forbidden, Passport, public

__all__ = [
    "PROGRAMS_TOO",
    "current_user",
    "current_user_or_none",
    "fresh_required",
    "login_required",
    "optional_auth",
    "passport",
    "permission_required",
    "public",
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
PROGRAMS_TOO = ("jwt", "api_key", "external_jwt", "basic")
"""Every way in, as far as it is switched on: for what a script may do as well as a person."""

passport: Passport[CurrentUser] = Passport()


@dataclass(frozen=True, slots=True)
class HasRole:
    names: Collection[str]
    kind: str = "role"

    def __call__(self, user: CurrentUser) -> None:
        if user.scopes is not None:
            raise Forbidden("role_required", "A key carries permissions, not roles.")
        if not any(user.has_role(name) for name in self.names):
            raise Forbidden("role_required", errors={"role": [f"One of: {', '.join(sorted(self.names))}."]})


@dataclass(frozen=True, slots=True)
class HasPermission:
    names: Collection[str]
    kind: str = "permission"

    def __call__(self, user: CurrentUser) -> None:
        missing = sorted(name for name in self.names if not user.can(name))
        if missing:
            raise Forbidden("permission_required", errors={"permission": [f"Needs: {', '.join(missing)}."]})


@dataclass(frozen=True, slots=True)
class IsFresh:
    names: Collection[str] = ()
    kind: str = "fresh"

    def __call__(self, user: CurrentUser) -> None:
        session = user.session
        if session is None or clock.now() - session.authenticated_at > settings().fresh_for:
            raise Forbidden("fresh_required", "Confirm your password first: POST /auth/confirm.")


def require_fresh(user: CurrentUser) -> None:
    """What ``fresh_required`` asks, inside a view. Raises Forbidden ``fresh_required``."""
    IsFresh()(user)


@overload
def login_required(view: Callable[P, R], /) -> Callable[P, R | Response]: ...
@overload
def login_required(*, via: Sequence[str]) -> Decorator: ...
def login_required(
    view: Callable[P, R] | None = None, /, *, via: Sequence[str] = DEFAULT_VIA
) -> Callable[P, R | Response] | Decorator:
    """Somebody signed in, ``via`` any of these strategies: 401 for everyone else."""
    guard = passport.authenticate(*via)
    return guard if view is None else guard(view)


@overload
def optional_auth(view: Callable[P, R], /) -> Callable[P, R | Response]: ...
@overload
def optional_auth(*, via: Sequence[str]) -> Decorator: ...
def optional_auth(
    view: Callable[P, R] | None = None, /, *, via: Sequence[str] = DEFAULT_VIA
) -> Callable[P, R | Response] | Decorator:
    """Anyone; ``current_user_or_none()`` is None for nobody and for a credential that is no longer good."""
    guard = passport.authenticate(*via, optional=True)
    return guard if view is None else guard(view)


def fresh_required(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Somebody who proved who they are within FRESH_MINUTES: 403 ``fresh_required`` for other sessions."""
    return passport.authenticate(*DEFAULT_VIA, requirement=IsFresh())(view)


def role_required(*roles: str, via: Sequence[str] = DEFAULT_VIA) -> Decorator:
    """Somebody with any of these roles: 401 for nobody, 403 ``role_required`` for the rest."""
    return passport.authenticate(*via, requirement=HasRole(_named(roles)))


def permission_required(*permissions: str, via: Sequence[str] = DEFAULT_VIA) -> Decorator:
    """Somebody whose role holds all of these permissions: 401 for nobody, 403 for the rest."""
    return passport.authenticate(*via, requirement=HasPermission(_named(permissions)))


def _named(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        raise ValueError("name at least one; @login_required lets in everybody who is signed in")
    return names


def current_user() -> CurrentUser:
    """The caller. Raises NotAuthenticated (401) where nobody is signed in."""
    return passport.user


def current_user_or_none() -> CurrentUser | None:
    """The caller, or None: for views under ``optional_auth``."""
    return passport.user_or_none


def init_app(app: Flask) -> None:
    passport.init_app(app, vocabulary={"role": ROLES, "permission": PERMISSIONS})
