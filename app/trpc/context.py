"""Who calls: found out once for each HTTP request, judged for each call by that call's own guards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from flask import Request, current_app

from app.accounts import CurrentUser
from app.extensions import db
from app.guards import PROGRAMS_TOO, passport
from app.passport import AuthenticationFailed, Guard, NotAuthenticated, Success
from app.passport.registry import kept_out, names_in
from app.trpc.errors import RpcError

if TYPE_CHECKING:
    from flask_sqlalchemy.session import Session
    from sqlalchemy.orm import scoped_session


@dataclass(frozen=True, slots=True)
class Context:
    """What a procedure is given besides its input.

    ``user`` is None where a guard lets nobody in particular in. ``db`` is the session of SQLAlchemy: what a mutation
    changes through it is committed when the mutation returns, and undone when it raises.
    """

    user: CurrentUser | None
    request: Request
    db: scoped_session[Session]

    @property
    def caller(self) -> CurrentUser:
        """The user, where the guard has seen to it that there is one."""
        if self.user is None:
            raise NotAuthenticated
        return self.user


class Caller(NamedTuple):
    """Who sent the request, by which strategy; or what kept us from knowing."""

    request: Request
    user: CurrentUser | None = None
    strategy: str | None = None
    refused: AuthenticationFailed | None = None
    """What was wrong with the credential: the caller then counts as nobody."""
    error: RpcError | None = None
    """Why nobody's call can be answered: no CSRF token, a dead database. It is never taken for "nobody"."""

    @classmethod
    def of(cls, request: Request, strategies: Iterable[str]) -> Caller:
        """Ask the strategies in order, once."""
        for name in strategies:
            try:
                outcome = passport.run(name)
            except AuthenticationFailed as refused:
                passport.note(refused)
                return cls(request, strategy=name, refused=refused)
            except Exception as error:
                return cls(request, error=RpcError.of(error))
            if isinstance(outcome, Success):
                passport.note(outcome)
                return cls(request, outcome.user, name)
        passport.note(None)
        return cls(request)

    def context(self, guards: Iterable[Guard]) -> Context:
        """What the procedure behind these guards may know. Raises RpcError 401, Forbidden.

        Whom an admission keeps out is nobody where nobody in particular is asked for.
        """
        if self.error is not None:
            raise self.error
        refused = None if self.user is None else kept_out(current_app, self.user, self.strategy or "")
        user = self.user if refused is None else None
        for guard in guards:
            if guard.is_public:
                continue
            seen = self.user if self._came_by(guard) else None
            if seen is None:
                if not guard.optional:
                    raise self._unauthorized(guard)
                user = None
            elif refused is not None:
                if not guard.optional:
                    raise refused
            elif guard.requirement is not None:
                guard.requirement(seen)
        return Context(user, self.request, db.session)

    def _unauthorized(self, guard: Guard) -> RpcError:
        refused = self.refused if self._came_by(guard) else None
        return RpcError.of(refused or NotAuthenticated(), message="UNAUTHORIZED")

    def _came_by(self, guard: Guard) -> bool:
        """Did the caller use a strategy that this guard asks?"""
        return self.strategy in names_in(current_app, guard.strategies)


def strategies_in_order(guards: Iterable[Guard]) -> tuple[str, ...]:
    """The names of every way in that these guards know, and of all of ours: a public procedure, too, may ask."""
    named = (name for guard in guards for name in guard.strategies)
    return tuple(dict.fromkeys((*PROGRAMS_TOO, *named)))
