"""GET /dev/mail: what this server has sent, in development only."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.core.mail import Mail, folders, transports
from app.core.mail.rendering import render
from tests.client import Browser, browser_of
from tests.databases import SETTINGS

PRODUCTION = {"environment": "production", "public_url": "https://auth.example.com"}


@pytest.fixture
def engine() -> str:
    """It reads no table."""
    return "sqlite"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sent") / "mails"


@pytest.fixture
def app(shared_app: Callable[..., Flask], folder: Path) -> Flask:
    for path in folder.glob("*"):
        path.unlink()
    return shared_app(variables={**SETTINGS.variables, "MAIL_URL": f"file:{folder}"})


def send(app: Flask, to: str = "ada@example.com") -> None:
    with app.app_context():
        transports.send(render(Mail(to=to, template="mails/test")))


def test_mails_are_listed_the_newest_first(app: Flask, browser: Browser, folder: Path) -> None:
    assert "No mail was sent yet." in browser.get("/dev/mail").text
    send(app, "ada@example.com")
    send(app, "eve@example.com")
    text = browser.get("/dev/mail").text
    assert 0 < text.index("eve@example.com") < text.index("ada@example.com")
    newest = folders.names(folder)[0]
    assert f'data-latest="{newest}"' in text
    assert browser.get("/dev/mail/latest").json == {"latest": newest}


def test_one_mail_is_shown_with_links_that_can_be_clicked(app: Flask, browser: Browser, folder: Path) -> None:
    send(app, "jörg@example.com")
    (name,) = folders.names(folder)
    text = browser.get(f"/dev/mail/{name}").text
    assert "jörg@example.com" in text
    assert '<a href="http://localhost:8000/">http://localhost:8000/</a>' in text
    assert "<dt>Message-ID</dt><dd>&lt;" in text
    assert f'src="/dev/mail/{name}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"' in text


def test_the_html_is_in_a_sandbox(app: Flask, browser: Browser, folder: Path) -> None:
    send(app)
    answer = browser.get(f"/dev/mail/{folders.names(folder)[0]}/html")
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert {"default-src 'none'", "frame-ancestors 'self'"} < set(policy)
    assert '<html lang="en" dir="ltr">' in answer.text
    assert '<base target="_blank">' in answer.text


@pytest.mark.parametrize("name", ["0" * 32, "x", "..%2f..%2f.env", "%2e%2e", "A" * 32, "latest2"])
def test_what_is_no_mail_is_not_there(app: Flask, browser: Browser, name: str) -> None:
    send(app)
    assert browser.get(f"/dev/mail/{name}").status_code == 404
    assert browser.get(f"/dev/mail/{name}/html").status_code == 404


def test_a_file_that_is_no_mail_of_ours_spoils_nothing(app: Flask, browser: Browser, folder: Path) -> None:
    send(app)
    (folder / f"{'a' * 32}.eml").write_bytes(b"\xff nothing of a mail")
    assert browser.get("/dev/mail").status_code == 200
    assert browser.get(f"/dev/mail/{'a' * 32}").status_code == 200
    assert browser.get(f"/dev/mail/{'a' * 32}/html").status_code == 200


def test_the_home_page_leads_there(browser: Browser) -> None:
    page = browser.get("/", headers={"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"})
    assert 'href="/dev/mail"' in page.text


@pytest.mark.parametrize("url", ["", "smtp://mail.example", "file:build/mails", "memory:"])
def test_in_production_there_is_no_such_route(shared_app: Callable[..., Flask], url: str) -> None:
    variables = {"MAIL_URL": url, "MAIL_FROM": "no-reply@example.com", "MAIL_TEMPLATES": "/nonexistent"}
    app = shared_app(**PRODUCTION, variables=variables)
    assert [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/dev")] == []
    assert browser_of(app).get("/dev/mail").status_code == 404


def test_only_this_servers_user_can_read_the_files(app: Flask, folder: Path) -> None:
    send(app)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]


def test_the_last_fifty_copies_are_kept(app: Flask, tmp_path: Path) -> None:
    sent: list[str] = []
    send = transports.with_copy(lambda message: sent.append(message["To"]), tmp_path / "copies")
    with app.app_context():
        for number in range(folders.MOST_COPIES + 2):
            send(render(Mail(to=f"{number}@example.com", template="mails/test")))
    kept = [folders.read(tmp_path / "copies", name) for name in folders.names(tmp_path / "copies")]
    assert [mail["To"] for mail in kept if mail] == list(reversed(sent[2:]))


def test_a_copy_that_cannot_be_kept_leaves_the_mail_sent(
    app: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "copies").write_text("a file")
    sent: list[object] = []
    with app.app_context():
        transports.with_copy(sent.append, tmp_path / "copies")(render(Mail(to="a@example.com", template="mails/test")))
    assert len(sent) == 1
    assert caplog.messages[0].startswith("no copy of a mail could be kept in ")
