"""Fixtures: an example that is installed, and that runs beside the server which its README starts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests import node
from tests.browsers import Site
from tests.examples import front_ends
from tests.examples.front_ends import HERE, THERE, Example
from tests.server import free_port


@dataclass(frozen=True)
class Running:
    """A front end, its server, and somebody's browser."""

    example: Example
    folder: Path
    url: str
    site: Site
    profile: BrowserContext

    @property
    def name(self) -> str:
        return self.example.name

    def open(self) -> Page:
        page = self.profile.new_page()
        page.goto(self.url)
        return page


@pytest.fixture
def example(request: pytest.FixtureRequest) -> Example:
    return front_ends.read(str(request.param))


@pytest.fixture
def installed(example: Example, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of it, with its packages."""
    if example.has_packages:
        return node.front_end(example.source, tmp_path_factory)
    return Path(shutil.copytree(example.source, tmp_path / example.name))


@pytest.fixture
def running(
    example: Example, installed: Path, request: pytest.FixtureRequest, profile: BrowserContext
) -> Iterator[Running]:
    """Started with the two commands of its README, but on ports that are free.

    One with a server of its own is built, and started as in production: that is what differs most from development.
    """
    port = free_port()
    settings = {name: THERE.sub(f"http://localhost:{port}", said) for name, said in example.settings.items()}
    site: Site = request.getfixturevalue("start_site")(**settings) if settings else request.getfixturevalue("site")
    if not example.has_packages:
        index = installed / "index.html"
        index.write_text(index.read_text(encoding="utf-8").replace(HERE, site.url), encoding="utf-8")
    if example.has_server:
        front_ends.build(installed, site.url)
    command = "npm start" if example.has_server else example.command
    with front_ends.started(command, installed, site.url, port) as url:
        yield Running(example, installed, url, site, profile)
        for page in profile.pages:  # before their server goes
            page.close()
