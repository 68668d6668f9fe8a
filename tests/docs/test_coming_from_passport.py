"""docs/coming-from-passport.md: our side of it stands in the files that it names, and answers as it says."""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import jwt
import pytest
import requests
import time_machine
from flask import Flask

from app import accounts
from app.core.config import Config
from config import ConfigError
from tests.client import PASSWORD
from tests.docs.snippets import ROOT, blocks, fenced
from tests.server import SECONDS, Server

DOCUMENT = "coming-from-passport.md"
TEXT = (ROOT / "docs" / DOCUMENT).read_text(encoding="utf-8")
OF_A_FILE = re.findall(r"^`([\w/.]+\.py)`:\n\n```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
OPTIONS = {"-H", "-d", "-X", "-b", "-c"}


def answered_commands() -> list[tuple[str, str]]:
    """A curl command, and what the document says is answered."""
    found = fenced(DOCUMENT)
    pairs = [(sent, told) for (kind, sent), (after, told) in pairwise(found) if (kind, after) == ("sh", "text")]
    lines = [(line, told) for sent, told in pairs for line in sent.replace("\\\n", " ").splitlines()]
    return [(line, told) for line, told in lines if line.startswith("curl") and "$" not in line]


def without_comments(code: str) -> list[str]:
    return [line.partition("  #")[0].strip() for line in code.splitlines()]


@pytest.mark.parametrize(("path", "snippet"), OF_A_FILE, ids=[path for path, _ in OF_A_FILE])
def test_our_code_stands_in_the_file_that_is_named(path: str, snippet: str) -> None:
    lines = without_comments((ROOT / path).read_text(encoding="utf-8"))
    at = 0
    for line in without_comments(snippet):
        assert line in lines[at:], f"{path} has no line (any more, or here): {line}"
        at += lines[at:].index(line) + 1


def test_no_code_of_ours_is_without_its_file() -> None:
    others = [block for block in blocks(DOCUMENT, "python") if block not in {snippet for _, snippet in OF_A_FILE}]
    assert [block.split("\n")[0][:20] for block in others] == [">>> accounts.generat", '"""import_users.py: ']


def answer_to(command: str, url: str, person: requests.Session) -> str:
    """What curl prints with ``-i``: the status, the body, and the cookies that are set."""
    words = shlex.split(command, comments=True)
    options = [(word, words[at + 1]) for at, word in enumerate(words) if word in OPTIONS]
    given = dict(options)
    sender = person if given.keys() & {"-b", "-c"} else requests.Session()
    headers = dict(value.split(": ", 1) for option, value in options if option == "-H")
    [path] = [word.removeprefix("localhost:8000") for word in words if word.startswith("localhost:8000")]
    method = given.get("-X", "POST" if "-d" in given else "GET")
    body = given["-d"].encode() if "-d" in given else None
    answer = sender.request(method, url + path, data=body, headers=headers, timeout=SECONDS)
    cookies = [value for name, value in answer.raw.headers.items() if name == "Set-Cookie"]
    return "\n".join([f"{answer.status_code} {answer.text.strip()}", *(f"Set-Cookie: {cookie}" for cookie in cookies)])


def pattern(told: str) -> str:
    """An answer of the document, in which ``…`` and moments stand for any."""
    told = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}-…", "…", told.strip())
    return re.escape(told).replace("…", r'[^"; ]*')


def test_every_answer_is_that_of_a_running_server(serve_all: Callable[..., Server]) -> None:
    server, person = serve_all("sqlite"), requests.Session()
    commands = answered_commands()
    assert len(commands) == 4
    for sent, told in commands:
        said = answer_to(sent, server.url, person)
        assert re.fullmatch(pattern(told), said), f"{sent}\nis answered with\n{said}"


@pytest.mark.usefixtures("context")
def test_tokens_are_made_and_hold_what_the_document_says() -> None:
    accounts.register("ada@example.com", PASSWORD)
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False):  # no second ends between the session and its tokens
        made = accounts.generate_tokens(accounts.get("ada@example.com"))
    [console] = [block for block in blocks(DOCUMENT, "python") if block.startswith(">>>")]
    assert re.fullmatch(pattern(console.split("\n")[1].replace("'", '"')), repr(made).replace("'", '"'))
    [block] = blocks(DOCUMENT, "json")
    told: dict[str, Any] = json.loads(block)
    claims = jwt.decode(made.access_token, options={"verify_signature": False})
    assert list(told) == list(claims)
    assert {name for name in told if told[name] == claims[name]} >= {"email", "role", "type", "iss", "aud", "fresh"}


def test_the_guides_own_secrets_are_refused_in_the_words_of_the_document() -> None:
    [block] = [block for block in blocks(DOCUMENT, "sh") if block.startswith("JWT_SECRET=your-")]
    with pytest.raises(ConfigError) as refusal:
        Config.from_env(dict(line.split("=", 1) for line in block.splitlines()))
    said = "".join(f"flaskport: {problem}\n" for problem in refusal.value.problems)
    assert said in blocks(DOCUMENT, "text")


def test_an_unknown_name_is_told_in_the_words_of_the_document(context: Flask) -> None:
    known = ", ".join(sorted({"admin", "staff", "user"}))
    assert f'Unknown role "admn". Registered: {known}. Did you mean "admin"?' in TEXT
    assert {"admin", "staff", "user"} <= accounts.ROLES.keys()
