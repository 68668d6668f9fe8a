"""tRPC from Python: procedures for the real ``@trpc/client``, over the same services as the REST routes.

A procedure is a plain function. Whoever has some adds them: ``trpc.add(app, rpc)``; docs/trpc.md shows one.
"""

from app.trpc.context import Context
from app.trpc.guards import (
    assurance_required,
    fresh_required,
    login_required,
    optional_auth,
    permission_required,
    public,
    role_required,
)
from app.trpc.mounting import add, close, init_app
from app.trpc.router import Procedure, Router

__all__ = [
    "Context",
    "Procedure",
    "Router",
    "add",
    "assurance_required",
    "close",
    "fresh_required",
    "init_app",
    "login_required",
    "optional_auth",
    "permission_required",
    "public",
    "role_required",
]
