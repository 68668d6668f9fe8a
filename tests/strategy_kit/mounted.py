"""The strategy of a case in an app: asked directly, and behind guards."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from flask import Flask, Request
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from werkzeug.routing import MapAdapter
from werkzeug.test import TestResponse

from app.passport import AuthenticationFailed, Forbidden, Passport, Redirect, Strategy, Success
from app.passport.registry import EXTENSION
from tests.strategy_kit.case import Example, StrategyCase

P = ParamSpec("P")
R = TypeVar("R")

PREFIX = "/strategy-kit"
GUARD = "strategy_kit.guard"
"""In the environment of a request: which guard it goes to. Its path stays its own, for strategies that sign it."""
UNDER_TEST, BROKEN, EVERYONE = "strategy_kit", "strategy_kit_broken", "strategy_kit_everyone"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

Outcome = Success[Any] | Redirect | Exception | None
"""What came of asking; what was raised is a value here."""

passport: Passport[Any] = Passport()


class Anyone:
    """Nobody of the app's: whatever asks who calls finds neither an account nor a session."""

    id = actor = session = None


class Everyone(Strategy[Anyone]):
    """Lets everyone in: whoever reaches it has fallen through."""

    name = EVERYONE

    def authenticate(self, request: Request) -> Success[Anyone]:  # noqa: ARG002 (the contract)
        return Success(Anyone(), self.name)


@dataclass(frozen=True)
class Answer:
    """What a guarded view's caller gets. ``by`` is the strategy that let them in, None for anonymous."""

    status: int
    body: bytes
    headers: list[tuple[str, str]]
    by: str | None

    @property
    def sets_cookie(self) -> bool:
        return any(name.lower() == "set-cookie" for name, _ in self.headers)


class Mounted:
    """A case's strategy in its app. The app may serve several cases, one after the other."""

    def __init__(self, case: StrategyCase) -> None:
        self.case = case
        self.app = case.app or bare_app()
        if f"{UNDER_TEST}_alone" not in self.app.view_functions:
            mount(self.app)
        passport.use(self.app, case.strategy, UNDER_TEST)
        passport.use(self.app, case.broken or case.strategy, BROKEN)

    def ask(self, example: Example, strategy: Strategy[Any] | None = None) -> Outcome:
        """What ``authenticate`` itself makes of the request."""
        return alone(self._ask, example, strategy or self.case.strategy)

    def _ask(self, example: Example, strategy: Strategy[Any]) -> Outcome:
        with self.app.test_request_context(**example.request) as context:
            try:
                return strategy.authenticate(context.request)
            except Exception as error:
                return error

    def answer(self, guard: str, example: Example) -> Answer:
        """What a caller gets from the view behind one of the guards of ``mount``."""
        return alone(self._answer, guard, example)

    def _answer(self, guard: str, example: Example) -> Answer:
        client = FlaskClient(self.app, self.app.response_class, use_cookies=False)
        overrides = {**example.request.get("environ_overrides", {}), GUARD: guard}
        try:
            response = client.open(**{**example.request, "environ_overrides": overrides})
        except Exception as error:  # an app with TESTING lets them out
            return Answer(500, repr(error).encode(), [], None)
        return Answer(response.status_code, response.data, list(response.headers), _by(response))

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        if self.case.count_rows is not None:
            return dict(self.case.count_rows())
        if "sqlalchemy" not in self.app.extensions:
            return {}
        with self.app.app_context():
            database = self.app.extensions["sqlalchemy"]
            count = sa.select(sa.func.count())
            with database.engine.connect() as connection:
                return {
                    table.name: connection.scalar(count.select_from(table)) or 0
                    for table in database.metadata.sorted_tables
                }


def alone(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Without the app context of the test around it, if it has one: Flask would use that again, and ``g`` with it."""
    return contextvars.Context().run(work, *args, **kwargs)


def _by(response: TestResponse) -> str | None:
    body = response.get_json(silent=True)
    return body.get("by") if response.status_code == 200 and isinstance(body, dict) else None


def mount(app: Flask) -> None:
    """A view behind each kind of guard, for every path and method."""
    assert not app._got_first_request, (
        "give the case an app that has served no request yet, such as make_app(): the kit adds views to it"
    )

    def view() -> ResponseReturnValue:
        success = passport.current_or_none
        return {"by": success.strategy if success else None}

    if EXTENSION not in app.extensions:
        add_passport(app)
    passport.use(app, Everyone(), EVERYONE)
    guards = {
        "alone": passport.authenticate(UNDER_TEST),
        "optional": passport.authenticate(UNDER_TEST, optional=True),
        "before_everyone": passport.authenticate(UNDER_TEST, EVERYONE),
        "broken": passport.authenticate(BROKEN, EVERYONE),
        "broken_optional": passport.authenticate(BROKEN, optional=True),
    }
    for name, guard in guards.items():
        app.add_url_rule(f"{PREFIX}/{name}", f"{UNDER_TEST}_{name}", guard(view), methods=METHODS)
    route_by_guard(app)


def route_by_guard(app: Flask) -> None:
    """Requests that name a guard go to it, whatever their path."""
    usual = app.create_url_adapter

    def create(request: Request | None) -> MapAdapter | None:
        adapter = usual(request)
        guard = request.environ.get(GUARD) if request is not None else None
        if adapter is not None and guard is not None:
            found = next(app.url_map.iter_rules(f"{UNDER_TEST}_{guard}")), dict[str, Any]()
            adapter.match = lambda *_, **__: found  # type: ignore[method-assign]
        return adapter

    app.create_url_adapter = create  # type: ignore[method-assign]


def bare_app() -> Flask:
    app = Flask(__name__)
    app.secret_key = "so that a session that is written shows as a cookie"
    return app


def add_passport(app: Flask) -> None:
    """And how its refusals are answered: for an app that has nothing of it."""
    passport.init_app(app)
    app.register_error_handler(AuthenticationFailed, _on_failed)
    app.register_error_handler(Forbidden, _on_forbidden)


def _on_failed(error: AuthenticationFailed) -> ResponseReturnValue:
    headers = {"WWW-Authenticate": error.challenge} if error.challenge else {}
    return {"code": error.code, "message": error.message}, 401, headers


def _on_forbidden(error: Forbidden) -> ResponseReturnValue:
    return {"code": error.code, "message": error.message}, 403
