"""The parts of the browser client: what features bring to it, in one module that flaskport.js imports."""

from __future__ import annotations

import re
from typing import cast

from flask import Flask

from app.core import assets
from app.core.assets import BadPages

NAME = "flaskport-parts.js"
_KEY = "flaskport.client"
_EXPORT = re.compile(r"^export const (\w+) = ", re.MULTILINE)
_IMPORT = re.compile(r"^import\b", re.MULTILINE)
_TOP = re.compile(r"^(?:export )?(?:async )?(?:const|let|class|function\*?) (\w+)", re.MULTILINE)
_HEAD = "/** The parts of the browser client: client.js of each feature. Written by app/core/client.py. */"


def add(app: Flask, name: str) -> None:
    """A feature has ``static/<name>/client.js``: each thing that it exports is a part of the client, by its name.

    A part is a function. What it answers, to what the client gives it (docs/browser.md), is ``client.<name>``.
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


def close(app: Flask) -> None:
    """Serve the parts that are on. Raises BadPages for one that is not there."""
    assets.write(app, NAME, source(app))


def parts_of(app: Flask) -> list[str]:
    """The modules of the parts, as they are named in ``static/``."""
    return cast("list[str]", app.extensions[_KEY])


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = []
