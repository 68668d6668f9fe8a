"""No file is too long to read at once, no function too long to see at once: ours, their tests, what you add to them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import javascript

ROOT = Path(__file__).resolve().parent.parent
LINES_OF_A_FILE = 250
LINES_OF_A_FUNCTION = 40
ELSEWHERE = {"vendor", "node_modules", "__pycache__"}
"""Folders of what others wrote."""


def files(folder: str, ending: str) -> list[Path]:
    found = sorted((ROOT / folder).rglob(f"*{ending}"))
    return [path for path in found if not ELSEWHERE & set(path.relative_to(ROOT).parts)]


PYTHON = [*files("app", ".py"), *files("demo", ".py"), *files("tests", ".py")]
WRITTEN = {"flaskport-parts.js"}
"""By a command: the parts that it is made of are read."""
JAVASCRIPT = [path for path in files("app", ".js") if path.name not in WRITTEN]


def python_functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def javascript_functions(path: Path) -> Iterator[tuple[str, int]]:
    for function in javascript.functions(path.read_text(encoding="utf-8")):
        yield function.name, function.lines


def test_a_file_is_not_too_long_to_read() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in PYTHON + JAVASCRIPT}
    too_long = [f"{path.relative_to(ROOT)}: {n} lines" for path, n in lengths.items() if n > LINES_OF_A_FILE]

    assert too_long == [], f"Split by what each part is about; at most {LINES_OF_A_FILE} lines a file"


def test_a_function_is_not_too_long_to_see() -> None:
    found = [(path, *one) for path in PYTHON for one in python_functions(path)]
    found += [(path, *one) for path in JAVASCRIPT for one in javascript_functions(path)]
    too_long = [f"{path.relative_to(ROOT)}, {name}: {n} lines" for path, name, n in found if n > LINES_OF_A_FUNCTION]

    assert too_long == [], f"Give its parts names; at most {LINES_OF_A_FUNCTION} lines a function"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("function f(a) {\n  return a;\n}\n", [("function f(a) {", 3)]),
        ("const f = async (a) => {\n  a();\n};", [("const f = async (a) => {", 3)]),
        ("const f = a =>\n  a.b(\n    1);\nlet c;", [("const f = a =>", 3)]),
        ("f((a) => a, {\n  b: 1 });", [("f((a) => a, {", 1)]),
        ("class A {\n  get b() {\n    return 1; } }", [("get b() {", 2)]),
        ("function f({\n  a = {} } = {}) {\n}", [("function f({", 3)]),
        ("if (a) {\n}\nfor await (const b of c) {\n}\ntry {\n} catch (d) {\n}", []),
        ('f("){", /[/]){/, `){ ${a ? `){` : ""} ){`); // ){', []),
        ("a = b / c; d = (e) / f; /* ) => { */", []),
    ],
    ids=["function", "arrow", "no block", "in a call", "method", "parameters", "no function", "in text", "division"],
)
def test_the_functions_of_javascript_are_found(source: str, found: list[tuple[str, int]]) -> None:
    assert [(function.name, function.lines) for function in javascript.functions(source)] == found


def test_every_function_of_ours_is_seen() -> None:
    """Those that say so in words, at least: the scan would not be worth much if it lost its place."""
    for path in JAVASCRIPT:
        said = sum(
            line.strip().startswith(("function ", "async function ", "export ")) and "function" in line
            for line in path.read_text(encoding="utf-8").splitlines()
        )
        assert len(list(javascript_functions(path))) >= said, path
