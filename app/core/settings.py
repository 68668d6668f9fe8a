"""The checked settings of the running app."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from config import Config

KEY = "flaskport.config"


def keep(app: Flask, config: Config) -> None:
    """Before anything else of the app is set up: every part asks for them."""
    app.extensions[KEY] = config


def settings_of(app: Flask) -> Config:
    """While the app is being built."""
    return cast(Config, app.extensions[KEY])


def settings() -> Config:
    """While it runs."""
    return settings_of(current_app)
