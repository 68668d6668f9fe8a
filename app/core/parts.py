"""What an app is made of: parts, each set up by its ``init_app(app)``, which finds the settings on the app."""

from __future__ import annotations

from typing import Protocol

from flask import Flask


class Part(Protocol):
    """A module or a package."""

    def init_app(self, app: Flask, /) -> None:
        """Raises ConfigError for settings that cannot be."""
