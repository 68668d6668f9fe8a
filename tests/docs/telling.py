"""What documents tell their readers to type, and which test does it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.docs.snippets import ROOT

FOLLOWED = {
    "CONTRIBUTING.md": "tests/docs/test_releases.py",
    "docs/adding-a-feature.md": "tests/docs/test_following.py",
    "docs/audit.md": "tests/docs/test_audit.py",
    "docs/deploy.md": "tests/deploy/test_guide.py",
    "docs/limits.md": "tests/docs/test_limits.py",
    "docs/mail.md": "tests/docs/test_mail.py",
    "docs/releases.md": "tests/docs/test_releases.py",
    "docs/secrets.md": "tests/docs/test_secrets.py",
    "docs/signing-keys.md": "tests/docs/test_signing_keys.py",
    "docs/start.md": "tests/docs/test_tutorials.py",
    "docs/trpc.md": "tests/docs/test_following.py",
    "docs/tutorial-react.md": "tests/docs/test_tutorials.py",
    "docs/upgrading.md": "tests/docs/test_upgrading.py",
    "docs/writing-a-strategy.md": "tests/docs/test_following.py",
}
"""Documents of which a test does each block of commands, settings and changes (sh, ini, diff); examples are others."""
EXAMPLES = "tests/examples/test_every_example.py"

OF_IMPORTS = "tests/docs/test_moving_in.py::test_its_imports_go_as_they_stand_there"
OF_PASSPORT = "tests/docs/test_coming_from_passport.py::test_every_answer_is_that_of_a_running_server"
TOUR = "tests/docs/test_readme.py::test_the_tour_with_curl_goes_as_it_says"
OF_NODE = "tests/interop/test_node.py"
PICKED = {
    "README.md": {
        "make run ": "tests/docs/test_following.py::test_the_server_of_the_copy_answers_as_the_documents_say",
        "# Register.": TOUR,
        "flask users ban eve@example.com": "tests/docs/test_readme.py::test_a_ban_is_made_as_it_says",
        "flask users create|": "tests/docs/test_readme.py::test_every_command_that_is_listed_is_there",
        "flask worker ": "tests/docs/test_readme.py::test_what_serves_is_what_the_units_start",
    },
    "docs/coming-from-passport.md": {
        "curl -i localhost:8000/auth/register": OF_PASSPORT,
        "curl -i -c jar localhost:8000/auth/login": OF_PASSPORT,
        '"grant_type": "password"': OF_PASSPORT,
        "curl -b jar localhost:8000/api/profile": OF_PASSPORT,
        "curl -i -b jar -c jar -X POST localhost:8000/auth/refresh": TOUR,
        "JWT_SECRET=your-": (
            "tests/docs/test_coming_from_passport.py::test_the_guides_own_secrets_are_refused_in_the_words_of_the_document"
        ),
        "EXTERNAL_JWT_ALGORITHM=HS256": "tests/interop/test_side_by_side.py::test_the_documents_settings_are_settings",
        "$EXPRESS_TOKEN": f"{OF_NODE}::test_side_by_side_a_token_of_either_server_opens_both",
        "EXTERNAL_JWT_ALGORITHM=RS256": f"{OF_NODE}::test_a_gateway_in_node_is_trusted_by_its_jwks_address",
    },
    "docs/moving-in.md": {"flask users import --from": OF_IMPORTS, "flask users export": OF_IMPORTS},
    "docs/signing-keys.md": {
        "flask signing-keys import": (
            "tests/sessions/test_key_table.py::test_key_files_are_taken_in_so_that_what_they_signed_stays_good"
        ),
    },
    "docs/writing-a-strategy.md": {
        "$ curl": "tests/docs/test_following.py::test_the_server_of_the_copy_answers_as_the_documents_say",
    },
    "docs/demo.md": {
        "$ make demo": "tests/demo/test_serving.py::test_the_server_starts_on_what_was_filled_and_ends_with_the_demo",
        "$ make screenshots": "tests/demo/test_taking_pictures.py::test_a_picture_is_taken_of_a_page_of_somebodys",
    },
    "docs/granian.md": {
        "$ make run SERVER=granian": "tests/docs/test_readme.py::test_make_starts_the_server_that_is_named",
        "granian_server.py": "tests/granian/test_behind_nginx.py::test_no_request_is_lost_at_a_reload",
    },
    "docs/observability.md": {
        "TRACES_URL=": "tests/features/traces/test_traces.py::test_a_request_is_a_span_with_its_statements_below",
    },
}
"""Other blocks, by something that stands in each, and the test that does what it says."""
NOT_DONE = {
    "benchmarks/peers/README.md": {"make bench PEERS=1": "It measures for minutes."},
    "docs/benchmarks.md": {"make bench": "It measures for minutes."},
    "docs/coming-from-passport.md": {"npm install passport": "The Express guide's own words, to compare with."},
    "docs/deploy.md": {"docker compose up": "It wants Docker and a host on the net; tests/deploy runs the files."},
    "docs/releases.md": {"git push origin main": "It publishes."},
}
"""Blocks that no test does, and why not. Add to it only what no machine of tests can do."""

COMMANDS = {"sh", "bash", "shell", "console"}
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_PROGRAM = re.compile(
    r"^\s*(?:[$#] )?(?:\w+=\S+ )*(?:\.venv/bin/|flask |make |curl |npm |npx |python3? |git |docker )", re.M
)
ELSEWHERE = {"vendor", "node_modules", "reference", "build"}


@dataclass(frozen=True)
class Block:
    document: str
    language: str
    text: str

    @property
    def is_followed(self) -> bool:
        """By a test that goes through all of its document."""
        followed = self.document in FOLLOWED or self.document.startswith("examples/")
        return followed and self.language in {"sh", "ini", "diff"}

    def lines(self) -> list[str]:
        """Its commands, without what is said beside them and what they print."""
        found = [line.partition("  #")[0].strip() for line in self.text.replace("\\\n", " ").splitlines()]
        if self.language == "console":
            found = [line[2:] for line in found if line.startswith(("$ ", "# "))]
        return [line for line in found if line and not line.startswith("#")]


def documents() -> list[Path]:
    """All of this repository's own Markdown."""
    found = (
        *ROOT.glob("*.md"),
        *(path for top in ("app", "benchmarks", "docs", "examples") for path in (ROOT / top).rglob("*.md")),
    )
    return sorted(path for path in found if not ELSEWHERE & set(path.relative_to(ROOT).parts))


def blocks_of_commands() -> Iterator[Block]:
    """Those that say so, and those that begin a line with a program of ours."""
    for path in documents():
        for language, text in _FENCE.findall(path.read_text(encoding="utf-8")):
            if language in COMMANDS or (not language and _PROGRAM.search(text)):
                yield Block(str(path.relative_to(ROOT)), language, text)
