"""PASSWORD_HIBP: the range service is asked in its own words, learns little, and keeps nobody out when it is down."""

from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from flask import Flask

from app import create_app
from app.accounts import Owner
from app.accounts.passwords import check_acceptable, reasons_against
from app.features.password_quality import leaks
from app.features.password_quality.settings import Settings
from config import ConfigError
from tests.client import PASSWORD, browser_of
from tests.databases import SETTINGS
from tests.words import refusal

NOBODY = Owner()
LEAKED, PADDED = "a stolen wooden horse", "a made up wooden horse"


@dataclass
class Service:
    """api.pwnedpasswords.com as it answers: ``SUFFIX:COUNT`` in lines, and what is made up has the count 0."""

    url: str
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    status: int = 200
    body: bytes | None = None
    silent_until: threading.Event = field(default_factory=threading.Event)


def _line(password: str, count: int) -> str:
    return f"{hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()[5:]}:{count}"


@pytest.fixture(scope="module")
def running() -> Iterator[Service]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append((self.path, self.headers["Add-Padding"]))
            found.silent_until.wait(10)
            known = "\r\n".join([_line("something else", 7), _line(LEAKED, 3), _line(PADDED, 0)]).encode()
            self.send_response(found.status)
            self.end_headers()
            self.wfile.write(known if found.body is None else found.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Service(f"http://127.0.0.1:{listening.server_port}")
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield found
    listening.shutdown()
    listening.server_close()


@pytest.fixture
def service(running: Service) -> Service:
    running.asked.clear()
    running.status, running.body = 200, None
    running.silent_until.set()
    return running


@pytest.fixture
def asking(service: Service) -> Iterator[Flask]:
    """An app that asks it. No test here writes anything."""
    app = app_that_asks(f"{service.url}/")
    with app.app_context():
        yield app


def app_that_asks(url: str) -> Flask:
    return create_app(replace(SETTINGS, variables={"PASSWORD_HIBP": "true", "PASSWORD_HIBP_URL": url}))


def test_a_leaked_password_is_refused_and_the_service_learns_five_digits(asking: Flask, service: Service) -> None:
    refused = refusal(check_acceptable, LEAKED, NOBODY)
    assert refused.errors == {"password": [leaks.LEAKED.sentence]}
    assert refused.facts == {"reasons": {"password": ["leaked"]}}
    check_acceptable(PADDED, NOBODY)
    prefixes = [hashlib.sha1(each.encode(), usedforsecurity=False).hexdigest().upper()[:5] for each in (LEAKED, PADDED)]
    assert service.asked == [(f"/range/{prefix}", "true") for prefix in prefixes]


def test_it_is_not_asked_about_what_is_refused_anyhow_nor_by_the_meter(asking: Flask, service: Service) -> None:
    refusal(check_acceptable, "password123", NOBODY)
    assert reasons_against(LEAKED, NOBODY) == (), "which is what the meter asks"
    assert service.asked == []


@pytest.mark.needs("throttle")
def test_nobody_has_us_ask_for_ever(service: Service, make_app: Callable[..., Flask]) -> None:
    limited = {"PASSWORD_HIBP": "true", "PASSWORD_HIBP_URL": service.url, "THROTTLE_REGISTRATIONS_PER_HOUR": "4"}
    stranger = browser_of(make_app(variables=limited))
    fields = {"email": "eve@example.com", "password": LEAKED}
    assert [stranger.post("/auth/register", json=fields).status_code for _ in range(3)] == [422, 422, 429]
    assert len(service.asked) == 2


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [(503, None, "status 503"), (200, b"<html>Sign in to the Wi-Fi", "an answer that is no list")],
)
def test_without_an_answer_the_password_passes_and_the_log_says_so(
    asking: Flask, service: Service, caplog: pytest.LogCaptureFixture, status: int, body: bytes | None, why: str
) -> None:
    service.status, service.body = status, body
    with caplog.at_level("DEBUG", logger="app"):
        check_acceptable(LEAKED, NOBODY)
    [line] = [each for each in caplog.messages if "looked up" in each]
    assert line == f"leaked passwords could not be looked up, a new one was accepted without: {why}"
    assert not any(secret in caplog.text for secret in (LEAKED, service.asked[0][0].removeprefix("/range/")))


def test_a_service_that_says_nothing_is_given_up(
    asking: Flask, service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(leaks, "SECONDS", 0.2)
    service.silent_until.clear()
    check_acceptable(LEAKED, NOBODY)
    service.silent_until.set()
    assert "accepted without: ReadTimeout" in caplog.text


def test_nobody_is_asked_unless_it_is_switched_on_and_only_over_https() -> None:
    assert Settings() == Settings(words=(), hibp=False, hibp_url="https://api.pwnedpasswords.com")
    with pytest.raises(ConfigError) as refused:
        Settings.read({"PASSWORD_HIBP_URL": "http://hibp.example.com"})
    assert "PASSWORD_HIBP_URL is 'http://hibp.example.com'; it must be an https:// address" in str(refused.value)


def test_a_service_that_is_not_there_keeps_nobody_out(unused_port: int, caplog: pytest.LogCaptureFixture) -> None:
    with app_that_asks(f"http://127.0.0.1:{unused_port}").app_context():
        check_acceptable(PASSWORD, NOBODY)
    assert "accepted without: ConnectionError" in caplog.text
