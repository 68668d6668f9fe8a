"""Strategies by name, kept on the app, and the guards that put them in front of views."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Mapping
from itertools import chain
from typing import Any, Generic, ParamSpec, TypeVar, cast

from flask import Flask, Request, Response, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.local import LocalProxy

from app.passport import answers
from app.passport.bearer import TOKEN_EXPIRED
from app.passport.guard import BadGuards, Guard, Requirement, guard_of, guards_of, mark, misplaced, named
from app.passport.outcome import Redirect, Success
from app.passport.refusals import AuthenticationFailed, NotAuthenticated
from app.passport.registry import EXTENSION, State, kept_out, state_of, strategies_of, unknown
from app.passport.strategy import Strategy

U = TypeVar("U")
Proof = TypeVar("Proof")
P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)


class Passport(Generic[U]):
    """One per kind of user. It keeps nothing itself: strategies live on the app, the caller on the request."""

    def init_app(
        self, app: Flask, vocabulary: Mapping[str, Collection[str]] | None = None, groups: Collection[str] = ()
    ) -> None:
        """Close the app by default, and answer its refusals where nothing else does: 401, 403, 502, as JSON.

        ``vocabulary`` lists the names that requirements may use, by kind; ``groups`` those that strategies may join.
        """
        answers.init_app(app)
        state = app.extensions[EXTENSION] = State[U](vocabulary or {}, {group: [] for group in groups})
        app.before_request(lambda: _refuse_unguarded(app, state))
        app.after_request(_tell_state)

    def group(self, app: Flask, name: str) -> None:
        """Declare one more group that strategies may join."""
        state_of(app).groups.setdefault(name, [])

    def use(self, app: Flask, strategy: Strategy[U], name: str | None = None, groups: Collection[str] = ()) -> None:
        """Register a strategy under its own name or another, and in groups, which guards may name in its stead."""
        state_of(app).add(name or strategy.name, strategy, groups)

    def off(self, app: Flask, name: str, groups: Collection[str] = ()) -> None:
        """Make a strategy known as switched off: guards may name it, and pass over it."""
        state = state_of(app)
        state.off.add(name)
        state.join(name, groups)

    def strategies(self, app: Flask) -> dict[str, Strategy[U]]:
        return strategies_of(app)

    def authenticate(
        self, *names: str, optional: bool = False, requirement: Requirement[U] | None = None, csrf: bool = True
    ) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
        """Guard a view with strategies, in order: the first that recognises its kind of credential decides.

        A name may be that of a group, which stands for the strategies that joined it, in that order.

        With ``optional`` nobody, or a credential that is no longer good, means None instead of 401; an error
        while finding out (the database, say) stays an error. The guard must be the outermost decorator under
        the route, above ``@arguments``: a caller who may not enter learns nothing about the body. ``csrf=False`` is
        for a view that changes nothing, though it is asked by POST.
        """
        if not names:
            raise ValueError("a guard needs at least one strategy; @public opens a view to anyone")
        named(names, '@passport.authenticate("jwt")')
        guard = Guard(names, optional, requirement, csrf)

        def decorate(view: Callable[P, R]) -> Callable[P, R | Response]:
            @functools.wraps(view)
            def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
                outcome = self._outcome(guard)
                if isinstance(outcome, Redirect):
                    return cast(Response, redirect(outcome.location))
                if outcome is not None:
                    self._let_in(outcome, guard)
                return view(*args, **kwargs)

            return mark(guarded, guard)

        return decorate

    def _let_in(self, success: Success[U], guard: Guard) -> None:
        """Whom an admission keeps out is nobody where nobody in particular is asked for. Raises Forbidden elsewhere."""
        self.note(success)
        refused = kept_out(current_app, success.user, success.strategy)
        if refused is not None and not guard.optional:
            raise refused
        if refused is not None:
            self.forget()
        elif guard.requirement is not None:
            guard.requirement(success.user)

    def _outcome(self, guard: Guard) -> Success[U] | Redirect | None:
        try:
            outcome = self.run(*guard.strategies, csrf=guard.csrf)
        except AuthenticationFailed as failure:
            self.note(failure)
            if guard.optional:
                return None
            raise
        if outcome is None:
            self.note(None)
            if not guard.optional:
                raise NotAuthenticated(self._challenge(guard.strategies), self._hint(guard.strategies))
        return outcome

    def note(self, outcome: Success[U] | AuthenticationFailed | None) -> None:
        """Keep for this request who calls, or that nobody does: for ``user`` and for ``X-Auth-State``."""
        if isinstance(outcome, Success):
            g.passport_success = outcome
        else:
            g.passport_state = "expired" if outcome and outcome.code == TOKEN_EXPIRED.code else "anonymous"

    def forget(self) -> None:
        """Nobody calls after all: whom the guard of this view recognised is not let in yet."""
        if g.pop("passport_success", None) is not None:
            self.note(None)

    def run(self, *names: str, csrf: bool = True) -> Success[U] | Redirect | None:
        """Ask the strategies in order. None: the request holds nothing that any of them knows."""
        state = state_of(current_app)
        # The request itself, and not its proxy: strategies look at it several times.
        sent = cast("LocalProxy[Request]", request)._get_current_object()
        for name in state.names(names):
            strategy = state.strategies.get(name)  # None: it is switched off
            outcome = None if strategy is None else (strategy if csrf else strategy.without_csrf()).authenticate(sent)
            if outcome is not None:
                return outcome
        return None

    def _challenge(self, names: tuple[str, ...]) -> str | None:
        challenges = [strategy.challenge_for(request) for strategy in _asked(names)]
        return ", ".join(challenge for challenge in challenges if challenge) or None

    def _hint(self, names: tuple[str, ...]) -> str | None:
        asked = _asked(names)
        others = [each for each in strategies_of(current_app).values() if each not in asked]
        hints = chain((each.good_elsewhere(request) for each in others), (each.hint_for(request) for each in asked))
        return next((hint for hint in hints if hint), None)

    @property
    def current(self) -> Success[U]:
        """Who calls, and how they were recognised. Raises NotAuthenticated where nobody is signed in."""
        success = self.current_or_none
        if success is None:
            raise NotAuthenticated
        return success

    @property
    def current_or_none(self) -> Success[U] | None:
        return cast("Success[U] | None", g.get("passport_success"))

    def proved(self, kind: type[Proof]) -> Success[U, Proof]:
        """Who calls, where the view's strategy leaves this kind of proof. Raises TypeError for another's."""
        success = self.current
        if not isinstance(success.proof, kind):
            raise TypeError(f'"{success.strategy}" proves no {kind.__name__}, but {success.proof!r}')
        return cast("Success[U, Proof]", success)

    @property
    def user(self) -> U:
        """The caller. Raises NotAuthenticated where nobody is signed in."""
        return self.current.user

    @property
    def user_or_none(self) -> U | None:
        success = self.current_or_none
        return None if success is None else success.user


def _asked(names: tuple[str, ...]) -> list[Strategy[Any]]:
    """The strategies of a guard, but for those that are switched off."""
    state = state_of(current_app)
    return [state.strategies[name] for name in state.names(names) if name in state.strategies]


def require_guards(app: Flask) -> None:
    """Refuse to start while any view has neither a guard nor ``@public``, or names something unknown.

    Raises BadGuards with every problem. It also finds the two oldest mistakes: a guard above the route,
    which guards nothing, and a guard below ``@arguments``, which answers 422 to strangers.
    """
    if EXTENSION not in app.extensions:
        guarded = [name for name, view in app.view_functions.items() if guard_of(view)]
        raise RuntimeError(f"views are guarded, but passport.init_app(app) was not called: {guarded}")
    problems = [problem for endpoint in app.view_functions for problem in _problems(app, endpoint)]
    if problems:
        raise BadGuards("\n".join(problems))


def _problems(app: Flask, endpoint: str) -> list[str]:
    view = app.view_functions[endpoint]
    if endpoint == "static" and app.has_static_folder:
        return []  # Flask's own view of a folder that is meant to be public
    if inspect.iscoroutinefunction(inspect.unwrap(view)):
        return [f"{endpoint}: an async view, which nothing here awaits. Write a plain function."]
    why = misplaced(view, app.view_functions.values())
    if why is not None:
        paths = ", ".join(str(rule) for rule in app.url_map.iter_rules(endpoint)) or endpoint
        return [f"{endpoint} ({paths}): {why}"]
    return [f"{endpoint}: {problem}" for problem in unknown_names(app, view)]


def unknown_names(app: Flask, view: Callable[..., Any]) -> list[str]:
    """What a function's guards name that this app does not know, each with what may have been meant."""
    state = state_of(app)
    known = state.strategies.keys() | state.off | state.groups.keys()
    problems: list[str] = []
    for guard in guards_of(view):
        problems += [unknown("authentication strategy", name, known) for name in guard.strategies if name not in known]
        if guard.requirement is not None:
            kind, names = guard.requirement.kind, guard.requirement.names
            words = state.vocabulary.get(kind, ())
            problems += [unknown(kind, name, words) for name in names if name not in words]
    return problems


def _refuse_unguarded(app: Flask, state: State[Any]) -> None:
    """The start-up check again, once, for each view that was added or exchanged after it."""
    endpoint = request.endpoint
    if endpoint is None:
        return
    view = app.view_functions[endpoint]
    if state.checked.get(endpoint) is not view:
        problems = _problems(app, endpoint)
        if problems:
            raise RuntimeError("\n".join(problems))
        state.checked[endpoint] = view


def _tell_state(response: Response) -> Response:
    """``X-Auth-State`` lets a front end know when to refresh, also where a view answers anyone."""
    kept = g._get_current_object()
    state = "user" if "passport_success" in kept else kept.get("passport_state")
    if state is not None:
        response.headers.add("X-Auth-State", state)
    return response
