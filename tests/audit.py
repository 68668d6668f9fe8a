"""``make audit``: pip-audit over what is pinned; where no advisory service is reachable, says so aloud."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [
    *(sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format", "json"),
    *("--progress-spinner", "off", "--timeout", "5", "-r", "requirements.txt"),
]


def main() -> int:
    done = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        dependencies = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        sys.stdout.write("audit: no advisory service answered, so known vulnerabilities were NOT looked up\n")
        return 0
    skipped = [d["name"] for d in dependencies if "skip_reason" in d]
    vulnerable = [d for d in dependencies if d.get("vulns")]
    for dependency in vulnerable:
        ids = ", ".join(vulnerability["id"] for vulnerability in dependency["vulns"])
        sys.stdout.write(f"audit: {dependency['name']} {dependency['version']}: {ids}\n")
    if skipped:
        sys.stdout.write(f"audit: {len(skipped)} packages could NOT be looked up: {', '.join(skipped)}\n")
    sys.stdout.write(f"audit: {len(dependencies) - len(skipped)} packages looked up, {len(vulnerable)} bad\n")
    return 1 if vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
