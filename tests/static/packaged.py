"""app/static as what `npm pack` makes of it, installed into a front end: the same for all processes of a test run."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import node
from tests.docs.snippets import ROOT

STATIC = ROOT / "app" / "static"
PACKAGE = json.loads((STATIC / "package.json").read_text(encoding="utf-8"))
HERE = Path(__file__).resolve().parent
OFFLINE = ("--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--offline")


def installed(temporary: pytest.TempPathFactory) -> Path:
    """A folder with the packages of package.json here, and ``flaskport`` from its tarball."""
    folder = node.packages(HERE, temporary)

    def install() -> str:
        packed = node.run(STATIC, "npm", "pack", "--json", "--pack-destination", str(folder), **node.home())
        assert packed.returncode == 0, packed.stderr
        [made] = json.loads(packed.stdout)
        done = node.run(folder, "npm", "install", *OFFLINE, f"./{made['filename']}", **node.home())
        assert done.returncode == 0, done.stdout + done.stderr
        return json.dumps([each["path"] for each in made["files"]])

    node.once(folder, "flaskport", install)
    return folder


@dataclass(frozen=True)
class FrontEnd:
    """The pages of ``front_end/``, as Vite bundles them for developing: what React and Vue have to say, they say."""

    pages: Path
    rendered: dict[str, dict[str, str]]
    """``rendered["react"]["ada"]``: what a server makes of the page where it found Ada signed in."""


def bundled(temporary: pytest.TempPathFactory) -> FrontEnd:
    folder = installed(temporary)
    source = folder / "front_end"

    def bundle() -> str:
        shutil.copytree(HERE / "front_end", source, dirs_exist_ok=True)
        vite = ("../node_modules/.bin/vite", "build", "--minify", "false", "--logLevel", "warn")
        for more in ((), ("--ssr", "server.tsx", "--outDir", "server")):
            done = node.run(source, *vite, *more, NODE_ENV="development")
            assert (done.returncode, done.stdout + done.stderr) == (0, "")
        done = node.run(source, "node", "server/server.js")
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    rendered = json.loads(node.once(folder, "bundled", bundle))
    return FrontEnd(source / "dist", rendered)
