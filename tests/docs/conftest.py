"""The clean copy in which somebody did what the documents say, made once a run."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NoReturn

import pytest

from tests import node, upstream
from tests.docs.following import Elsewhere, clean_copy, follow, run
from tests.docs.snippets import blocks, fenced

PARTNER_KEY = "sTz0Wc7qYp4KfVb1nRj8LxGm5HdEa2Uo"
BEFORE = "versions-before.txt"
OTHER_SETTINGS = """\
JWT_ALGORITHM=ES256
BRAND_NAME=Acme
CORS_ORIGINS=http://localhost:5173
TRUSTED_HOSTS=localhost,127.0.0.1
ACCESS_TOKEN_MINUTES=5
PASSWORD_HASH=bcrypt_sha256
"""
"""What else the documents say to write there: none of it may get into the tests."""


def settings_of_providers() -> str:
    """What docs/providers.md says to put into ``.env``, with something for each ``…``."""
    text = "".join(body for language, body in fenced("providers.md") if language in {"", "ini"})
    lines = re.findall(r"^SOCIAL_(?:GOOGLE|GITHUB|OIDC_WORK|OAUTH2_FORUM)_\w+=.*$", text, re.MULTILINE)
    return "".join(line.replace("…", "x" * 20) + "\n" for line in lines)


def follow_all(folder: Path) -> str:
    """What a reader does who takes the documents one after the other. Answers why not, where they do not fit."""
    copy = clean_copy(folder / "project")
    run(copy, "make", ".env")
    run(copy, ".venv/bin/flask", "signing-keys", "rotate", "--algorithm", "ES256")
    with (copy / ".env").open("a", encoding="utf-8") as file:
        file.write(settings_of_providers() + OTHER_SETTINGS)
    with (copy / "app/static/brand.css").open("a", encoding="utf-8") as file:
        file.write(blocks("pages.md", "css")[0])
    (folder / BEFORE).write_text("\n".join(path.name for path in (copy / "migrations/versions").glob("*.py")))
    try:
        follow("trpc.md", copy, {})
        follow("adding-a-feature.md", copy, {})
        follow("writing-a-strategy.md", copy, {"<the key>": PARTNER_KEY})
    except Elsewhere as why:
        return str(why)
    return ""


@pytest.fixture(scope="session")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy. In a project that has gone on from Flaskport, documents about Flaskport's own files may fit no more:
    that is said, and no failure. Where Flaskport itself is made (.ci/run says so) it is one."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "followed"
    folder.mkdir(exist_ok=True)
    why_not = node.once(folder, "followed", lambda: follow_all(folder))
    if why_not:
        does_not_fit(why_not)
    return folder / "project"


def does_not_fit(why: str) -> NoReturn:
    """Say so, and no more, unless this is where Flaskport itself is made."""
    message = f"The documents are about Flaskport as it is shipped: {why}"
    if upstream.ITSELF:
        pytest.fail(message)
    pytest.skip(message)
