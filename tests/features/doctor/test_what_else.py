"""Packages, signing keys and the mail server."""

from __future__ import annotations

import datetime as dt
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.core import clock
from app.features.doctor import packages
from app.sessions.key_files import create
from tests.features.doctor.looking import PRODUCTION, codes, findings
from tests.smtp import USER, Mailbox, serving


@pytest.fixture
def engine() -> str:
    return "sqlite"


def test_what_is_installed_is_what_is_pinned(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "PINS", tmp_path / "requirements.txt")
    assert codes(app, "packages") == []
    packages.PINS.write_text(
        "# pins\nflask==0.0.1 \\\n    --hash=sha256:00\n    # via x\nno-such-thing==1.0 \\\n"
        'only-elsewhere==1.0 ; sys_platform == "win32" \\\n'
    )
    (found,) = findings(app, "packages")
    assert found.code == "packages_differ"
    assert "no-such-thing (missing, 1.0 is pinned)." in found.sentence
    assert "(0.0.1 is pinned)" in found.sentence
    assert "only-elsewhere" not in found.sentence


@pytest.mark.parametrize(
    ("arguments", "prefix", "found"),
    [
        ("'--enable-shared' '--enable-optimizations' '--with-lto'", "/usr/local", []),
        ("'--enable-shared'", "/usr", []),
        ("'--enable-shared'", "/home/someone/.pyenv/versions/3.11.7", ["python_not_optimized"]),
        (None, "/opt/python", ["python_not_optimized"]),
    ],
)
def test_a_python_that_was_built_without_optimisations(
    make_app: Callable[..., Flask],
    monkeypatch: pytest.MonkeyPatch,
    arguments: str | None,
    prefix: str,
    found: list[str],
) -> None:
    monkeypatch.setattr(sysconfig, "get_config_var", {"CONFIG_ARGS": arguments}.get)
    monkeypatch.setattr(sys, "base_prefix", prefix)
    assert codes(make_app(**PRODUCTION), "Python") == found
    assert codes(make_app(), "Python") == []


@pytest.fixture
def by_key(make_app: Callable[..., Flask], tmp_path: Path) -> Callable[..., Flask]:
    """``by_key(400)``: an app whose key has been signing for so many days."""

    def make(days: int) -> Flask:
        folder = tmp_path / "keys"
        create(folder, "EdDSA", clock.now() - dt.timedelta(days=days))
        folder.chmod(0o755)
        return make_app(jwt_algorithm="EdDSA", jwt_keys_dir=folder)

    return make


@pytest.mark.parametrize(("days", "found"), [(1, []), (364, []), (368, ["signing_key_old"])])
def test_an_old_key(by_key: Callable[..., Flask], days: int, found: list[str]) -> None:
    assert codes(by_key(days), "signing keys") == found


def test_keys_that_everybody_can_read_and_keys_that_are_gone(by_key: Callable[..., Flask], tmp_path: Path) -> None:
    app = by_key(1)
    (path,) = (tmp_path / "keys").glob("*.pem")
    path.chmod(0o644)
    assert codes(app, "signing keys") == ["signing_keys_readable"]
    (tmp_path / "keys").chmod(0o700)
    assert codes(app, "signing keys") == []
    path.unlink()
    time.sleep(0.01)
    app.extensions["flaskport.signing"].look()
    app.extensions["flaskport.signing"]._due = 0
    assert codes(app, "signing keys") == ["signing_key_missing"]


def _mailing(make_app: Callable[..., Flask], url: str) -> Flask:
    return make_app(variables={"MAIL_URL": url, "MAIL_FROM": "no-reply@example.com"})


def test_a_mail_server_that_takes_mails(make_app: Callable[..., Flask]) -> None:
    with serving(Mailbox()) as mailbox:
        assert codes(_mailing(make_app, f"smtp+insecure://127.0.0.1:{mailbox.port}"), "mail server") == []
        assert mailbox.taken == []


def test_a_mail_server_that_does_not(make_app: Callable[..., Flask]) -> None:
    with serving(Mailbox()) as mailbox:
        wrong = _mailing(make_app, f"smtp+insecure://{USER}:falsch@127.0.0.1:{mailbox.port}")
        (found,) = findings(wrong, "mail server")
    assert found.code == "mail_unreachable"
    assert "falsch" not in found.sentence
    (gone,) = findings(_mailing(make_app, f"smtp+insecure://127.0.0.1:{mailbox.port}"), "mail server")
    assert gone.sentence.startswith(f"The mail server 127.0.0.1:{mailbox.port} takes no mail: ConnectionRefusedError")


def test_a_folder_of_mails_is_made_and_one_that_cannot_be_is_said(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    assert codes(_mailing(make_app, f"file:{tmp_path / 'to' / 'be'}"), "mail server") == []
    (tmp_path / "file").touch()
    (found,) = findings(_mailing(make_app, f"file:{tmp_path / 'file' / 'below'}"), "mail server")
    assert found.sentence == f"This user may not write mails into {tmp_path / 'file' / 'below'}."


@pytest.mark.parametrize("url", ["memory:", "console:"])
def test_mails_that_go_nowhere_need_no_server(make_app: Callable[..., Flask], url: str) -> None:
    assert codes(_mailing(make_app, url), "mail server") == []
