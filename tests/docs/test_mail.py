"""docs/mail.md: its settings start, its templates are ours, its commands and forms of MAIL_URL are there."""

from __future__ import annotations

import re

from flask import Flask

from app.core.mail.settings import Settings, way_of
from config import ROOT
from tests.docs.snippets import fenced
from tests.variables import read

TEXT = (ROOT / "docs" / "mail.md").read_text(encoding="utf-8")


def test_the_settings_are_good_ones_for_production() -> None:
    (block,) = [text for language, text in fenced("mail.md") if language == "ini"]
    variables = dict(line.split("=", 1) for line in block.splitlines() if line)
    assert (
        list(
            Settings.read({k: v for k, v in variables.items() if k.startswith("MAIL_")}).beside(
                read(APP_ENV="production", PUBLIC_URL=variables["PUBLIC_URL"])
            )
        )
        == []
    )


def test_each_form_of_mail_url_is_one() -> None:
    section = TEXT.partition("| `MAIL_URL` | is |")[2].partition("\n\n")[0]
    forms = re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)
    assert len(forms) == 6
    assert None not in [way_of("MAIL_URL", form) for form in forms]


def test_the_templates_are_those_that_are_shipped() -> None:
    text, html = (text for language, text in fenced("mail.md") if language == "jinja")
    for kind, shown in (("txt", text), ("html", html)):
        assert shown.strip() == (ROOT / "app" / "templates" / "mails" / f"test.{kind}").read_text().strip()


def test_its_commands_are_there(app: Flask) -> None:
    named = {tuple(line.split()[:2]) for line in re.findall(r"`flask ([a-z ]+)", TEXT)}
    groups: dict[str, object] = dict(app.cli.commands)
    for first, *rest in named:
        assert first in groups
        for name in rest:
            assert name in getattr(groups[first], "commands", {}), (first, name)
