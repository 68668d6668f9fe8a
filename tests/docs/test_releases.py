"""docs/releases.md and CONTRIBUTING.md: a release is made of a clean clone, and what is refused before."""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from app.core.version import VERSION
from releasing import changelog, places
from releasing.__main__ import main, problems_of
from tests.docs.following import clean_copy, follow, run
from tests.docs.snippets import ROOT

NEW = "### Fixed\n- Something."


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Flaskport, all committed, with something to release."""
    clone = clean_copy(tmp_path_factory.mktemp("releases") / "flaskport")
    log = clone / "CHANGELOG.md"
    text = log.read_text(encoding="utf-8")
    if not changelog.section(text, "Unreleased"):  # as it is right after a release
        log.write_text(text.replace("## Unreleased\n", f"## Unreleased\n\n{NEW}\n"), encoding="utf-8")
    git(clone, "init", "--quiet", "--initial-branch", "main")
    for name, value in {"user.name": "Ada", "user.email": "ada@example.com", "commit.gpgsign": "false"}.items():
        git(clone, "config", name, value)
    commit(clone, "Flaskport")
    return clone


def git(folder: Path, *arguments: str) -> str:
    return run(folder, "git", *arguments)


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def next_patch() -> str:
    major, minor, patch = changelog.numbers(VERSION)
    return f"{major}.{minor}.{patch + 1}"


def test_contributing_begins_with_commands_that_go(clone: Path) -> None:
    follow("../CONTRIBUTING.md", clone, {})
    said = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):.* ## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", said)) <= targets
    assert all((ROOT / path).exists() for path in re.findall(r"`(app/[\w/]+)`", said))


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("1", "'1' is no version: make release VERSION=1.2.3"),
        ("0.0.1", f"0.0.1 is too little for what has changed: it has to be {VERSION} at least."),
        ("9.0.0", "SECURITY.md does not say how long 9 gets security fixes: give it a line of the table."),
    ],
)
def test_what_cannot_be_released_is_told_and_changes_nothing(clone: Path, version: str, told: str) -> None:
    assert told in (main(clone, version) or "")
    assert git(clone, "status", "--porcelain") == ""


def test_what_fails_on_the_way_leaves_all_as_it_was(clone: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before, hook = git(clone, "rev-parse", "HEAD"), clone / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'not on a Friday' >&2\nexit 1\n")
    hook.chmod(0o755)
    told = main(clone, next_patch())
    hook.unlink()
    assert told == "release: git commit has failed.\nNothing was changed.\n"
    assert "not on a Friday" in capfd.readouterr().err
    assert (git(clone, "status", "--porcelain"), git(clone, "rev-parse", "HEAD")) == ("", before)


def test_changes_that_are_not_committed_are_no_part_of_a_release(clone: Path) -> None:
    (clone / "new").touch()
    problems = list(problems_of(clone, next_patch()))
    (clone / "new").unlink()
    assert problems == ["there are changes that are not committed: git status"]


def test_a_release_is_made_as_the_page_says(clone: Path) -> None:
    version = next_patch()
    unreleased = changelog.section((clone / "CHANGELOG.md").read_text(encoding="utf-8"), "Unreleased")

    follow("releases.md", clone, {"<version>": version})

    assert set(places.read(clone).values()) == {version}
    log = (clone / "CHANGELOG.md").read_text(encoding="utf-8")
    assert changelog.section(log, "Unreleased") == ""
    assert changelog.section(log, version) == unreleased
    assert git(clone, "status", "--porcelain") == ""
    assert git(clone, "show", "--format=%s", "--name-only", "HEAD").split("\n")[0] == f"Flaskport {version}"
    assert set(git(clone, "diff", "--name-only", "HEAD~1").split()) == {"CHANGELOG.md", *places.read(clone)}
    assert git(clone, "cat-file", "-t", f"v{version}") == "tag\n"
    assert git(clone, "tag", "--list", "--format=%(contents)", f"v{version}").strip() == (
        f"Flaskport {version}\n\n{unreleased}"
    )
    assert changelog.section(log, version) + "\n" == (clone / f"build/release/{version}.md").read_text(encoding="utf-8")
    assert sorted(path.name for path in (clone / "build/release").iterdir()) == [
        f"{version}.md",
        *(f"flaskport-{version}.{ending}" for ending in ("cdx.json", "sha256", "tgz")),
    ]
    looks_at_what_goes_with_it(clone / "build/release", version)
    complaint = main(clone, version) or ""
    assert f"there is a tag v{version} already." in complaint
    assert "no entries under" in complaint
    notices_what_has_gone(clone, version)


def notices_what_has_gone(clone: Path, before: str) -> None:
    codes, log = clone / "docs/reference/codes.md", clone / "CHANGELOG.md"
    text = codes.read_text(encoding="utf-8")
    codes.write_text(text.replace("| 400 | `bad_request` |", "| 422 | `bad_request` |"), encoding="utf-8")
    text = log.read_text(encoding="utf-8").replace("## Unreleased\n", f"## Unreleased\n\n{NEW}\n")
    log.write_text(text, encoding="utf-8")
    commit(clone, "Another status")
    major, minor, patch = changelog.numbers(before)
    version = f"{major}.{minor}.{patch + 1}"
    said = f"docs/reference/codes.md names 400 | `bad_request` no more, since v{before}: say so under Removed, or in an"
    assert list(problems_of(clone, version)) == [f"{said} entry that begins with **Breaking**."]
    log.write_text(text.replace("- Something.", "- **Breaking:** something."), encoding="utf-8")
    commit(clone, "Said")
    least = f"{major + 1}.0.0" if major else f"0.{minor + 1}.0"
    told = f"{version} is too little for what has changed: it has to be {least} at least."
    assert list(problems_of(clone, version)) == [told]


def looks_at_what_goes_with_it(folder: Path, version: str) -> None:
    bill = (folder / f"flaskport-{version}.cdx.json").read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None
    listed = json.loads(bill)
    assert listed["metadata"]["component"]["version"] == version
    scopes = {row["name"]: row.get("scope", "required") for row in listed["components"]}
    assert (scopes["flask"], scopes["granian"], scopes["opentelemetry-sdk"]) == ("required", "optional", "optional")
    assert scopes.keys() >= {"flaskport", "swagger-ui-dist"}
    assert scopes.keys().isdisjoint({"pytest", "ruff"})
    packed = folder / f"flaskport-{version}.tgz"
    with tarfile.open(packed) as tar:
        package = tar.extractfile("package/package.json")
        assert package is not None
        assert json.load(package)["version"] == version
        assert "package/flaskport.js" in tar.getnames()
    sums = dict(line.split()[::-1] for line in (folder / f"flaskport-{version}.sha256").read_text().splitlines())
    assert sums[packed.name] == hashlib.sha256(packed.read_bytes()).hexdigest()
    assert len(sums) == 2
