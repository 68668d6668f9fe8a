"""What is no feature does without all of them: some of its tests once more, with an app that has none.

That nothing of the rest changes with any single one is in test_every_feature.py; this is what the rest does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from app import EVERY_FEATURE

ROOT = Path(__file__).resolve().parent.parent.parent
QUICK = (
    "tests/auth/test_login.py",
    "tests/auth/test_register.py",
    "tests/auth/test_refresh.py",
    "tests/auth/test_sign_out.py",
    "tests/auth/test_credentials.py",
    "tests/api/test_profile.py",
    "tests/cli/test_auth.py",
    "tests/cli/test_users_effects.py",
    "tests/core/test_openapi.py",
)


def test_the_rest_does_what_it_did_without_any_feature(postgres_url: str) -> None:
    names = [getattr(each, "__name__", "").rpartition(".")[2] for each in EVERY_FEATURE]
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "tests.without", "-p", "no:cacheprovider"]
    others = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [*command, "-k", "not postgresql", *QUICK],
        cwd=ROOT,
        env={**others, "WITHOUT": ",".join(names), "TEST_DATABASE_URL": postgres_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
