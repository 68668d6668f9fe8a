"""docs/cryptography.md: its table of places is complete, and names nothing that is gone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests import upstream
from tests.docs.snippets import ROOT

CRYPTOGRAPHY = frozenset(
    {"altcha", "argon2", "bcrypt", "cryptography", "hashlib", "hmac", "jwt", "passlib", "secrets", "ssl", "webauthn"}
)
PLACE = re.compile(r"`((?:app/[\w/]+(?:\.py|/))|config\.py)`")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def shipped() -> list[Path]:
    return [path for path in (*ROOT.glob("*.py"), *ROOT.glob("app/**/*.py")) if "ours" not in path.parts]


def places() -> set[str]:
    page = (ROOT / "docs/cryptography.md").read_text(encoding="utf-8")
    return set(PLACE.findall(page.partition("## Where they are used")[2].partition("## What takes")[0]))


def test_every_module_that_uses_cryptography_is_in_the_table() -> None:
    users = {str(path.relative_to(ROOT)) for path in shipped() if CRYPTOGRAPHY & {*imported(path)}}
    missing = {user for user in users if not any(user.startswith(place) for place in places())}
    assert not missing, "add them to docs/cryptography.md, with what they do"
    if upstream.ITSELF:
        assert {place for place in places() if not any(user.startswith(place) for user in users)} == set()


def test_random_numbers_are_those_of_the_operating_system() -> None:
    guessable = {str(path.relative_to(ROOT)) for path in shipped() if "random" in {*imported(path)}}
    assert guessable == set()
