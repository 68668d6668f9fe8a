"""The checked settings of the running app."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from config import Config

KEY = "flaskport.config"


def init_app(app: Flask, config: Config) -> None:
    app.extensions[KEY] = config


def settings() -> Config:
    return cast(Config, current_app.extensions[KEY])
