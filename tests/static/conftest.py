from __future__ import annotations

from pathlib import Path

import pytest

from tests.static import packaged


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A front end that has installed the package."""
    return packaged.installed(tmp_path_factory)


@pytest.fixture(scope="session")
def front_end(tmp_path_factory: pytest.TempPathFactory) -> packaged.FrontEnd:
    return packaged.bundled(tmp_path_factory)
