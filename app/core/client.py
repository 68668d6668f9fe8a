"""The browser client: the parts that features bring to it, in one module that flaskport.js imports, and its types."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

from flask import Flask

from app.core import assets, typescript
from app.core.assets import BadPages
from app.core.refusals import refusals_of

NAME = "flaskport-parts.js"
TYPES = "flaskport.d.ts"
_KEY = "flaskport.client"
_EXPORT = re.compile(r"^export const (\w+) = ", re.MULTILINE)
_IMPORT = re.compile(r"^import\b", re.MULTILINE)
_TOP = re.compile(r"^(?:export )?(?:async )?(?:const|let|class|function\*?) (\w+)", re.MULTILINE)
_HEAD = "/** The parts of the browser client: client.js of each feature. Written by `flask types`. */"
_TYPES_HEAD = """\
/** Types of flaskport.js: docs/browser.md. Written by `flask types`. Do not edit it: run that again. */

// A time is a string, ISO 8601 in UTC.
"""
_SIGNATURES = Path(__file__).with_suffix(".d.ts")
"""What flaskport.js itself exports, by hand: its methods are its own."""


def add(app: Flask, name: str) -> None:
    """A feature has ``static/<name>/client.js``: each thing that it exports is a part of the client, by its name.

    A part is a function. What it answers, to what the client gives it (docs/browser.md), is ``client.<name>``, and
    ``client.d.ts`` beside it says so to TypeScript, in an ``export interface Parts``.
    """
    parts_of(app).append(f"{name}/client.js")


def source(app: Flask) -> str:
    """Every part, one after the other, as one module. Raises BadPages where they cannot stand in one."""
    texts = {name: assets.source(app, name).strip() for name in sorted(parts_of(app))}
    owners: dict[str, str] = {}
    for name, text in texts.items():
        if _IMPORT.search(text) or not _EXPORT.search(text):
            raise BadPages(
                f"/static/{name} must say `export const … = `, and import nothing: it gets all that it needs."
            )
        for said in _TOP.findall(text):
            if said in owners:
                raise BadPages(f"/static/{name} and /static/{owners[said]} both declare {said}. Rename one.")
            owners[said] = name
    return "\n\n".join([_HEAD, *texts.values()]) + "\n"


def declarations(app: Flask) -> str:
    """The whole ``flaskport.d.ts``: what REST answers with, the codes of refusals, the client, and its parts.

    Raises BadPages for a part without types, and TypeError where two schemas would be one interface.
    """
    interfaces = typescript.Interfaces()
    for name, schema in typescript.schemas_of(app):
        interfaces.add(name, schema())
    codes = typescript.error_codes(refusals_of(app), "The `code` of an answer.")
    parts = (_declared(app, name) for name in sorted(parts_of(app)))
    return "\n".join([_TYPES_HEAD, *interfaces.texts(), codes, _SIGNATURES.read_text(encoding="utf-8"), *parts])


def _declared(app: Flask, name: str) -> str:
    """What stands beside a part. It must name all that the part exports."""
    beside = f"{name.removesuffix('.js')}.d.ts"
    text = assets.source(app, beside)
    for exported in _EXPORT.findall(assets.source(app, name)):
        if not re.search(rf"^\s+(?:readonly )?{exported}\b", text, re.MULTILINE):
            raise BadPages(f"/static/{beside} does not say what {exported} is, which /static/{name} exports.")
    return text


def close(app: Flask) -> None:
    """Serve the parts that are on. Raises BadPages for one that is not there."""
    module = source(app)
    assets.write(app, NAME, lambda: module)


def parts_of(app: Flask) -> list[str]:
    """The modules of the parts, as they are named in ``static/``."""
    return cast("list[str]", app.extensions[_KEY])


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = []
