"""``make docs``: the site of what is checked out; ``make docs TAGS=1``: beside it that of every release."""

from __future__ import annotations

import sys
from pathlib import Path

from docsite.build import Failed, build

ROOT = Path(__file__).resolve().parent.parent

if __name__ == "__main__":
    try:
        build(ROOT, ROOT / "build/site", tags="--tags" in sys.argv[1:])
    except Failed as error:
        sys.exit(str(error))
