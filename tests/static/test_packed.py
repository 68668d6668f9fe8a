"""What npm shows and installs of app/static: exactly these files, entry points that lead somewhere, a licence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests import node
from tests.docs.snippets import ROOT
from tests.static.packaged import PACKAGE, STATIC, FrontEnd

ALWAYS = {"package.json", "README.md", "LICENSE"}
"""npm takes these by itself."""
SHOWN = re.compile("<output>(.*?)</output>")
_IMPORTED = re.compile(r'from "\./([\w.-]+)"')


def reached() -> set[str]:
    """What the entry points name, and what that imports."""
    found = [path.removeprefix("./") for entry in PACKAGE["exports"].values() for path in paths_of(entry)]
    for name in found:
        more = _IMPORTED.findall((STATIC / name).read_text(encoding="utf-8")) if name.endswith(".js") else []
        found += [other for other in more if other not in found]
    return set(found)


def paths_of(entry: str | dict[str, str]) -> list[str]:
    return [entry] if isinstance(entry, str) else list(entry.values())


def test_the_tarball_holds_what_its_entry_points_reach_and_nothing_else(installed: Path) -> None:
    packed = set(json.loads((installed / "flaskport.made").read_text(encoding="utf-8")))

    assert packed == reached() | ALWAYS
    assert packed == {*PACKAGE["files"], *ALWAYS}


def test_it_may_be_published_and_needs_nothing(installed: Path) -> None:
    assert "private" not in PACKAGE
    assert "dependencies" not in PACKAGE
    assert "scripts" not in PACKAGE
    assert PACKAGE["peerDependenciesMeta"] == {name: {"optional": True} for name in PACKAGE["peerDependencies"]}
    assert (STATIC / "LICENSE").read_text(encoding="utf-8") == (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_publint_has_nothing_to_say(installed: Path) -> None:
    done = node.run(installed, "node_modules/.bin/publint", "--strict", "node_modules/flaskport", **node.home())

    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "All good!")


USES = """import { createClient, type Client } from "flaskport";
import type { AppRouter } from "flaskport/app-router";
import { FlaskportProvider, useSession as useReact } from "flaskport/react";
import { flaskport, useSession as useVue } from "flaskport/vue";
export const all: [() => Client, typeof FlaskportProvider, typeof useReact, typeof flaskport, typeof useVue] =
  [createClient, FlaskportProvider, useReact, flaskport, useVue];
export type Router = AppRouter;
"""


def test_every_entry_point_has_types_for_node_as_well(installed: Path) -> None:
    """Node asks for more than bundlers do, for which the front end below is compiled."""
    (installed / "uses.mts").write_text(USES, encoding="utf-8")
    command = (
        "node_modules/.bin/tsc",
        *("--strict", "--noEmit", "--target", "es2022", "--lib", "es2022,dom,dom.iterable,esnext.disposable"),
        *("--types", "", "--module", "nodenext", "uses.mts"),
    )

    assert node.run(installed, *command).stdout == ""


OLDEST = {"react": "./node_modules/@types/react-oldest", "vue": "./node_modules/vue-oldest"}
"""The oldest that the package says it goes with."""


def test_the_hooks_have_types_beside_the_oldest_react_and_vue_as_well(installed: Path) -> None:
    oldest = {name: version.removeprefix(">=") for name, version in PACKAGE["peerDependencies"].items()}
    for name, folder in OLDEST.items():
        there = json.loads((installed / folder / "package.json").read_text(encoding="utf-8"))["version"]
        assert there.startswith(f"{oldest[name]}."), name
    options = {
        "strict": True,
        "noEmit": True,
        "target": "es2022",
        "lib": ["es2022", "dom", "dom.iterable"],
        "types": [],
        "module": "esnext",
        "moduleResolution": "bundler",
        "paths": {name: [folder] for name, folder in OLDEST.items()},
    }
    uses = """import { createApp } from "vue";
import { createClient } from "flaskport";
import { FlaskportProvider } from "flaskport/react";
import { flaskport } from "flaskport/vue";
createApp({}).use(flaskport(createClient(), { user: null }));
export const provider: typeof FlaskportProvider = FlaskportProvider;
"""
    (installed / "oldest.ts").write_text(uses, encoding="utf-8")
    project = installed / "oldest.json"
    project.write_text(json.dumps({"compilerOptions": options, "files": ["oldest.ts"]}), encoding="utf-8")

    said = node.run(installed, "node_modules/.bin/tsc", "--project", str(project)).stdout.splitlines()
    assert [line for line in said if line.startswith(("oldest.ts", "node_modules/flaskport/"))] == []  # not theirs


def test_a_front_end_with_the_hooks_is_right_under_strict_typescript(installed: Path, front_end: FrontEnd) -> None:
    done = node.run(installed, "node_modules/.bin/tsc", "--project", "front_end")

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("framework", ["react", "vue"])
def test_a_server_renders_who_is_signed_in_where_it_asked_and_else_that_nobody_knows(
    front_end: FrontEnd, framework: str
) -> None:
    said = {found: set(SHOWN.findall(html)) for found, html in front_end.rendered[framework].items()}

    assert said == {"unknown": {"loading"}, "ada": {"ada@example.com"}, "nobody": {"nobody"}}
