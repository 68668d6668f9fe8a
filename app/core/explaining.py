"""Why was it decided so? Decisions are replayed in steps, for whoever looks into one: ``flask auth explain``.

A part that judges credentials adds how it does: ``explaining.add(app, Explainer("API key", is_mine, explain))``. What
keeps a record of requests adds how one is found by its id: ``explaining.add_trace(app, "audit", find)``. No step ever
repeats a credential.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from flask import Flask

EXTENSION = "flaskport.explaining"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at. ``good`` None: it decides nothing."""

    what: str
    says: str
    good: bool | None = None
    code: str | None = None
    """Where it is not good: what the caller is refused with."""


class Explainer(NamedTuple):
    """Of one kind of credential, of which ``is_mine`` knows one by its looks."""

    kind: str
    is_mine: Callable[[str], bool]
    explain: Callable[[str], Iterable[Step]]


Trace = Callable[[str], Iterable[Mapping[str, str]]]
"""By the id of a request: what is kept of it, each record as texts by name."""


@dataclass(slots=True)
class _Added:
    explainers: list[Explainer] = field(default_factory=list)
    traces: dict[str, Trace] = field(default_factory=dict)


def add(app: Flask, explainer: Explainer) -> None:
    """The first whose it is explains a credential, and those of features are asked before those of rooms."""
    _of(app).explainers.insert(0, explainer)


def add_trace(app: Flask, name: str, find: Trace) -> None:
    """Have ``flask auth explain <request id>`` look there, too."""
    _of(app).traces[name] = find


def explainer_of(app: Flask, credential: str) -> Explainer | None:
    return next((each for each in _of(app).explainers if each.is_mine(credential)), None)


def traces_of(app: Flask) -> Mapping[str, Trace]:
    return _of(app).traces


def first_refused(steps: Iterable[Step]) -> Step | None:
    """The check that fails first, and so the refusal."""
    return next((step for step in steps if step.good is False), None)


def without_wrapping(written: str) -> Iterator[str]:
    """What people paste with a token: first what of it is too much, each as a sentence; the token is the last."""
    token = written.strip()
    if token.lower().startswith("authorization:"):
        token = token[len("authorization:") :].strip()
    scheme, _, rest = token.partition(" ")
    if rest and scheme.lower() == "bearer":
        token = rest.strip()
    elif rest:
        yield f"It was sent with the scheme {scheme[:20]!r}: a server expects Authorization: Bearer <token>."
        token = rest.strip()
    if len(token) > 1 and token[0] in "\"'":
        yield "It stands in quotation marks: a server refuses it with them."
        token = token.strip("\"'")
    yield token


def _of(app: Flask) -> _Added:
    return cast(_Added, app.extensions[EXTENSION])


def init_app(app: Flask) -> None:
    app.extensions[EXTENSION] = _Added()
