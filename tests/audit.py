"""``make audit``: pip-audit over what is pinned, npm audit over what tests and benchmarks run beside it.

Where no advisory service is reachable, it says so aloud.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [
    *(sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format", "json"),
    *("--progress-spinner", "off", "--timeout", "5", "-r", "requirements.txt"),
    *("-r", "requirements-granian.txt", "-r", "requirements-otel.txt"),
]
NPM = ("npm", "audit", "--package-lock-only", "--json")
ELSEWHERE = "node_modules"
NOTHING_CHECKED = """
****************************************************************************
**  NOTHING WAS CHECKED: no advisory service answered.                    **
**  Whether a dependency has a known vulnerability is not known.          **
**  Run "make audit" again from a machine that reaches https://pypi.org.  **
****************************************************************************
"""


def main() -> int:
    done = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, check=False)
    failed, told = judge(done.stdout)
    if told == NOTHING_CHECKED and done.returncode:
        sys.stderr.writelines(f"pip-audit: {line}\n" for line in done.stderr.strip().splitlines()[-1:])
    sys.stderr.write(told)
    for lock in sorted(ROOT.glob("*/**/package-lock.json")):
        if ELSEWHERE not in lock.parts:
            sys.stderr.write(f"audit: {lock.relative_to(ROOT)}: {_npm(lock.parent)}\n")
    return int(failed)


def _npm(folder: Path) -> str:
    if not shutil.which("npm"):
        return judge_npm("")
    return judge_npm(subprocess.run(NPM, cwd=folder, capture_output=True, text=True, check=False).stdout)


def judge_npm(answer: str) -> str:
    """What to say, from npm's JSON. It fails nothing: the application runs none of these packages."""
    try:
        found = json.loads(answer)
        vulnerable, looked_up = found["vulnerabilities"], found["metadata"]["dependencies"]["total"]
    except (ValueError, KeyError):
        return "NOTHING WAS CHECKED: no advisory service answered"
    names = "".join(f"; {name}: {one['severity']}" for name, one in sorted(vulnerable.items()))
    return f"{looked_up} packages looked up, {len(vulnerable)} bad{names}"


def judge(answer: str) -> tuple[bool, str]:
    """Whether something that is known to be bad is pinned, and what to say, from pip-audit's JSON.

    Without an answer nothing is known to be bad: a machine that is offline by intent still gets through ``make check``.
    """
    try:
        dependencies: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        return False, NOTHING_CHECKED
    skipped = [d["name"] for d in dependencies if "skip_reason" in d]
    looked_up = len(dependencies) - len(skipped)
    if not looked_up:
        return False, NOTHING_CHECKED
    vulnerable = [d for d in dependencies if d.get("vulns")]
    lines = [
        f"audit: {d['name']} {d['version']}: {', '.join(vulnerability['id'] for vulnerability in d['vulns'])}"
        for d in vulnerable
    ]
    if skipped:
        lines.append(f"audit: {len(skipped)} packages could NOT be looked up: {', '.join(skipped)}")
    lines.append(f"audit: {looked_up} packages looked up, {len(vulnerable)} bad")
    return bool(vulnerable), "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
