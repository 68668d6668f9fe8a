"""Apps with a toy's mails, and mail servers to send them to."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from app.core import clock, mail
from tests import smtp
from tests.core.mail import toys
from tests.databases import SETTINGS


@pytest.fixture
def mail_app(shared_app: Callable[..., Flask]) -> Callable[..., Flask]:
    """``mail_app(MAIL_URL=…)``: an app with the toy's mails, and what it kept in memory forgotten."""

    def get(**variables: str) -> Flask:
        app = shared_app(toys.bring, variables={**SETTINGS.variables, **variables})
        if mail.transports.is_memory(app):
            mail.memory(app).clear()
        return app

    return get


@pytest.fixture
def outbox(mail_app: Callable[..., Flask]) -> Iterator[Flask]:
    """An app context of one whose mails stay in memory."""
    app = mail_app()
    with app.app_context():
        yield app


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    smtp.certificate(folder)
    return folder


@pytest.fixture
def tls(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Of a server whose certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / smtp.CERTIFICATE))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates / smtp.CERTIFICATE, certificates / "key.pem")
    return context


@pytest.fixture
def later() -> Callable[..., object]:
    """``with later(minutes=1): …``"""

    @contextmanager
    def travel(**by: float) -> Iterator[None]:
        with time_machine.travel(clock.now() + dt.timedelta(**by), tick=False):
            yield

    return travel
