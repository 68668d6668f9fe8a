"""The procedures of this app. Every module here has a ``rpc = Router()``, and is served: to add some, add a file."""

from __future__ import annotations

import importlib
import pkgutil

from app.trpc.router import Router


def discovered() -> Router:
    """One router of all modules'."""
    root = Router()
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        root.nest("", importlib.import_module(f"{__name__}.{module.name}").rpc)
    return root
