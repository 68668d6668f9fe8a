"""MAIL_URL and what stands beside it: what is good, and complaints that repeat no password."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.core import mail
from app.core.mail.settings import Settings, Transport, way_of
from config import ROOT, ConfigError, problems_of
from tests.variables import read

PASSWORD = "do-not-say-this"


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.mark.parametrize(
    ("url", "transport"),
    [
        ("", None),
        ("console:", Transport("console")),
        ("memory:", Transport("memory")),
        ("file:build/mails", Transport("file", ROOT / "build/mails")),
        ("file:/var/mails", Transport("file", Path("/var/mails"))),
        ("smtp://mail.example", Transport("smtp", host="mail.example", port=587)),
        ("smtps://u:p%40ss@mail.example", Transport("smtps", host="mail.example", port=465, user="u", password="p@ss")),
        ("smtp+insecure://[::1]:2525/", Transport("smtp+insecure", host="::1", port=2525)),
    ],
)
def test_a_good_url(url: str, transport: Transport | None) -> None:
    assert way_of("MAIL_URL", url) == transport


@pytest.mark.parametrize(
    "url",
    [
        f"mailto:{PASSWORD}",
        f"https://u:{PASSWORD}@mail.example",
        f"smtp://u:{PASSWORD}@",
        f"smtp://u:{PASSWORD}#1@mail.example",
        f"smtp://u:{PASSWORD}/1@mail.example",
        f"smtp://u:{PASSWORD}@mail.example:99999",
        f"smtp://u:{PASSWORD}@mail.example:x",
        f"smtp://u:{PASSWORD}@mail.example/path",
        f"smtp://{PASSWORD}@mail.example",
        f"smtp://u:{PASSWORD}@[mail.example",
        "file:",
        f"memory:{PASSWORD}",
    ],
)
def test_a_bad_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        way_of("MAIL_URL", url)
    assert "MAIL_URL" in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_the_password_is_in_no_repr() -> None:
    own = Settings.read({"MAIL_URL": f"smtp://u:{PASSWORD}@mail.example"})
    assert own.transport is not None
    assert own.transport.password == PASSWORD
    assert PASSWORD not in f"{own!r} {own.transport!r}"


@pytest.mark.parametrize("written", ["nobody", "Name <nobody>", "a@b@c d", "a@é..example"])
def test_a_sender_that_is_no_address_is_refused(written: str) -> None:
    assert problems_of(Settings.read, {"MAIL_FROM": written}) == (
        f"MAIL_FROM is {written!r}; write an address, or Name <address>.",
    )


def test_a_sender_has_a_name_and_a_domain_as_dns_knows_it() -> None:
    sender = Settings.read({"MAIL_FROM": "Bücher <post@bücher.example>"}).sender
    assert sender is not None
    assert (sender.display_name, sender.addr_spec) == ("Bücher", "post@xn--bcher-kva.example")


def beside(url: str, **variables: str) -> list[str]:
    """What is said of it in production."""
    return list(Settings.read({"MAIL_URL": url, **variables}).beside(read(APP_ENV="production", PUBLIC_URL=PUBLIC)))


PUBLIC = "https://auth.example.com"


def test_production_says_whom_mails_are_from_and_where_their_links_lead() -> None:
    assert beside("smtp://mail.example") == ["MAIL_FROM is needed with MAIL_URL: mails have to be from somebody."]
    assert beside("smtp://mail.example", MAIL_FROM="no-reply@example.com") == []
    own = Settings.read({"MAIL_URL": "file:x", "MAIL_FROM": "no-reply@example.com"})
    assert list(own.beside(read(APP_ENV="production"))) == [
        "PUBLIC_URL is needed with MAIL_URL: links in mails begin with it."
    ]
    assert list(own.beside(read(APP_ENV="development"))) == []


def test_production_prints_no_mails() -> None:
    (told,) = beside("console:", MAIL_FROM="no-reply@example.com")
    assert told == "MAIL_URL=console: prints links that let people in: not with APP_ENV=production."


def test_production_starts_without_mail_and_says_what_that_means(shared_app: Callable[..., Flask]) -> None:
    app = shared_app(environment="production", public_url=PUBLIC, variables={"MAIL_TEMPLATES": "/nonexistent"})
    assert not mail.is_configured(app)
    assert list(mail.warnings_of(app)) == [
        "MAIL_URL is not set: no mails are sent, and what needs them is not offered (docs/mail.md)."
    ]


def test_development_prints_them(shared_app: Callable[..., Flask]) -> None:
    app = shared_app(variables={"MAIL_TEMPLATES": "/nonexistent"})
    assert mail.is_configured(app)
    assert list(mail.warnings_of(app)) == []
