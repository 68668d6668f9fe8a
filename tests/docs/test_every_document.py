"""No document tells a person to do something that no test does."""

from __future__ import annotations

import ast
from collections import defaultdict

from tests import upstream
from tests.docs.snippets import ROOT, fenced
from tests.docs.telling import EXAMPLES, FOLLOWED, NOT_DONE, PICKED, blocks_of_commands

DONE_BY = FOLLOWED | {
    "README.md": "tests/docs/test_readme.py",
    "docs/coming-from-passport.md": "tests/docs/test_coming_from_passport.py",
}
TELLS = {"sh", "ini", "diff"}
"""Languages of commands, settings and changes. Scripts for browsers are compiled and run by tests/browser."""


def test_every_document_that_tells_to_do_something_is_done_by_a_test() -> None:
    documents = [path.relative_to(ROOT) for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))]
    telling = {str(path) for path in documents if TELLS & {language for language, _ in fenced(f"../{path}")}}
    assert not upstream.ITSELF or telling == set(DONE_BY)
    assert set(DONE_BY) <= telling
    assert all((ROOT / test).exists() for test in DONE_BY.values())


def test_no_block_of_commands_is_done_by_no_test() -> None:
    """A new one is done by a test, which tests/docs/telling.py then names beside it."""
    undone = []
    used: dict[str, set[str]] = defaultdict(set)
    blocks = list(blocks_of_commands())
    typed = {line for block in blocks if block.is_followed for line in block.lines()}
    for block in blocks:
        if block.is_followed or typed.issuperset(block.lines()):
            continue
        named = {*PICKED.get(block.document, ()), *NOT_DONE.get(block.document, ())}
        fits = {words for words in named if words in block.text}
        used[block.document] |= fits
        if not fits:
            undone.append(f"{block.document}: {block.text.splitlines()[0]}")
    assert not upstream.ITSELF or undone == []
    listed = [(document, words) for each in (PICKED, NOT_DONE) for document, found in each.items() for words in found]
    assert [(document, words) for document, words in listed if words not in used[document]] == []


def test_each_test_that_is_named_is_there() -> None:
    named = {EXAMPLES, *FOLLOWED.values(), *(test for blocks in PICKED.values() for test in blocks.values())}
    for test in named:
        path, _, name = test.partition("::")
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert not name or name in functions, test
