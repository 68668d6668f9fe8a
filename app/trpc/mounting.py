"""Where the procedures are served: everything under ``/trpc``, errors included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from flask import Flask, Response, current_app, request
from werkzeug.routing import BaseConverter

from app.core import cli as core_cli
from app.core.errors import ERROR_SHAPES
from app.core.settings import of, read
from app.guards import PROGRAMS_TOO
from app.passport import BadGuards, Guard
from app.passport.guard import mark
from app.passport.registry import names_in
from app.trpc import cli
from app.trpc.calls import Answer
from app.trpc.context import strategies_in_order
from app.trpc.errors import RpcError, name_of
from app.trpc.mounted import EXTENSION, Mounted, mounted_of
from app.trpc.protocol import METHODS, as_one, serve, subscription_refusal
from app.trpc.router import Procedure, Router
from app.trpc.settings import Settings

PREFIX = "trpc"


class Rest(BaseConverter):
    """All that is left of a path, slashes and nothing at all included."""

    regex = ".*"
    part_isolating = False


def init_app(app: Flask) -> None:
    """Serve what is added, from now on and later."""
    read(app, Settings)
    app.extensions[EXTENSION] = Mounted()
    app.extensions.setdefault(ERROR_SHAPES, {})[PREFIX] = _error
    app.url_map.converters["rest"] = Rest
    for rule in (f"/{PREFIX}", f"/{PREFIX}/<rest:path>"):
        app.add_url_rule(rule, PREFIX, _view, methods=METHODS, provide_automatic_options=False)
    core_cli.add(app, cli.trpc)


def add(app: Flask, router: Router) -> None:
    """Serve a router's procedures. Raises BadGuards for a name that is taken; and as ``close`` does, once that was."""
    mounted = mounted_of(app)
    everything = Router()
    everything.nest("", router)
    added = everything.procedures()
    problems = [f"{path}: there is another procedure of this name." for path in added if path in mounted.procedures]
    if mounted.closed:
        problems = [*_problems(app, added), *problems]
    if problems:
        raise BadGuards("\n".join(problems))
    # By the first name, so that their order is not that of the parts of the app.
    together = mounted.procedures | added
    mounted.procedures = dict(sorted(together.items(), key=lambda item: item[0].partition(".")[0]))
    guards = [guard for procedure in mounted.procedures.values() for guard in procedure.guards]
    mounted.strategies = strategies_in_order(guards)


def close(app: Flask) -> None:
    """Check the guards of all procedures, for by now every strategy is there that they can name. Raises BadGuards."""
    mounted = mounted_of(app)
    mounted.closed = True
    problems = list(_problems(app, mounted.procedures))
    if problems:
        raise BadGuards("\n".join(problems))


def _problems(app: Flask, procedures: Mapping[str, Procedure]) -> Iterator[str]:
    for path, procedure in procedures.items():
        yield from (f"{path}: {problem}" for problem in procedure.problems(app))


def _view(path: str = "") -> Response:
    """Every call: each procedure's own guard stands before it."""
    mounted = mounted_of(current_app)
    # The request itself, and not its proxy: every call looks at it.
    this = cast("Any", request)._get_current_object()
    strategies = names_in(current_app, mounted.strategies)
    return serve(this, path, mounted.procedures, strategies, of(current_app, Settings).batch_limit)


mark(_view, Guard(PROGRAMS_TOO, optional=True))


def _error(status: int, body: Mapping[str, Any]) -> Response:
    """What is refused before or outside of the calls, in the one shape that the client reads."""
    told = {"fields": body.get("errors"), "facts": body.get("facts")}
    error = RpcError(name_of(status), body["message"], body["code"], **told)
    return as_one(Answer.refusing(subscription_refusal(request) or error))
