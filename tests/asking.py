"""Which features a test asks for something, as far as its text shows: by addresses, commands and settings in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from flask import Flask

from app.core.settings import kinds_of
from config import declarations
from tests.feature_kit.surface import surface_of

FEATURE = re.compile(r"\bapp\.features\.(\w+)")
SERVER = re.compile(r"(url|root|api|front_end)\}?$")
"""What stands before a path: ``f"{server.url}/auth/keys"``."""
Asked = Mapping[str, re.Pattern[str]]
"""By feature, how the addresses of its routes are written (``/auth/keys/…``), its commands (``keys list``), and what
switches it on (``BASIC_AUTH``): settings that are off by default."""
IN_SCRIPT = re.compile(r"""['"`](?:\$\{\w+\})?/?((?:api|auth)/[^'"`?\s]*)['"`?]""")
"""What a script in a test asks for: ``client.call("GET", "api/posts")``."""
OFF = {"", "false", "off", "nobody"}


def of_features(app: Flask) -> Asked:
    surface, found = surface_of(app), dict[str, list[str]]()
    for route, view in surface["routes"].items():
        if feature := FEATURE.search(str(view)):
            address = re.sub(r"\\\{\w+\\\}", "[^/?#]+", re.escape(route.partition(" ")[2]))
            found.setdefault(feature[1], []).append(rf"{address}([?#].*)?")
    for command, function in surface["commands"].items():
        if feature := FEATURE.search(str(function)):
            found.setdefault(feature[1], []).append(re.escape(command))
    for kind in kinds_of(app):
        if feature := FEATURE.search(kind.__module__):
            off = (declared.variable for _, declared in declarations(kind) if declared.default in OFF)
            found.setdefault(feature[1], []).extend(map(re.escape, off))
    return {
        name: re.compile("|".join(f"({each})" for each in sorted(set(texts)))) for name, texts in found.items() if texts
    }


def unsaid(path: Path, asked: Asked) -> Iterator[tuple[str, str, str]]:
    """The tests of a file that ask a feature for something and do not say so: test, feature and what they ask for.

    What a helper or a fixture asks for is not seen.
    """
    module = ast.parse(path.read_text(encoding="utf-8"))
    said = [node.value for node in module.body if isinstance(node, ast.Assign) and _is(node.targets[0], "pytestmark")]
    for test, marks in _tests(module, said):
        for text in _texts(test):
            for name, pattern in asked.items():
                if pattern.fullmatch(text) and not _need(marks, name):
                    yield test.name, name, text


def _tests(parent: ast.Module | ast.ClassDef, said: list[ast.expr]) -> Iterator[tuple[ast.FunctionDef, list[ast.expr]]]:
    for node in parent.body:
        if isinstance(node, ast.ClassDef):
            yield from _tests(node, said + node.decorator_list)
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node, said + node.decorator_list


def _need(marks: list[ast.expr], name: str) -> bool:
    calls = [node for mark in marks for node in ast.walk(mark) if _is_needs(node)]
    given = [argument for call in calls for argument in getattr(call, "args", ())]
    return any(not isinstance(each, ast.Constant) or each.value == name for each in given)


def _texts(node: ast.AST) -> Iterator[str]:
    """Every text in it, but for a case that says itself what it needs; what is put into one may be anything."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
        yield from (f"/{address}" for address in IN_SCRIPT.findall(node.value))
    elif isinstance(node, ast.keyword):
        yield node.arg or ""
    elif isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "x" for part in node.values]
        yield "".join(map(str, parts))
        if SERVER.search(ast.unparse(node.values[0])):
            yield "".join(map(str, parts[1:]))
    elif isinstance(node, ast.List | ast.Tuple) and all(isinstance(each, ast.Constant) for each in node.elts[:2]):
        yield " ".join(str(each.value) for each in node.elts[:2] if isinstance(each, ast.Constant))
    if isinstance(node, ast.JoinedStr) or any(_is_needs(child) for child in _arguments(node)):
        return
    for child in ast.iter_child_nodes(node):
        yield from _texts(child)


def _arguments(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call) and _is(node.func, "pytest.param"):
        yield from (inner for keyword in node.keywords for inner in ast.walk(keyword.value))


def _is_needs(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _is(node.func, "pytest.mark.needs")


def _is(node: ast.AST, name: str) -> bool:
    return ast.unparse(node) == name
