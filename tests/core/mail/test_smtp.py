"""By SMTP: encrypted, signed in, and what each answer of a real server means for the mail."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from app.core import mail
from app.core.mail import outbox as rows_of
from app.core.mail import transports
from app.core.mail.settings import way_of
from tests.core.mail import toys
from tests.smtp import SECRET, USER, Mailbox, serving

MailApp = Callable[[str], Flask]
LOGIN = f"{USER}:{quote(SECRET, safe='')}@"


@pytest.fixture
def engine() -> str:
    """How a mail leaves is the same on both."""
    return "sqlite"


@pytest.fixture
def mailing(mail_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> MailApp:
    """``mailing("smtp://…")``: an app that sends there."""

    def get(url: str) -> Flask:
        app, transport = mail_app(), way_of("MAIL_URL", url)
        assert transport is not None
        monkeypatch.setitem(app.extensions, transports.EXTENSION, transports.sender_of(app, transport, timeout=1))
        return app

    return get


@contextmanager
def sending(app: Flask, **promised: Any) -> Iterator[None]:
    """One mail was promised and tried."""
    with app.app_context():
        mail.queue(toys.KIND, **promised)
        assert mail.deliver_due(limit=1) == 1
        yield


def url(scheme: str, mailbox: Mailbox, login: str = "") -> str:
    return f"{scheme}://{login}127.0.0.1:{mailbox.port}"


def test_plain_if_it_is_asked_for_aloud(mailing: MailApp) -> None:
    with serving(Mailbox()) as mailbox, sending(mailing(url("smtp+insecure", mailbox))):
        assert toys.one("sent").problem is None
    assert (mailbox.to, mailbox.encrypted, mailbox.signed_in) == (["ada@example.com"], [False], [False])
    assert mailbox.senders == ["no-reply@localhost.localdomain"]


def test_starttls_with_a_password(mailing: MailApp, tls: ssl.SSLContext) -> None:
    with (
        serving(Mailbox(), tls_context=tls, require_starttls=True) as mailbox,
        sending(mailing(url("smtp", mailbox, LOGIN))),
    ):
        assert toys.rows("sent")
    assert (mailbox.encrypted, mailbox.signed_in) == ([True], [True])


def test_tls_with_a_password(mailing: MailApp, tls: ssl.SSLContext) -> None:
    with serving(Mailbox(), tls=tls, auth_require_tls=False) as mailbox, sending(mailing(url("smtps", mailbox, LOGIN))):
        assert toys.rows("sent")
    assert mailbox.signed_in == [True]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_vouches_for_is_not_believed(
    mailing: MailApp, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    how: dict[str, Any] = {"tls": tls} if scheme == "smtps" else {"tls_context": tls}
    with serving(Mailbox(), **how) as mailbox, sending(mailing(url(scheme, mailbox))):
        assert "CERTIFICATE_VERIFY_FAILED" in (toys.one().problem or "")
    assert mailbox.taken == []


def test_a_server_without_starttls_gets_no_mail_and_no_password(mailing: MailApp) -> None:
    with serving(Mailbox(), auth_require_tls=False) as mailbox, sending(mailing(url("smtp", mailbox, LOGIN))):
        waiting = toys.one()
        assert "STARTTLS" in (waiting.problem or "")
    assert (mailbox.taken, mailbox.commands) == ([], [])


def test_a_wrong_password_is_the_operators_matter_and_the_mail_waits(
    mailing: MailApp, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.DEBUG),
        serving(Mailbox(), auth_require_tls=False) as mailbox,
        sending(mailing(url("smtp+insecure", mailbox, f"{USER}:wrong-do-not-log@"))),
    ):
        assert (toys.one().problem or "").startswith("535 ")
    assert "do-not-log" not in caplog.text


@pytest.mark.parametrize(
    ("command", "answer", "outcome"),
    [
        ("RCPT", "550 5.1.1 <ada@example.com> unknown, see https://a.example/#token=x", "dead"),
        ("RCPT", "450 4.2.1 try later", None),
        ("RCPT", "530 5.7.0 Authentication required", None),
        ("MAIL", "553 5.7.1 not your address", None),
        ("DATA", "554 5.7.1 spam", "dead"),
        ("DATA", "451 4.7.1 greylisted", None),
    ],
)
def test_what_a_refusal_means(mailing: MailApp, command: str, answer: str, outcome: str | None) -> None:
    with serving(Mailbox(answers={command: answer})) as mailbox, sending(mailing(url("smtp+insecure", mailbox))):
        expected = answer.replace("ada@example.com", "(the address)").replace("https://a.example/#token=x", "(a link)")
        row = toys.one(outcome)
        assert (row.problem, row.tries) == (f"{'NotNow: ' if outcome is None else ''}{expected}", 1)


def test_a_server_that_hangs_is_left_and_the_mail_waits(mailing: MailApp) -> None:
    with serving(Mailbox(hang={"DATA"})) as mailbox, sending(mailing(url("smtp+insecure", mailbox))):
        assert "timed out" in (toys.one().problem or "")


@pytest.mark.parametrize("parting", [{"hang": {"QUIT"}}, {"answers": {"QUIT": "451 no"}}])
def test_what_was_taken_is_sent_however_they_part(mailing: MailApp, parting: dict[str, Any]) -> None:
    with serving(Mailbox(**parting)) as mailbox, sending(mailing(url("smtp+insecure", mailbox))):
        assert toys.rows("sent")
    assert len(mailbox.taken) == 1


def test_after_an_hour_without_a_server_every_mail_arrives(
    mailing: MailApp, later: Callable[..., Any], unused_port: int
) -> None:
    away = mailing(f"smtp+insecure://127.0.0.1:{unused_port}")
    with away.app_context():
        for number in range(5):
            mail.queue(toys.KIND, address=f"{number}@example.com")
        for minute in range(0, 60, 5):
            with later(minutes=minute):
                assert mail.deliver_due() <= 1, "where no server is, one mail finds it out for all"
        assert len(toys.rows()) == 5
    with serving(Mailbox()) as mailbox, later(minutes=125), mailing(url("smtp+insecure", mailbox)).app_context():
        assert mail.deliver_due() == 5
        assert rows_of.counts() == {"waiting": 0, "sent": 5, "needless": 0, "dead": 0}
    assert sorted(mailbox.to) == [f"{number}@example.com" for number in range(5)]


def test_a_domain_of_other_letters_is_written_as_dns_knows_it(mailing: MailApp) -> None:
    old = serving(Mailbox(), enable_SMTPUTF8=False)
    with old as mailbox, sending(mailing(url("smtp+insecure", mailbox)), address="ada@bücher.example"):
        assert toys.rows("sent")
    assert mailbox.to == ["ada@xn--bcher-kva.example"]


def test_other_letters_before_the_at_sign_need_a_server_that_knows_them(mailing: MailApp) -> None:
    with serving(Mailbox()) as mailbox:
        with sending(mailing(url("smtp+insecure", mailbox)), address="jörg@bücher.example"):
            assert toys.rows("sent")
        assert mailbox.to == ["jörg@xn--bcher-kva.example"]
        assert mailbox.taken[0]["To"] == "jörg@xn--bcher-kva.example"
    old = serving(Mailbox(), enable_SMTPUTF8=False)
    with old as mailbox, sending(mailing(url("smtp+insecure", mailbox)), address="jörg@bücher.example"):
        assert "SMTPUTF8" in (toys.one("dead").problem or "")


@pytest.mark.parametrize(
    "address", ["ada@example.com\r\nBcc: eve@example.com", "a\nb@example.com", "ada", "@example.com", "a b@c.example"]
)
def test_an_address_that_is_none_reaches_nobody(mailing: MailApp, address: str) -> None:
    with serving(Mailbox()) as mailbox, sending(mailing(url("smtp+insecure", mailbox)), address=address):
        assert toys.one("dead").problem == "this is no address"
    assert (mailbox.taken, mailbox.commands) == ([], [])
