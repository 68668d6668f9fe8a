"""No document tells a person to do something that no test does."""

from __future__ import annotations

from pathlib import Path

from tests import upstream
from tests.docs.snippets import ROOT, fenced

DONE_BY = {
    "CONTRIBUTING.md": "test_releases.py",
    "README.md": "test_readme.py",
    "docs/adding-a-feature.md": "test_following.py",
    "docs/audit.md": "test_audit.py",
    "docs/coming-from-passport.md": "test_coming_from_passport.py",
    "docs/deploy.md": "../deploy/test_guide.py",
    "docs/limits.md": "test_limits.py",
    "docs/mail.md": "test_mail.py",
    "docs/releases.md": "test_releases.py",
    "docs/secrets.md": "test_secrets.py",
    "docs/signing-keys.md": "test_signing_keys.py",
    "docs/start.md": "test_tutorials.py",
    "docs/trpc.md": "test_following.py",
    "docs/upgrading.md": "test_upgrading.py",
    "docs/writing-a-strategy.md": "test_following.py",
}
TELLS = {"sh", "ini", "diff"}
"""Languages of commands, settings and changes. Scripts for browsers are compiled and run by tests/browser."""


def test_every_document_that_tells_to_do_something_is_done_by_a_test() -> None:
    documents = [path.relative_to(ROOT) for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))]
    telling = {str(path) for path in documents if TELLS & {language for language, _ in fenced(f"../{path}")}}
    assert not upstream.ITSELF or telling == set(DONE_BY)
    assert set(DONE_BY) <= telling
    assert all((Path(__file__).parent / test).exists() for test in DONE_BY.values())
