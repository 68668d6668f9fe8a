"""Adding a feature, writing a strategy, switching on providers: done as the documents say, and checked there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from tests import node
from tests.docs.conftest import BEFORE, PARTNER_KEY
from tests.docs.following import flask, run, variables
from tests.docs.snippets import ROOT
from tests.server import SECONDS, START_SECONDS, free_port

SUITE = (
    *(f"tests/test_{name}.py" for name in ("sizes", "upstream")),
    "tests/test_config.py::test_the_defaults_are_those_of_production",
    "tests/test_config_env_file.py::test_what_the_tests_start_reads_no_settings_of_the_developer",
    "tests/accounts/test_roles.py",
    "tests/auth/test_jwks.py::test_where_a_secret_signs_there_are_no_keys",
    *(f"tests/cli/test_{name}.py" for name in ("auth", "config")),
    "tests/cli/test_types.py::test_the_committed_files_are_what_it_writes",
    "tests/core/mail/test_branding.py",
    *(f"tests/core/test_{name}.py" for name in ("openapi", "views")),
    "tests/core/test_refusals.py::test_an_app_has_those_of_its_package_but_for_a_feature_that_it_does_without",
    "tests/core/test_refusals.py::test_each_is_called_like_its_code_and_is_raised_somewhere",
    "tests/core/test_settings.py::test_every_setting_is_asked_for_by_somebody",
    "tests/core/test_schemathesis.py::test_every_answer_of_a_project_is_in_the_document",
    "tests/pages/test_brand.py",
    "tests/processes/test_refused_start.py::test_a_mistyped_guard_is_one_line",
    "tests/trpc/test_document.py",
    "tests/trpc/test_router.py::test_every_procedure_of_the_app_is_guarded_as_its_module_says",
    "tests/trpc/test_types.py::test_the_committed_types_are_those_of_every_procedure",
    "tests/trpc/test_types.py::test_every_error_code_and_every_claim_is_there",
)
"""What looks at the app as it is put together, with all that was added: lists, documents, types, sizes, settings; and
that the tests read nothing of ``.env``.

Left out is what asks one part of Flaskport about itself: an addition changes no part, so the copy would answer as we
do. Of schemathesis' requests the copy makes those to its own operations.
"""
ON_BOTH_ENGINES = ("tests/ours", "tests/test_migrations.py")
OURS = "test_notes or test_recipes or test_partner"
CHOSEN = f"{OURS} or test_migrations or not (real_client or typescript or compiles or postgresql)"
"""What was added is asked on both engines, all else on one; and no Node.js, as said above."""
WHOLE = os.environ.get("FLASKPORT_WHOLE_COPY") == "true"
"""Every test of the copy, as a reader's ``make test`` runs them. That takes as long as ours; docs/architecture.md says
when to do it."""
FILES = (
    "app/ours",
    "tests/ours",
)


def test_the_migration_holds_the_whole_change(followed: Path) -> None:
    before = (followed.parent / BEFORE).read_text().split()
    paths = sorted(path for path in (followed / "migrations/versions").glob("*.py") if path.name not in before)
    assert [path.name.partition("_")[2] for path in paths] == ["notes.py", "recipes.py"]
    text = paths[0].read_text(encoding="utf-8")
    assert "fk_notes_owner_id_users" in text
    assert "drop" not in text.split("def downgrade")[0]
    run(followed, ".venv/bin/flask", "db", "check")


@pytest.fixture(scope="module")
def told(followed: Path) -> dict[str, Any]:
    """What commands print there as JSON."""
    lines = [
        "auth routes --json",
        "auth strategies --json",
        "users create au@example.com --no-password --role auditor --json",
        "users show au@example.com --json",
    ]
    printed = json.loads(node.once(followed.parent, "told", lambda: json.dumps(flask(followed, *lines))))
    return dict(zip(lines, map(json.loads, printed), strict=True))


def test_the_routes_stand_behind_the_guards_that_the_documents_name(told: dict[str, Any]) -> None:
    rows = told["auth routes --json"]
    added = [row for row in rows if re.search("notes|stock|recipes", row["route"])]
    assert {(*row["methods"], row["route"]): row["guard"] for row in added} == {
        ("GET", "/api/notes"): "jwt",
        ("POST", "/api/notes"): "jwt",
        ("DELETE", "/api/notes/<uuid:note_id>"): "jwt",
        ("GET", "/api/users/<uuid:user_id>/notes"): "jwt permission: notes:read",
        ("GET", "/api/recipes"): "jwt",
        ("POST", "/api/recipes"): "jwt",
        ("DELETE", "/api/recipes/<uuid:recipe_id>"): "jwt",
        ("GET", "/api/stock"): "partner",
        ("GET", "/api/stock/shared"): "jwt|partner",
        ("GET", "/api/stock/prices"): "jwt|partner optional",
        ("POST", "/api/stock/orders"): "jwt|partner role: staff",
    }


def test_the_new_role_can_be_given(told: dict[str, Any]) -> None:
    assert told["users show au@example.com --json"]["role"] == "auditor"


def test_what_is_configured_is_on(told: dict[str, Any]) -> None:
    rows = told["auth strategies --json"]
    on = {row["name"] for row in rows if row["state"] == "on"}
    assert on >= {"partner", "google", "github", "oidc-work", "oauth2-forum"}


def test_the_copys_own_suite_is_green(followed: Path, postgres_url: str) -> None:
    shutil.copy(ROOT / "tests/docs/partner_claims.py", followed / "tests/ours/test_partner_claims.py")
    suite = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    if WHOLE:
        assert " passed" in run(followed, *suite)
        return
    printed = run(followed, *suite, "-n", "0", "-k", CHOSEN, *SUITE, *ON_BOTH_ENGINES, TEST_DATABASE_URL=postgres_url)
    assert " passed" in printed
    assert "skipped" not in printed


def test_the_server_of_the_copy_answers_as_the_documents_say(followed: Path) -> None:
    port = free_port()
    environment = variables(followed) | {"PORT": str(port)}
    with subprocess.Popen(["make", "run"], cwd=followed, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            wait_for(server, f"http://127.0.0.1:{port}/readyz")
            headers = {"X-Partner-Key": PARTNER_KEY}
            answer = requests.get(f"http://127.0.0.1:{port}/api/stock", headers=headers, timeout=SECONDS)
            assert answer.json() == {"caller": "partner@example.com"}
            assert requests.get(f"http://127.0.0.1:{port}/api/recipes", timeout=SECONDS).status_code == 401
            answer = requests.get(f"http://127.0.0.1:{port}/auth/providers", timeout=SECONDS)
            listed = {item["name"] for item in answer.json()["items"]}
            assert listed == {"google", "github", "oidc-work", "oauth2-forum"}
        finally:
            server.terminate()


def wait_for(server: subprocess.Popen[str], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "make run stopped"
        try:
            if requests.get(url, timeout=SECONDS).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.05)
    raise AssertionError("make run did not become ready")


def test_the_code_is_as_clean_as_ours(followed: Path) -> None:
    run(followed, sys.executable, "-m", "ruff", "check", "--no-cache", ".")
    run(followed, sys.executable, "-m", "ruff", "format", "--no-cache", "--check", ".")


def test_the_types_are_as_strict_as_ours(followed: Path) -> None:
    known = ROOT / ".mypy_cache"  # `make types` leaves it: without, all libraries are read anew
    if known.exists():
        shutil.copytree(known, followed / ".mypy_cache", dirs_exist_ok=True)
    run(followed, sys.executable, "-m", "mypy", *FILES)


def test_the_layers_hold(followed: Path) -> None:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    printed = run(followed, sys.executable, "-c", code)
    assert "0 broken" in printed
    assert "app.ours" not in printed
