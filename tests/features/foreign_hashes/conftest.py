"""Fixtures: the app with the signer key of Firebase's sample."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from app import create_app
from tests.databases import SETTINGS
from tests.features.foreign_hashes.vectors import FIREBASE_SIGNER_KEY

SIGNER_KEYS = {"FIREBASE_SIGNER_KEYS": f"b3RoZXIgcHJvamVjdCdzIHNpZ25lciBrZXk=,{FIREBASE_SIGNER_KEY}"}
"""Of two projects, of which the second one is the sample's."""


@pytest.fixture(scope="session")
def reading_app() -> Flask:
    """Its database is never opened."""
    return create_app(replace(SETTINGS, variables=SIGNER_KEYS))


@pytest.fixture
def reading(reading_app: Flask) -> Iterator[Flask]:
    with reading_app.app_context():
        yield reading_app
