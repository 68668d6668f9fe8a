"""Modules of views that nothing imports: what they add is on no blueprint, and every path of it is a silent 404."""

from __future__ import annotations

import pkgutil
import sys

from app.passport import BadGuards


def require_imported(*packages: str) -> None:
    """Raises BadGuards with each module of these packages that has not been imported by the time the app is built."""
    forgotten = [
        f"{package}.{module.name} is not imported, so none of its views is there. Import it in {package}.__init__."
        for package in packages
        for module in pkgutil.iter_modules(sys.modules[package].__path__)
        if f"{package}.{module.name}" not in sys.modules
    ]
    if forgotten:
        raise BadGuards("\n".join(forgotten))
