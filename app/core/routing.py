"""Routes, as Flask makes them for each view."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from werkzeug.routing import Rule

_Built = tuple[str, str]
"""Domain and address."""


class LazyRule(Rule):
    """What ``url_for`` builds an address with is code, and made when it is first asked for.

    werkzeug makes it for each route of each app, which was half of what an app costs; of most routes nobody asks.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., _Built]:
        compiled = cache(super()._compile_builder)
        return lambda rule, /, **values: compiled(append_unknown)(rule, **values)
