"""``python -m releasing 1.2.3``, in a clean checkout: looks, writes, commits and tags. It publishes nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from app.core.version import series_of
from releasing import bill, changelog, kept, places

CHANGELOG = "CHANGELOG.md"
SECURITY = "SECURITY.md"
BUILT = "build/release"
NEXT = """\
Flaskport {version} is committed and tagged v{version} here, and nowhere else. Look at it: git show v{version}
Its page and what goes with it are in {built}. docs/releases.md says how it is published; to take it back before that:
git tag --delete v{version} && git reset --hard HEAD~1
"""


def main(root: Path, version: str) -> str | None:
    """A complaint, or None."""
    problems = list(problems_of(root, version))
    if problems:
        return "".join(f"release: {each}\n" for each in problems) + "Nothing was changed.\n"
    before = git(root, "rev-parse", "HEAD")
    try:
        make(root, version)
    except subprocess.CalledProcessError as error:  # a hook, a key to sign with, npm: it has said why
        git(root, "reset", "--quiet", "--hard", before)  # nothing is lost: all was committed
        return f"release: {' '.join(error.cmd[:2])} has failed.\nNothing was changed.\n"
    sys.stdout.write(NEXT.format(version=version, built=BUILT))
    return None


def make(root: Path, version: str) -> None:
    """Write, build, commit and tag. Raises CalledProcessError."""
    body = changelog.section((root / CHANGELOG).read_text(encoding="utf-8"), "Unreleased")
    changed = write(root, version)
    build(root, version, body)
    git(root, "add", "--", *changed)
    git(root, "commit", "--quiet", "--message", f"Flaskport {version}")
    # Verbatim: lines that begin with # are headings here, and no comments.
    message = f"Flaskport {version}\n\n{body}\n"
    git(root, "tag", "--annotate", "--cleanup=verbatim", "--message", message, f"v{version}")


def problems_of(root: Path, version: str) -> Iterator[str]:
    """Why this cannot be released."""
    try:
        wanted = changelog.numbers(version)
    except ValueError:
        yield f"{version!r} is no version: make release VERSION=1.2.3"
        return
    if git(root, "status", "--porcelain"):
        yield "there are changes that are not committed: git status"
    if git(root, "tag", "--list", f"v{version}"):
        yield f"there is a tag v{version} already."
    body = changelog.section((root / CHANGELOG).read_text(encoding="utf-8"), "Unreleased")
    yield from changelog.problems_of(body)
    before = git(root, "tag", "--list", "v[0-9]*", "--merged", "HEAD", "--sort=-version:refname").split()
    least = changelog.least(before[0][1:], body) if before else places.read(root)[places.SOURCE]
    for each in kept.gone(root, lambda path: file_of(root, before[0], path)) if before else ():
        if not changelog.is_breaking(body):
            yield f"{each}, since {before[0]}: say so under Removed, or in an entry that begins with **Breaking**."
    if wanted < changelog.numbers(least):
        yield f"{version} is too little for what has changed: it has to be {least} at least."
    if f"| {series_of(version)} |" not in (root / SECURITY).read_text(encoding="utf-8"):
        yield f"{SECURITY} does not say how long {series_of(version)} gets security fixes: give it a line of the table."
    if shutil.which("npm") is None:
        yield "npm is not here, and packs the browser client."


def write(root: Path, version: str) -> list[str]:
    """Put the version everywhere. Answers which files have changed."""
    path = root / CHANGELOG
    day = dt.datetime.now(dt.UTC).date().isoformat()
    path.write_text(changelog.released(path.read_text(encoding="utf-8"), version, day), encoding="utf-8")
    places.write(root, version)
    return git(root, "diff", "--name-only").splitlines()


def build(root: Path, version: str, body: str) -> None:
    """The page, the list of what is in it, the npm package, and the sums of these."""
    folder = root / BUILT
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{version}.md").write_text(f"{body}\n", encoding="utf-8")
    bill.write(root, folder / f"flaskport-{version}.cdx.json")
    pack = ("npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", str(folder.resolve()))
    subprocess.run(pack, cwd=root / places.CLIENT, check=True, stdout=subprocess.DEVNULL)
    files = [folder / f"flaskport-{version}.{ending}" for ending in ("cdx.json", "tgz")]
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / f"flaskport-{version}.sha256").write_text("".join(sums), encoding="utf-8")


def file_of(root: Path, tag: str, path: str) -> str:
    """As it was in a release; empty where that had none."""
    return git(root, "show", f"{tag}:{path}") if git(root, "ls-tree", tag, "--", path) else ""


def git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(Path.cwd(), sys.argv[1] if len(sys.argv) == 2 else ""))
