"""What a release is made of, for machines: one CycloneDX list. ``python -m releasing.bill`` writes build/sbom.json.

``make run`` installs requirements.txt; of the other two an operator installs what they want, so those are "optional".
The browser client depends on nothing. Swagger UI is shipped as it was published.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from releasing import places

Row = dict[str, Any]
INSTALLED = "requirements.txt"
ON_DEMAND = ("requirements-granian.txt", "requirements-otel.txt")
PINNED = re.compile(r"^([a-z0-9-]+)(?:\[\S+\])?==", re.MULTILINE)
MIT = [{"license": {"id": "MIT"}}]
SWAGGER = "app/static/vendor/swagger-ui/README.md"
LIST = ("-m", "cyclonedx_py", "requirements", "--output-reproducible", "--of", "JSON", "-o", "-", "-")


def bill(root: Path) -> Row:
    """The list, for the version that the files say now. The same files make the same bytes."""
    version = places.read(root)[places.SOURCE]
    texts = {name: (root / name).read_text(encoding="utf-8") for name in (INSTALLED, *ON_DEMAND)}
    made = _listed("\n".join(texts.values()))
    rows = [_pinned(row, texts) for row in made["components"]]
    needed = {row["purl"] for row in rows if "scope" not in row}
    rows += [_library(f"pkg:npm/flaskport@{version}", licenses=MIT), _swagger(root)]
    components = [row for _, row in sorted({row["purl"]: row for row in rows}.items())]
    itself = {"bom-ref": "flaskport", "type": "application", "name": "flaskport", "version": version, "licenses": MIT}
    return made | {
        "metadata": made["metadata"] | {"component": itself},
        "components": components,
        "dependencies": [
            {"ref": "flaskport", "dependsOn": sorted(needed)},
            *({"ref": row["bom-ref"]} for row in components),
        ],
    }


def write(root: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(json.dumps(bill(root), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _listed(text: str) -> Row:
    done = subprocess.run([sys.executable, *LIST], input=text, check=True, capture_output=True, text=True)
    made: Row = json.loads(done.stdout)
    return made


def _pinned(row: Row, texts: Mapping[str, str]) -> Row:
    """A package as we say it: with the file that pins it in place of the line, whose hashes stand there already."""
    where = next(name for name, text in texts.items() if row["name"] in PINNED.findall(text))
    scope = {"scope": "optional"} if where in ON_DEMAND else {}
    return row | {"bom-ref": row["purl"], "description": f"pinned in {where}", **scope}


def _swagger(root: Path) -> Row:
    said = (root / SWAGGER).read_text(encoding="utf-8")
    found = re.search(r"([\d.]+\d), unchanged, as published in the npm package `(\S+)`", said)
    if found is None:
        raise places.Unclear(f"{SWAGGER} does not say which version of which package is there.")
    return _library(f"pkg:npm/{found[2]}@{found[1]}", licenses=[{"license": {"id": "Apache-2.0"}}])


def _library(purl: str, **more: Any) -> Row:
    name, version = purl.removeprefix("pkg:npm/").split("@")
    return {"bom-ref": purl, "type": "library", "name": name, "version": version, "purl": purl, **more}


if __name__ == "__main__":
    write(Path.cwd(), Path("build/sbom.json"))
