"""Routes, as Flask makes them for each view and asks them at each request: what it does anew each time is kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache

from werkzeug.routing import Map, Rule


class LazyRule(Rule):
    """Compiles what builds its address when ``url_for`` first asks for that.

    werkzeug compiles two builders for each route of each app, which took half of what an app takes to make. Most of
    them nobody asks for.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = cache(super()._compile_builder)
        return lambda rule, /, **values: compiled(append_unknown)(rule, **values)


@lru_cache(256)
def bound(host: str) -> str:
    """A host as ``Map.bind`` has it: in small letters and ASCII. Raises BadHost."""
    return Map().bind(host).server_name
