"""Every event: what happened, what it says besides, and who announces it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from flask import Flask

from app.cli.reference.markdown import FEATURES, code, described_at, prose, table
from app.core.events import Event
from app.core.refusals import is_of

ABOVE = """\
# Events

What is announced, and heard by `on(app, Event, f)` and `after(app, Event, f)`: [events](../events.md) says how, and
what `user_id`, `by` and `context` are, which every event has. Whoever listens to a class hears those that are made of
it.

`make reference` writes this page.
"""


def page(app: Flask) -> str:
    kinds = sorted(_kinds(app), key=lambda kind: (kind.__module__.startswith(FEATURES), kind.__module__))
    by_module: dict[str, list[type[Event]]] = {}
    for kind in kinds:
        by_module.setdefault(kind.__module__, []).append(kind)
    return ABOVE + "".join(_part(module, found) for module, found in by_module.items())


def _part(module: str, kinds: list[type[Event]]) -> str:
    rows = [(code(kind.__name__), _base(kind), prose(kind.__doc__), _says(kind)) for kind in kinds]
    heading = f"\n## {module}\n\nOf {described_at(module)}.\n\n"
    return heading + table(("event", "made of", "what happened", "it says besides"), rows)


def _kinds(app: Flask, of: type[Event] = Event) -> Iterator[type[Event]]:
    """In the order in which they stand in their modules."""
    for kind in of.__subclasses__():
        if is_of(app, kind):
            yield kind
        yield from _kinds(app, kind)


def _base(kind: type[Event]) -> str:
    base = kind.__bases__[0]
    return "" if base is Event else code(base.__name__)


def _says(kind: type[Event]) -> str:
    """Its fields, with their types as they are written there."""
    known = {each.name for base in kind.__bases__ for each in fields(base)}
    return "<br>".join(f"`{each.name}: {each.type}`" for each in fields(kind) if each.name not in known)
