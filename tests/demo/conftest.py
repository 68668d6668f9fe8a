"""The demo's database, filled once for all tests of this folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from demo import providers
from demo.filling import close, fill, make_app
from demo.issuer import Issuer
from demo.place import made_anew, settings_in
from demo.stage import Stage

PORT = 8000
"""The demo's own pages say localhost:8000; nothing listens there in tests."""
NOW = dt.datetime(2026, 11, 30, 9, 30, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Demo:
    app: Flask
    stage: Stage
    folder: Path
    issuers: Mapping[str, Issuer]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, cheap_hashes: None) -> Iterator[Demo]:
    """As ``make demo`` makes it, in another folder, up to a moment of which it is known."""
    with made_anew(tmp_path_factory.mktemp("demo")) as folder, providers.running(PORT) as issuers:
        named = {name: (each.url, each.client_secret) for name, each in issuers.items()}
        app = make_app(settings_in(folder, PORT, named))
        yield Demo(app, fill(app, NOW), folder, issuers)
        close(app)
