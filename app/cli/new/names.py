"""What a feature that begins is called: how the house names things, and which names are not free."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from pkgutil import iter_modules

from flask import Flask

from app.cli.types import files_of
from app.core.assets import STATIC
from app.core.cli import Refused
from app.core.openapi.api import EXTENSION as OPENAPI
from app.core.refusals import refusals_of
from app.core.settings import kinds_of
from app.extensions import Base
from config import declarations

PACKAGE = STATIC.parent
WORD = re.compile(r"[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*")
LONGEST = 30
"""Longer ones make lines that nobody can break; and PostgreSQL keeps 63 characters of the name of a constraint."""
UNSURE = ("ss", "us", "is", "ies", "ses", "xes", "zes", "ches", "shes", "oes", "ves")
"""Endings of which nobody knows without a dictionary what one of them is: ``cookies``, ``stories``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """``purchase_orders`` and ``purchase_order``, in every form in which files write them."""

    many: str
    one: str

    @property
    def forms(self) -> dict[str, str]:
        """By what the templates call each: as if notes were written, as in docs/adding-a-feature.md."""
        said = self.many.replace("_", " ")
        return {
            "notes": self.many,
            "note": self.one,
            "Notes": in_capitals(self.many),
            "Note": in_capitals(self.one),
            "NOTES": self.many.upper(),
            "path": self.many.replace("_", "-"),
            "said": said,
            "Said": said.capitalize(),
            "one": self.one.replace("_", " "),
        }


def in_capitals(word: str) -> str:
    return "".join(part.capitalize() for part in word.split("_"))


def names_of(many: str, one: str | None = None) -> Names:
    """Raises Refused for what cannot be a name here."""
    for word in (many, *([one] if one is not None else [])):
        _refuse_form(word)
    if one is None:
        if not many.endswith("s") or many.endswith(UNSURE) or many == "s":
            why = f"NAME is the word for many of them. What is one of {many} called? Say it with --one WORD."
            raise Refused("one_unknown", why)
        one = many[:-1]
        _refuse_form(one)
    if in_capitals(one) == in_capitals(many):
        raise Refused("one_is_many", f"One of them and many of them are told apart by name. Both are {many}.")
    return Names(many=many, one=one)


def _refuse_form(word: str) -> None:
    if not WORD.fullmatch(word):
        raise Refused(
            "bad_name", f"{word!r} is not in snake_case: small letters of English and digits, as in tax_years."
        )
    if len(word) > LONGEST:
        raise Refused("bad_name", f"{word} has {len(word)} characters. A name has {LONGEST} at most.")
    if keyword.iskeyword(word) or keyword.issoftkeyword(word) or hasattr(builtins, word):
        raise Refused("bad_name", f"{word} is a word of Python.")
    if hasattr(builtins, in_capitals(word)):
        raise Refused("bad_name", f"{in_capitals(word)}, as its class would be called, is a word of Python.")


def refuse_taken(app: Flask, names: Names) -> None:
    """Raises Refused, with what else has the name."""
    for is_taken, by in _holders(app, names):
        if is_taken:
            raise Refused("name_taken", f"{names.many} cannot be the name: {by}. Choose another.")


def _holders(app: Flask, names: Names) -> Iterator[tuple[bool, str]]:
    many, forms = names.many, names.forms
    yield many in _modules(PACKAGE), f"app/{many} is a room of Flaskport"
    yield many in _modules(PACKAGE / "features"), f"app/features/{many} is a feature of Flaskport"
    yield many in _modules(PACKAGE / "ours"), f"app/ours/{many} is a feature of yours"
    yield many in app.blueprints, f"there is a blueprint of that name, of {_blueprint(app, many)}"
    yield many in Base.metadata.tables, "there is a table of that name"
    yield f"/api/{forms['path']}" in _beginnings(app), f"something is served at /api/{forms['path']}"
    yield f"too_many_{many}" in refusals_of(app), f"there is a refusal too_many_{many}"
    mine, variables = f"{forms['NOTES']}_", _variables(app)
    near = next((variable for variable in variables if variable.startswith(mine)), "")
    yield bool(near), f"its settings would begin with {mine}, as {near} does"
    shapes = _shapes(app)
    for name in (forms["Note"], forms["Notes"], f"New{forms['Note']}"):
        yield name in shapes, f"front ends know another {name}"


def _modules(folder: Path) -> set[str]:
    return {module.name for module in iter_modules([str(folder)])}


def _blueprint(app: Flask, name: str) -> str:
    return app.blueprints[name].import_name if name in app.blueprints else ""


def _beginnings(app: Flask) -> set[str]:
    """``/api/users`` of ``/api/users/<uuid:user_id>/keys``."""
    return {"/".join(str(rule).split("/")[:3]) for rule in app.url_map.iter_rules()}


def _shapes(app: Flask) -> set[str]:
    """What the OpenAPI document and the types mean something by, also TypeScript's own ``Record``."""
    types = re.sub(r"/\*.*?\*/", "", "".join(files_of(app).values()), flags=re.DOTALL)
    documented = app.extensions[OPENAPI].spec.to_dict()["components"]["schemas"]
    return {*documented, *re.findall(r"\b[A-Z]\w*", types)}


def _variables(app: Flask) -> list[str]:
    return [declared.variable for kind in kinds_of(app) for _, declared in declarations(kind)]
