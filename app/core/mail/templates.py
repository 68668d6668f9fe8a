"""Where the templates of mails come from: an operator's folder before ours, file by file, as it is at the moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

from flask import Flask
from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    select_autoescape,
)

from app.core import languages
from app.core.mail import branding
from app.core.mail.settings import Settings
from app.core.settings import of

EXTENSION = "flaskport.mail_templates"
OURS = "mails/"
"""How the names of those begin that belong to no feature. An operator writes them without it: ``base.html``."""


class BadTemplate(Exception):
    """A template cannot be read, or made a mail of. Its text names it, and the line where that is known."""


class Override(BaseLoader):
    """A file that is dropped into the folder, changed or taken away holds from the next mail on."""

    def __init__(self, folder: Path, ours: BaseLoader) -> None:
        self._folder = folder
        self._ours = ours

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        own = self._folder / template.removeprefix(OURS)
        state = _state(own)
        if state is None or not own.resolve().is_relative_to(self._folder.resolve()):
            source, path, is_as_it_was = self._ours.get_source(environment, template)
            return source, path, lambda: _state(own) is None and (is_as_it_was is None or is_as_it_was())
        try:
            return own.read_text(encoding="utf-8"), str(own), lambda: _state(own) == state
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateSyntaxError(f"it cannot be read: {error}", 1, template, str(own)) from None


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def environment_of(app: Flask) -> Environment:
    return cast(Environment, app.extensions[EXTENSION])


def problems(app: Flask) -> Iterator[str]:
    """What is wrong with the operator's own templates, each as a sentence."""
    folder, environment = of(app, Settings).templates, environment_of(app)
    ours = cast(BaseLoader, app.jinja_loader)
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.suffix not in {".txt", ".html"}:
            continue
        name = path.relative_to(folder).as_posix()
        if not (path.name.startswith("_") or any(_is_there(ours, environment, each) for each in (name, OURS + name))):
            yield f"{path} takes the place of no template. If another of yours includes it, begin its name with _."
        try:
            environment.parse(path.read_text(encoding="utf-8"))
        except TemplateError as wrong:
            yield said(wrong, str(path))
        except (OSError, UnicodeDecodeError) as wrong:
            yield f"{path}: {wrong}"


def said(wrong: TemplateError, name: str) -> str:
    """Which template, which line, and what."""
    if isinstance(wrong, TemplateNotFound):
        return f"{name}: there is no template {wrong.name}"
    if isinstance(wrong, TemplateSyntaxError):
        return f"{wrong.filename or name}, line {wrong.lineno}: {wrong.message}"
    return f"{name}: {wrong.message}"


def _is_there(loader: BaseLoader, environment: Environment, name: str) -> bool:
    try:
        loader.get_source(environment, name)
    except TemplateNotFound:
        return False
    return True


def init_app(app: Flask, own: Settings) -> None:
    environment = Environment(
        loader=Override(own.templates, cast(BaseLoader, app.jinja_loader)),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        lstrip_blocks=True,  # and no trim_blocks: the line after a {% trans %} would join the one before it
        keep_trailing_newline=True,
    )
    languages.translate(environment)
    environment.globals["look"] = lambda: branding.look(app)  # macros know no facts
    app.extensions[EXTENSION] = environment
