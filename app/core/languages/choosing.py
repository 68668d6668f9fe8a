"""Which languages an app has, and which of them somebody reads: by ``?lang=``, cookie, ``Accept-Language``."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import Flask, Response, current_app, g, has_app_context, has_request_context, request

from app.core.config import Config
from app.core.languages.catalogues import SOURCE, Catalogue, catalogue
from app.core.languages.settings import Settings
from app.core.settings import of, settings
from app.passport.cookies import cookies_of

EXTENSION = "flaskport.languages"
PARAMETER = "lang"
LONGEST_TAG = 35
A_YEAR = 31_536_000
FROM_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
_SPOKEN: ContextVar[str | None] = ContextVar("flaskport.spoken_language", default=None)


@dataclass(slots=True)
class Known:
    """The folders with texts, the app's own first; and the languages that are offered, the first for everybody else."""

    folders: list[Path] = field(default_factory=list)
    offered: tuple[str, ...] = ()
    catalogues: dict[str, Catalogue] = field(default_factory=dict)
    """Those that somebody has read by now."""
    find: Callable[[uuid.UUID], str | None] | None = None

    def catalogue(self, language: str) -> Catalogue:
        found = self.catalogues.get(language)
        if found is None:
            found = self.catalogues[language] = catalogue(language, self.folders)
        return found


def known_to(app: Flask) -> Known:
    return cast(Known, app.extensions[EXTENSION])


def offered() -> tuple[str, ...]:
    """The languages to choose from."""
    return known_to(current_app).offered


def closest(tag: str | None) -> str | None:
    """The language that is offered and meant by a tag (de-AT is German), or None."""
    wanted = (tag or "")[:LONGEST_TAG].lower().replace("_", "-")
    found = {name.lower(): name for name in offered()}
    while wanted:
        if wanted in found:
            return found[wanted]
        wanted = wanted.rpartition("-")[0]
    return None


def default() -> str:
    return next(iter(offered()), SOURCE)


def current() -> str:
    """The language that is spoken now: one that was said (``speaking``), else that of the request, else the first."""
    spoken = _SPOKEN.get()
    if spoken is not None:
        return spoken
    if not has_request_context():
        return default() if has_app_context() else SOURCE
    if "language" not in g:
        g.language = _asked() or _accepted() or default()
    return cast(str, g.language)


def _asked() -> str | None:
    chosen = closest(request.args.get(PARAMETER))
    if chosen is not None or not settings().cookies:
        return chosen
    return closest(next(iter(cookies_of(request, cookie_name(settings()))), None))


def _accepted() -> str | None:
    wanted = (closest(tag) for tag, quality in request.accept_languages if quality > 0)
    return next((language for language in wanted if language is not None), None)


@contextmanager
def speaking(tag: str | None) -> Iterator[str]:
    """Meanwhile texts are in this language, or the first one where there is none such: for what is no page."""
    language = closest(tag) or default()
    token = _SPOKEN.set(language)
    try:
        yield language
    finally:
        _SPOKEN.reset(token)


def direction(language: str) -> str:
    return "rtl" if language.partition("-")[0] in FROM_RIGHT_TO_LEFT else "ltr"


def current_catalogue() -> Catalogue:
    language = current()
    if has_app_context() and language in offered():
        return known_to(current_app).catalogue(language)
    return catalogue(SOURCE, ())


def cookie_name(config: Config) -> str:
    return f"language_{config.cookie_name}" if config.cookie_name else "language"


def say_which(response: Response) -> None:
    """A page says which language it is in, and what that depends on. One that was asked for (``?lang=``) is kept."""
    response.content_language.add(current())
    response.vary.update(("Accept-Language", "Cookie"))
    if closest(request.args.get(PARAMETER)) is not None:
        keep(response, current())


def keep(response: Response, language: str | None) -> None:
    """In this browser, for its pages; None: as it says itself. It is no secret, and nothing is decided by it."""
    config = settings()
    if not config.cookies:
        return
    name, path = cookie_name(config), request.script_root or "/"
    where = {"secure": config.production, "httponly": True, "samesite": "Lax", "path": path}
    response.set_cookie(name, language or "", max_age=A_YEAR if language else 0, **where)  # type: ignore[arg-type]


def of_users(app: Flask, find: Callable[[uuid.UUID], str | None]) -> None:
    """Who keeps accounts says which language somebody has chosen for themselves."""
    known_to(app).find = find


def of_user(user_id: uuid.UUID | None) -> str | None:
    """The language that this person has chosen, if they have."""
    find = known_to(current_app).find
    return find(user_id) if find is not None and user_id is not None else None


def wanted_of(app: Flask) -> tuple[str, ...]:
    """What LANGUAGES says."""
    return of(app, Settings).languages
