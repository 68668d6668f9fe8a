"""The same application before a rotation, while both secrets are there, and once the older ones are gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask

from tests.client import Browser, browser_of
from tests.databases import SETTINGS

NEW = "Np7wXs2dQv9kRt4mYb6hLc3gFz8jUa5e"
NEW_REFRESH = "Hr5tVn8bKx2pWq7zDm4yGs9cLf3jEa6u"
OLD, OLD_REFRESH = SETTINGS.jwt_secret, SETTINGS.jwt_refresh_secret


@dataclass(frozen=True)
class Rotation:
    """Apps on one database. ``both`` has the new secrets in front, ``coming`` behind; ``after`` has no others."""

    before: Flask
    coming: Flask
    both: Flask
    after: Flask


@pytest.fixture
def rotation(app: Flask, shared_app: Callable[..., Flask]) -> Rotation:
    return Rotation(
        before=app,
        coming=shared_app(jwt_secret=f"{OLD},{NEW}", jwt_refresh_secret=f"{OLD_REFRESH}, {NEW_REFRESH}"),
        both=shared_app(jwt_secret=f"{NEW},{OLD}", jwt_refresh_secret=f"{NEW_REFRESH}, {OLD_REFRESH}"),
        after=shared_app(jwt_secret=NEW, jwt_refresh_secret=NEW_REFRESH),
    )


def moved(browser: Browser, app: Flask) -> Browser:
    """The same browser, whose next requests another app answers."""
    other = browser_of(app)
    other._cookies = browser._cookies
    return other
