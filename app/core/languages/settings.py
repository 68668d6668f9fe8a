"""Which languages are offered."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.core.languages.catalogues import languages_in
from app.core.values import items
from config import ConfigError, Declared, setting

APP = Path(__file__).resolve().parent.parent.parent


def _check(variable: str, tags: tuple[str, ...]) -> None:
    there = languages_in(APP)
    missing = [tag for tag in tags if tag not in there]
    if missing:
        raise ConfigError(f"{variable} holds {', '.join(missing)}; there are {', '.join(there)} (docs/languages.md).")


@dataclass(frozen=True, slots=True)
class Settings(Declared):
    languages: tuple[str, ...] = setting("LANGUAGES", items, check=_check, heading="Languages")
    """The languages of pages and mails, comma-separated: de,en. Whoever reads none of them gets the first. Empty: all
    that there are, and English for everybody else."""
