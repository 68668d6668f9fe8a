"""The pages of the site, from the Markdown that readers of the repository have, which knows no generator.

Each page of docs/ is one, and so is whatever else is written in Markdown and linked from one: a feature's README, the
changelog. A link to another kind of file leads to a copy of it. A list under ``<!-- contents -->`` says which pages
stand beneath the page that it is on, in which order: that is the table of contents, and there is no other.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

CONTENTS = "<!-- contents -->\n"
_FENCE = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<=\]\()(?!\w+:|//|#)(?P<path>[^)\s#]+)(?P<anchor>#[^)\s]*)?(?=\))")
_IMAGE = re.compile(r'(?<=src="|set=")(?!\w+:)(?P<path>[^"]+)(?P<anchor>)(?=")')
_NAMED = re.compile(r"\[(?:[\w.-]+/)*[\w-]+\.md\](?=\((?!\w+:)(?P<path>[^)\s#]+\.md)(?:#[^)]*)?\))")
"""A link that says the name of a file: in the site it says the title."""
_ENTRY = re.compile(r"^(?:- \[|\| \[)[^\]]*\]\((?P<path>[^)#]+\.md)\)", re.MULTILINE)
_LISTED = re.compile(r"(?:^(?:[-|]| {2,}\S).*\n)+", re.MULTILINE)


class NoSuchFile(Exception):
    """A page links to something that is not in the repository."""


class Pages:
    """Writes the pages of the repository in ``root`` into ``target``, as Sphinx reads them."""

    def __init__(self, root: Path, target: Path) -> None:
        self.root = root
        self.target = target
        self._waiting = sorted((root / "docs").rglob("*.md"))
        self._written: set[Path] = set()

    def write(self) -> None:
        while self._waiting:
            path = self._waiting.pop()
            if path not in self._written:
                self._written.add(path)
                self._write(page_of(path.relative_to(self.root)), self._page(path))
        wanted = {self.target / page_of(path.relative_to(self.root)) for path in self._written}
        for old in set(self.target.rglob("*.md")) - wanted:
            old.unlink()
        images = self.root / "docs/images"
        if images.exists():
            shutil.copytree(images, self.target / "images", dirs_exist_ok=True)

    def _page(self, path: Path) -> str:
        if path.is_dir():
            return self._folder(path)
        text = path.read_text(encoding="utf-8")
        return with_contents(outside_code(text, lambda part: self._relinked(path, part)))

    def _folder(self, path: Path) -> str:
        """A page for a folder without a README, which says what is in it."""
        here = path.relative_to(self.root)
        page = page_of(here)
        lines = [f"- [{each.relative_to(path)}]({self._way(page, each)})\n" for each in kept(self.root, path)]
        return f"---\norphan: true\n---\n# {here}\n\n{''.join(lines)}"

    def _relinked(self, path: Path, text: str) -> str:
        here = page_of(path.relative_to(self.root))

        def led(found: re.Match[str]) -> str:
            linked = Path(os.path.normpath(path.parent / found["path"]))
            return f"{self._way(here, linked, path)}{found['anchor'] or ''}"

        def titled(found: re.Match[str]) -> str:
            linked = path.parent / found["path"]
            return f"[{title_of(linked)}]" if linked.exists() else found[0]

        return _IMAGE.sub(led, _LINK.sub(led, _NAMED.sub(titled, text)))

    def _way(self, page: PurePosixPath, linked: Path, of: Path | None = None) -> str:
        """How one gets from a page to a file of the repository."""
        if not linked.exists() or not linked.is_relative_to(self.root):
            raise NoSuchFile(f"{of and of.relative_to(self.root)} links to {linked}, and nothing is there.")
        if linked.is_dir() and (linked / "README.md").exists():
            linked /= "README.md"
        if linked.is_dir() or linked.suffix == ".md":
            self._waiting.append(linked)
            return os.path.relpath(page_of(linked.relative_to(self.root)), page.parent)
        if linked.is_relative_to(self.root / "docs/images"):
            return os.path.relpath(linked.relative_to(self.root / "docs"), page.parent)
        copy = self.target / "files" / linked.relative_to(self.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(linked, copy)
        return os.path.relpath(copy.relative_to(self.target), page.parent)

    def _write(self, page: PurePosixPath, text: str) -> None:
        """What has not changed stays as it was, and is not read anew."""
        path = self.target / page
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def kept(root: Path, folder: Path) -> list[Path]:
    """The files of a folder that are the repository's: a ``.env`` that lies among them is nobody else's business."""
    if not (root / ".git").exists():  # a release that was exported has no others
        return sorted(each for each in folder.rglob("*") if each.is_file())
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", str(folder)], cwd=root, check=True, capture_output=True, text=True
    ).stdout
    return sorted(root / name for name in listed.split("\0") if name and (root / name).is_file())


def title_of(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")


def page_of(path: Path) -> PurePosixPath:
    """Where the page of a file stands in the site: ``app/features/totp/README.md`` is ``features/totp.md``."""
    parts = PurePosixPath(path)
    if parts.is_relative_to("docs"):
        page = parts.relative_to("docs")
        return page.with_name("index.md") if page.name == "README.md" else page
    if parts == PurePosixPath("README.md"):
        return PurePosixPath("index.md")
    if parts.suffix != ".md":
        return PurePosixPath("folders", f"{parts}.md")
    if parts.parent == PurePosixPath("."):
        return PurePosixPath("project", parts.name.lower())
    if parts.is_relative_to("app/features"):
        parts = parts.relative_to("app")
    return parts.parent.with_suffix(".md") if parts.name == "README.md" else parts


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """The text with what is no code changed."""
    parts, end = [], 0
    for code in _FENCE.finditer(text):
        parts += [change(text[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*parts, change(text[end:])])


def entries(text: str) -> Iterator[tuple[str, list[str]]]:
    """Every list or table under ``<!-- contents -->``, and the pages that its lines begin with."""
    for part in text.split(CONTENTS)[1:]:
        found = _LISTED.match(part)
        yield (found[0] if found else ""), _ENTRY.findall(found[0] if found else "")


def with_contents(text: str) -> str:
    """The page with each of its lists of contents said to Sphinx, too."""
    for listed, pages in entries(text):
        tree = "\n".join(["```{toctree}", ":hidden:", "", *(page.removesuffix(".md") for page in pages), "```"])
        shown = "{.cards}\n" if listed.startswith("-") else ""
        text = text.replace(f"{CONTENTS}{listed}", f"{shown}{listed}\n{tree}\n", 1)
    return text
