"""What stands in a feature's folder: its modules, and its README."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from types import ModuleType

from app.core.parts import folder_of
from app.extensions import Base
from app.passport.refusals import declared

README = "README.md"


def readme_of(feature: ModuleType) -> str:
    path = folder_of(feature) / README
    return path.read_text(encoding="utf-8") if path.exists() else ""


def names(text: str, thing: str) -> bool:
    """Does a text name this, and not only something that begins or ends so? What is in braces may have any name,
    and several methods may stand before one path.
    """
    text, thing = (re.sub(r"\{\w+\}", "{}", " ".join(each.split())) for each in (text, thing))
    method, slash, path = thing.partition(" /")
    pattern = rf"{method}[A-Z, ]* {re.escape(slash[1:] + path)}" if slash else re.escape(thing)
    return re.search(rf"(?<![\w/-]){pattern}(?![\w/{{-])", text) is not None


def attributes_read(feature: ModuleType) -> set[str]:
    """Every ``name`` that its modules ask something for: ``settings.name``."""
    nodes = (node for module in _modules(feature) for node in ast.walk(module))
    return {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)}


def names_used(feature: ModuleType) -> set[str]:
    """Every name that its modules raise, call or hand on; what only a decorator says is not used."""
    nodes = [node for module in _modules(feature) for node in ast.walk(module)]
    decorators = [decorator for node in nodes for decorator in getattr(node, "decorator_list", ())]
    of_decorators = {id(node) for decorator in decorators for node in ast.walk(decorator)}
    loaded = [node for node in nodes if isinstance(getattr(node, "ctx", None), ast.Load)]
    return {
        str(getattr(node, "id", None) or getattr(node, "attr", "")) for node in loaded if id(node) not in of_decorators
    }


def refusals_of(feature: ModuleType) -> dict[str, str]:
    """The names of what its modules declare, by code."""
    own = [kind for kind in declared().values() if f"{kind.__module__}.".startswith(f"{feature.__name__}.")]
    return {
        kind.code: name for kind in own for name, value in vars(sys.modules[kind.__module__]).items() if value is kind
    }


def models_of(feature: ModuleType) -> list[type[Base]]:
    """The tables that its modules declare."""
    mapped = (mapper.class_ for mapper in Base.registry.mappers)
    return [model for model in mapped if f"{model.__module__}.".startswith(f"{feature.__name__}.")]


def _modules(feature: ModuleType) -> Iterator[ast.Module]:
    for path in sorted(folder_of(feature).rglob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"))
