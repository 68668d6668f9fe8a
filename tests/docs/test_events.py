"""What a feature announces is named in its README, and the listener of docs/events.md hears it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from app.core.events import Event
from tests.client import browser_of
from tests.docs.snippets import ROOT, blocks


def events(of: type[Event] = Event) -> Iterator[type[Event]]:
    for kind in of.__subclasses__():
        yield kind
        yield from events(kind)


def test_every_event_of_a_feature_is_named_where_that_is_described() -> None:
    importlib.import_module("app")
    for kind in events():
        app, room, *rest = kind.__module__.split(".")
        if (app, room) == ("app", "features"):
            page = ROOT / "app/features" / rest[0] / "README.md"
            assert f"`{kind.__name__}`" in page.read_text(encoding="utf-8"), f"{kind.__name__} is missing in {page}"


def test_the_listener_hears(make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture) -> None:
    app = make_app()
    listener, credential, own_event = map(names_of, blocks("events.md", "python"))
    listener["init_app"](app)

    made = browser_of(app).register()

    assert caplog.messages == [f"Registered: {made['id']} by None from 127.0.0.1"]
    assert credential["PasskeyAdded"](user_id=None, passkey_id=None).kind == "passkey"
    assert issubclass(own_event["NoteWritten"], Event)


def names_of(text: str) -> dict[str, Any]:
    """What the block defines."""
    names: dict[str, Any] = {"__name__": __name__}
    exec(text, names)  # noqa: S102 (our own document)
    return names
