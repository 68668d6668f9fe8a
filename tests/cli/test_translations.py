"""``flask translations``: what it collects, and keeps."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app.core.languages import collecting, folders_of, po
from app.core.languages.choosing import known_to

TEMPLATE = """{{ _("Guests") }}{{ _("Cancel") }}
{% trans count=3 %}{{ count }} guest{% pluralize %}{{ count }} guests{% endtrans %}"""
SCRIPT = """import { t } from "../pages/texts.js";\nt("%(name)s is here.", { name });\n"""


@pytest.fixture
def guestbook(app: Flask, tmp_path: Path) -> Path:
    """A feature's folder with texts, which this app has brought."""
    (tmp_path / "templates" / "guestbook").mkdir(parents=True)
    (tmp_path / "templates" / "guestbook" / "section.html").write_text(TEMPLATE)
    (tmp_path / "static" / "guestbook").mkdir(parents=True)
    (tmp_path / "static" / "guestbook" / "section.js").write_text(SCRIPT)
    (tmp_path / "notes.txt").write_text('{{ _("no template") }}')
    return tmp_path


@pytest.fixture
def files(app: Flask, guestbook: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[Path, str | None]]:
    """``files("it")``: what the command would write for an app of the rooms and the guestbook."""
    monkeypatch.setattr(known_to(app), "folders", [folders_of(app)[0], guestbook])

    def get(*languages: str) -> dict[Path, str | None]:
        return dict(collecting.files(app, languages))

    return get


def test_a_feature_has_its_own_texts_and_not_those_of_the_app(
    files: Callable[..., dict[Path, str | None]], guestbook: Path
) -> None:
    text = files("it")[guestbook / "translations" / "it.po"] or ""

    head, *messages = po.read(text)
    assert {message.ids: message.places for message in messages} == {
        ("%(name)s is here.",): ("static/guestbook/section.js",),
        ("%(count)s guest", "%(count)s guests"): ("templates/guestbook/section.html",),
        ("Guests",): ("templates/guestbook/section.html",),
    }
    assert po.plural_forms(head.strings[0])[0] == len(messages[1].strings)


def test_what_is_translated_stays_and_what_nobody_says_goes(
    files: Callable[..., dict[Path, str | None]], guestbook: Path
) -> None:
    path = guestbook / "translations" / "de.po"
    path.parent.mkdir()
    path.write_text(
        po.write("de", po.ONE_OR_MORE, [po.Message(("Guests",), (), ("Gäste",)), po.Message(("Gone",), (), ("Weg",))])
    )

    found = {message.ids[0]: message.strings for message in po.read(files("de")[path] or "")}

    assert found["Guests"] == ("Gäste",)
    assert "Gone" not in found
    shutil.rmtree(guestbook / "templates")
    shutil.rmtree(guestbook / "static")
    assert files("de")[path] is None


def test_the_command_says_what_is_to_be_done(
    app: Flask, guestbook: Path, files: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_to(app), "folders", [guestbook])
    runner: FlaskCliRunner = app.test_cli_runner()

    checked = runner.invoke(args=["translations", "--add", "it", "--check"])
    assert (checked.exit_code, list(guestbook.glob("translations/*"))) == (1, [])

    written = runner.invoke(args=["translations", "--add", "it"])
    assert "4 to be translated." in written.output
    assert (guestbook / "translations" / "it.po").exists()
    assert runner.invoke(args=["translations", "--check"]).exit_code == 0
