"""The demo's database, filled once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo.screenshots import Scene, set_up


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, cheap_hashes: None) -> Iterator[Scene]:
    """As ``make screenshots`` makes it, in another folder: up to a moment of which it is known."""
    with set_up(tmp_path_factory.mktemp("demo")) as scene:
        yield scene
