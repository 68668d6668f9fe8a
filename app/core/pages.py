"""Pages with the headers of one, and the slots in them that other parts fill with sections."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, NamedTuple, cast

from flask import Flask, Response, current_app, make_response, render_template
from jinja2 import BaseLoader, Environment, TemplateNotFound, TemplateSyntaxError

from app.core import languages
from app.core.assets import BadPages, modules, write
from app.core.headers import PAGE_CSP, PAGE_OPENER_POLICY
from app.passport import Refusal

SLOTS = (
    "sign-in",
    "sign-in-password",
    "new-account",
    "account",
    "confirm",
    "admin",
    "person",
    "new-password",
    "second-factor",
    "second-factor-wishes",
)
"""Below the forms to sign in and up; below the password with which one signs in; below the form in which a new account
is given a password, for those that have none; the sections of /account; the ways to
confirm that it is still you; the sections of /admin above the list of users, and of the dialog in which somebody is
administered; below each field for a new password; the ways to show a second factor, on
/second-factor, and what is wished for beside that.
"""
IN_A_WINDOW = {"signed-in", "error"}
"""Pages where a sign-in in a window of its own may end. The page that opened it has to be told, or to see it closed."""
_KEY = "flaskport.sections"
_OUT = "flaskport.taken_out_of_pages"
_BANNERS = "flaskport.banners"
_BACK = "flaskport.refusals_that_lead_back"
_GRAMMAR = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])


class Section(NamedTuple):
    """What a part brings to a slot: a template, and the module that brings it to life."""

    template: str
    script: str | None
    order: int
    of: str | None = None


def add(
    app: Flask, slot: str, template: str, script: str | None = None, order: int = 50, *, of: str | None = None
) -> None:
    """Add a section to a slot, after those of lower ``order``.

    ``template`` and ``script`` are named as in ``templates/`` and ``static/``: ``api_keys/section.html`` and
    ``api_keys/section.js``. What each slot expects of them is in docs/pages.md. Raises BadPages for an unknown slot.
    """
    if slot not in SLOTS:
        raise BadPages(f"{template} is for the slot {slot!r}. The slots are {', '.join(SLOTS)}.")
    everything = sections_of(app)[slot]
    everything.append(Section(template, script, order, of))
    everything.sort(key=lambda section: section.order)


def sections(slot: str) -> list[Section]:
    """What is in a slot, for the template of a page."""
    return _shown(current_app, sections_of(current_app)[slot])


def add_banner(app: Flask, template: str, look: Callable[[], Mapping[str, Any] | None]) -> None:
    """Show this above every page for whom ``look`` answers something: its template finds that as ``banner``."""
    app.extensions[_BANNERS].append((template, look))


def banners() -> list[tuple[str, Mapping[str, Any]]]:
    """What stands above this page for whoever asks, for the template of every page."""
    found = [(template, look()) for template, look in current_app.extensions[_BANNERS]]
    return [(template, facts) for template, facts in found if facts is not None]


def take_out(app: Flask, what: str) -> None:
    """Show nothing that belongs to this: of "passwords" there are the forms to sign in and up, and sections."""
    app.extensions[_OUT].add(what)


def is_out(what: str) -> bool:
    """Was this taken out? For the templates of pages."""
    return what in current_app.extensions[_OUT]


def _shown(app: Flask, held: list[Section]) -> list[Section]:
    return [section for section in held if section.of not in app.extensions[_OUT]]


def lead_back(app: Flask, refusal: type[Refusal], title: str) -> None:
    """This refusal ends a sign-in: its error page has this title, and leads back to the page where it began."""
    app.extensions[_BACK][refusal.code] = title


def leads_back(code: str) -> str | None:
    """The title of a refusal that leads back; None for any other."""
    return cast("dict[str, str]", current_app.extensions[_BACK]).get(code)


def page(name: str, status: int = 200, **facts: Any) -> Response:
    """A page, with the headers of one: ``account`` is ``pages/account.html``, ``guestbook/list`` a feature's own."""
    template = f"{name}.html" if "/" in name else f"pages/{name}.html"
    response = make_response(render_template(template, **facts), status)
    languages.say_which(response)
    response.headers["Content-Security-Policy"] = PAGE_CSP
    response.headers["Referrer-Policy"] = "same-origin"
    if name not in IN_A_WINDOW:
        response.headers["Cross-Origin-Opener-Policy"] = PAGE_OPENER_POLICY
    return response


def close(app: Flask) -> None:
    """Write the module of each slot.

    Raises BadPages for a section whose template cannot be parsed, or whose template or module is not there.
    """
    for slot, held in sections_of(app).items():
        scripts = [section.script for section in _shown(app, held) if section.script]
        write(app, _name(slot), partial(_module, slot, scripts))
    modules(app, *map(_name, sections_of(app)))
    for slot, held in sections_of(app).items():
        for section in held:
            _check(app, slot, section)


def _check(app: Flask, slot: str, section: Section) -> None:
    try:
        source, *_ = cast(BaseLoader, app.jinja_env.loader).get_source(app.jinja_env, section.template)
        _parse(source)
    except TemplateNotFound as missing:
        raise BadPages(f"The slot {slot!r} has the section {missing.name}, and there is none.") from missing
    except TemplateSyntaxError as wrong:
        raise BadPages(f"The section {section.template} cannot be parsed, line {wrong.lineno}: {wrong}.") from wrong


@cache
def _parse(source: str) -> None:
    """Once for each text: to compile them for every app was a quarter of what it costs to make one."""
    _GRAMMAR.parse(source)


def _name(slot: str) -> str:
    return f"pages/slots/{slot}.js"


def _module(slot: str, scripts: list[str]) -> str:
    """Imports what is in a slot, in its order."""
    names = [posixpath.relpath(script, "pages/slots") for script in scripts]
    lines = [f"/** What is in the slot {slot}: app/core/pages.py has written this. */"]
    lines += [f'import * as section{number} from "{name}";' for number, name in enumerate(names)]
    listed = ", ".join(f"section{number}" for number in range(len(names)))
    return "\n".join([*lines, f"export const sections = [{listed}];", ""])


def sections_of(app: Flask) -> dict[str, list[Section]]:
    """What is in every slot, in order."""
    return cast("dict[str, list[Section]]", app.extensions[_KEY])


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = {slot: [] for slot in SLOTS}
    app.extensions[_BACK] = {}
    app.extensions[_OUT] = set()
    app.extensions[_BANNERS] = []
    app.add_template_global(banners)
    app.add_template_global(sections)
    app.add_template_global(is_out)
