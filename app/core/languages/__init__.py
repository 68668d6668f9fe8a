"""Pages and mails in the languages of those who read them.

Texts are English in templates and scripts (``_("…")``, ``{% trans %}``, ``t("…")``). What they are in other languages
stands in ``translations/<language>.po`` of whoever says them: of the app, and of each feature. docs/languages.md.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from flask import Flask, current_app
from jinja2 import Environment

from app.core import assets
from app.core.languages.catalogues import SOURCE, languages_in
from app.core.languages.choosing import (
    EXTENSION,
    PARAMETER,
    Known,
    closest,
    current,
    current_catalogue,
    direction,
    keep,
    known_to,
    of_user,
    of_users,
    offered,
    say_which,
    speaking,
    wanted_of,
)
from app.core.languages.settings import APP, Settings
from app.core.settings import read

__all__ = [
    "PARAMETER",
    "SOURCE",
    "bring",
    "close",
    "closest",
    "current",
    "direction",
    "folders_of",
    "gettext",
    "init_app",
    "keep",
    "names",
    "ngettext",
    "of_user",
    "of_users",
    "offered",
    "said",
    "say_which",
    "sentence",
    "speaking",
    "translate",
]


def gettext(text: str) -> str:
    """The text in the language that is spoken: import it as ``_``. What is collected has to stand here literally."""
    return current_catalogue().gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """The same where it depends on a number. It is not filled in."""
    return current_catalogue().ngettext(one, many, count)


def said(text: str, **facts: object) -> str:
    """An English sentence that the API says, or that is a constant: collected, for pages to say it in their language.

    ``said("Use at least %(least)s characters.", least=10)``.
    """
    return text % facts if facts else text


def sentence(text: str) -> str:
    """What the API says (``said``, refusals), in the language that is spoken."""
    return current_catalogue().sentence(text)


def translate(environment: Environment) -> None:
    """Templates of this environment know ``_`` and ``{% trans %}``."""
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    install = environment.install_gettext_callables  # type: ignore[attr-defined]
    install(gettext, ngettext, newstyle=True)
    environment.globals["direction"] = direction


def bring(app: Flask, folder: Path) -> None:
    """A feature's folder: what its ``translations/`` say is said, too."""
    folders = known_to(app).folders
    if folder not in folders:
        folders.append(folder)


def folders_of(app: Flask) -> tuple[Path, ...]:
    """Whoever has texts of their own: the app, and each feature."""
    return tuple(known_to(app).folders)


def module_of(language: str) -> str:
    return f"pages/languages/{language}.js"


def close(app: Flask) -> None:
    """Each language has a module for the scripts, but English: that is in them. Catalogues are read when needed."""
    known = known_to(app)
    known.offered = wanted_of(app) or languages_in(APP)
    for language in known.offered:
        if language != SOURCE:
            assets.write(app, module_of(language), partial(_module, known, language))


def _module(known: Known, language: str) -> str:
    return known.catalogue(language).module


ITS_NAME = said("English")
"""What this is in a language, is what that calls itself."""


def names() -> dict[str, str]:
    """The languages to choose from, and what each calls itself: what "English" is in its own catalogue."""
    known = known_to(current_app)
    return {language: known.catalogue(language).gettext(ITS_NAME) for language in known.offered}


def init_app(app: Flask) -> None:
    """Raises ConfigError for a language that is not there; by then the rest can go on, and find what else is wrong."""
    app.extensions[EXTENSION] = Known(folders=[APP])
    translate(app.jinja_env)
    app.context_processor(lambda: {"language": current()})
    app.add_template_global(names, "languages")
    app.add_template_global(module_of, "language_module")
    read(app, Settings)
