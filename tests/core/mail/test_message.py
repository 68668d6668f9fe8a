"""What a mail is made of: its headers, its two bodies, and nothing that anybody wrote into it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from app.core.config import Brand
from app.core.mail import Mail, body_of, text_of
from app.core.mail.rendering import render
from app.core.mail.settings import Settings
from app.core.mail.templates import EXTENSION, BadTemplate, init_app, problems
from app.core.settings import KEY, PARTS

TEST = Mail(to="ada@example.com", template="mails/test")
NAME = "Ada\r\nBcc: eve@example.com\x00\u2028 & Söhne"


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    return tmp_path / "mails"


Rendered = Callable[..., EmailMessage]


@pytest.fixture
def branded(shared_app: Callable[..., Flask], templates: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Flask]:
    """``branded("Name", MAIL_FROM=…)``: an app of that name, with these settings and a folder of templates."""
    app = shared_app()

    def get(name: str = "Flaskport", **variables: str) -> Flask:
        own = Settings.read({"MAIL_TEMPLATES": str(templates), **variables})
        monkeypatch.setitem(app.extensions, KEY, replace(app.extensions[KEY], brand=Brand(name=name, logo=None)))
        monkeypatch.setitem(app.extensions[PARTS], Settings, own)
        monkeypatch.setitem(app.extensions, EXTENSION, None)
        init_app(app, own)
        return app

    return get


@pytest.fixture
def rendered(branded: Callable[..., Flask]) -> Rendered:
    """A mail as it travels, read again. Asked again, of the same app."""
    app: list[Flask] = []

    def get(mail: Mail = TEST, **settings: str) -> EmailMessage:
        if settings or not app:
            app[:] = [branded(**settings)]
        with app[0].app_context():
            return message_from_bytes(render(mail).as_bytes(), policy=policy.default)

    return get


@time_machine.travel("2026-11-29T12:00:00Z", tick=False)
def test_these_headers_and_no_others(rendered: Rendered) -> None:
    mail = Mail(to="ada@example.com", template="mails/test", unsubscribe="https://a.example/u/1")
    message = rendered(mail, MAIL_FROM="Büro <no-reply@example.com>", MAIL_REPLY_TO="help@example.com")
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.com>", message["Message-ID"])
    assert message["Content-Type"].startswith("multipart/alternative;")
    assert {name: value for name, value in message.items() if name not in {"Message-ID", "Content-Type"}} == {
        "From": "Büro <no-reply@example.com>",
        "To": "ada@example.com",
        "Reply-To": "help@example.com",
        "Subject": "A test mail from Flaskport",
        "Date": "Sun, 29 Nov 2026 12:00:00 +0000",
        "Content-Language": "en",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": "<https://a.example/u/1>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "MIME-Version": "1.0",
    }


def test_who_needs_a_mail_cannot_unsubscribe_from_it(rendered: Rendered) -> None:
    message = rendered()
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post", "Reply-To", "Bcc", "Cc", "Sender"} & set(message.keys())


def test_two_mails_have_two_ids(rendered: Rendered) -> None:
    assert rendered()["Message-ID"] != rendered()["Message-ID"]


def test_a_brand_with_a_line_break_begins_no_header(rendered: Rendered) -> None:
    message = rendered(name=NAME)
    assert "Bcc" not in message
    assert message["Subject"] == "A test mail from Ada Bcc: eve@example.com & Söhne"
    assert message["From"].addresses[0].display_name == "Ada Bcc: eve@example.com & Söhne"


def test_a_persons_name_begins_no_header_and_becomes_no_markup(rendered: Rendered, templates: Path) -> None:
    write(templates / "own/hello.txt", "Subject: Hello {{ name }}\n\nHello {{ name }}\n")
    write(templates / "own/hello.html", '{% extends "mails/base.html" %}{% block body %}{{ name }}{% endblock %}')
    name = "Ada <b>\rBcc: eve@example.com"
    message = rendered(Mail(to="ada@example.com", template="own/hello", facts={"name": name}))
    assert ("Bcc" in message, message["Subject"]) == (False, "Hello Ada <b> Bcc: eve@example.com")
    assert "Ada &lt;b&gt;" in body_of(message, "html")
    assert "<b>" not in body_of(message, "html")


def test_the_text_is_good_by_itself(rendered: Rendered) -> None:
    message = rendered()
    assert text_of(message) == "If you can read this, mails can be sent.\n\nhttp://localhost:8000/\n"


def test_nothing_of_another_host_is_fetched(rendered: Rendered) -> None:
    html = body_of(rendered(), "html")
    assert re.findall(r'(?:src|background)="?[^"\s>]+|url\(|@import', html) == []
    assert re.findall(r'href="([^"]+)"', html) == ["http://localhost:8000/"]


def test_a_language_that_nobody_has_translated_is_read_as_english_is(rendered: Rendered) -> None:
    mail = Mail(to="ada@example.com", template="mails/test", language="tlh")
    assert '<html lang="en" dir="ltr">' in body_of(rendered(mail), "html")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_template_that_is_dropped_into_the_folder_holds_at_once_and_until_it_is_taken_away(
    rendered: Rendered, templates: Path
) -> None:
    before = rendered()
    write(templates / "test.txt", "Subject: Mine\n\nMy own {{ brand.name }}.\n")
    assert (rendered()["Subject"], text_of(rendered())) == ("Mine", "My own Flaskport.\n")
    write(templates / "test.txt", "Subject: Mine, changed\n\n")
    assert rendered()["Subject"] == "Mine, changed"
    write(templates / "base.html", "<p>{% block body %}{% endblock %}</p>")
    assert body_of(rendered(), "html").startswith("<p>")
    (templates / "test.txt").unlink()
    assert rendered()["Subject"] == before["Subject"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Subject: {% if %}\n", "test.txt, line 1: Expected an expression"),
        ("Subject: x\n\n{{ nobody_knows }}", "mails/test.txt: 'nobody_knows' is undefined"),
        ('Subject: x\n\n{% include "no/such.txt" %}', "mails/test.txt: there is no template no/such.txt"),
        ("Hello", "mails/test.txt must begin with 'Subject: '"),
    ],
)
def test_a_broken_template_is_named(rendered: Rendered, templates: Path, text: str, told: str) -> None:
    write(templates / "test.txt", text)
    with pytest.raises(BadTemplate) as caught:
        rendered()
    assert told in str(caught.value)


def test_the_start_says_what_is_wrong_with_ones_own_templates(branded: Callable[..., Flask], templates: Path) -> None:
    app = branded()
    assert list(problems(app)) == []
    write(templates / "test.txt", "Subject: {% if %}\n")
    write(templates / "tset.txt", "Subject: x\n")
    write(templates / "_footer.html", "{# included by one of theirs #}")
    (templates / "base.html").write_bytes(b"\xff")
    unread, unparsed, unused = problems(app)
    assert unread.startswith(f"{templates}/base.html: ")
    assert unparsed.startswith(f"{templates}/test.txt, line 1: Expected an expression")
    assert unused.startswith(f"{templates}/tset.txt takes the place of no template")
