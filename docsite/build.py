"""A folder for each version, one list of them all, and a page that leads to the newest."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from docsite.pages import NoSuchFile, Pages

RELEASE = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")
LEADS_ON = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Flaskport</title>
<meta http-equiv="refresh" content="0; url={version}/index.html">
<a href="{version}/index.html">Flaskport {version}</a>
</html>
"""


class Failed(Exception):
    """There is no site, and why."""


def build(root: Path, site: Path, *, tags: bool = False) -> None:
    """Build the site of what is checked out in ``root``; with ``tags`` that of each release that is tagged, too.

    Of what is checked out every warning is an error. A release is what it is: its warnings are told, and no more.
    """
    current = version_of(root)
    build_one(root, site / current, current, strict=True)
    for tag in releases(root) if tags else ():
        version = tag.removeprefix("v")
        with tempfile.TemporaryDirectory() as folder:
            export(root, tag, Path(folder))
            if version == current or not (Path(folder) / "docs/index.md").exists():
                continue
            build_one(Path(folder), site / version, version, strict=False)
    versions = [each.name for each in site.iterdir() if RELEASE.fullmatch(each.name)]
    versions.sort(key=_number, reverse=True)
    (site / "versions.json").write_text(json.dumps({"versions": versions}) + "\n", encoding="utf-8")
    (site / "index.html").write_text(LEADS_ON.format(version=current), encoding="utf-8")


def build_one(root: Path, target: Path, version: str, *, strict: bool) -> None:
    """Write the pages of ``root``, and have Sphinx make HTML of them."""
    pages = target.parent.with_name(f"{target.parent.name}-pages") / version  # not within what is put on a server
    try:
        Pages(root, pages).write()
    except NoSuchFile as error:
        raise Failed(str(error)) from error
    done = subprocess.run(  # a process of its own: Sphinx changes what it runs in
        [
            *(sys.executable, "-m", "sphinx", "--quiet", "--builder", "html"),
            *(["--fail-on-warning"] if strict else []),
            *("--conf-dir", str(Path(__file__).parent), "--doctree-dir", f"{pages}.doctrees"),
            *(str(pages), str(target)),
        ],
        env={**os.environ, "DOCSITE_VERSION": version},
        check=False,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise Failed(done.stderr.replace(f"{pages}/", "docs/"))
    sys.stderr.write(done.stderr)
    if (pages / "images").exists():  # of pages that name them in HTML
        shutil.copytree(pages / "images", target / "images", dirs_exist_ok=True)


def version_of(root: Path) -> str:
    with (root / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def releases(root: Path) -> list[str]:
    """The tags that name a release: v1.0.0."""
    printed = subprocess.run(["git", "tag", "--list"], cwd=root, check=True, capture_output=True, text=True).stdout
    return [tag for tag in printed.split() if RELEASE.fullmatch(tag)]


def export(root: Path, tag: str, target: Path) -> None:
    """The files of a release, without a checkout."""
    done = subprocess.run(["git", "archive", tag], cwd=root, check=True, capture_output=True)
    subprocess.run(["tar", "-x", "-C", target], input=done.stdout, check=True)


def _number(version: str) -> tuple[int, ...]:
    found = RELEASE.fullmatch(version)
    return tuple(map(int, found.groups())) if found else ()
