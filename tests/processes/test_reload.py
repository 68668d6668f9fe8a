"""SIGHUP: what ``.env`` says now holds from then on, or everything goes on as it was."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import jwt
import pytest
import requests

from app.core.keyed import listed
from config import secret_lines
from tests.checkouts import Checkout, served_checkout
from tests.server import BOTH, SECONDS


@pytest.fixture(scope="module", params=BOTH)
def checkout(
    request: pytest.FixtureRequest,
    new_database: Callable[[str, str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Checkout]:
    folder, url = tmp_path_factory.mktemp("checkout"), new_database("sqlite", "reloaded")
    with served_checkout(folder, url, request.param) as made:
        yield made


def test_a_replaced_secret_and_every_other_setting_holds_after_sighup_and_no_sooner(checkout: Checkout) -> None:
    token, minutes = checkout.token()
    assert (checkout.answer(token), minutes) == (200, 5)

    checkout.env_file.write_text(secret_lines())  # and no ACCESS_TOKEN_MINUTES: the default is 15
    (doomed,) = checkout.server.workers()
    os.kill(doomed, signal.SIGKILL)  # what takes its place is of one mind with the workers beside it
    checkout.wait_until(lambda: checkout.server.workers() not in ([], [doomed]))
    assert (checkout.answer(token), checkout.token()[1]) == (200, 5)

    checkout.reload_and_wait()
    assert (checkout.answer(token), checkout.token()[1]) == (401, 15)


def test_a_secret_in_a_file_holds_after_sighup_and_no_sooner(checkout: Checkout) -> None:
    file, (one, other) = checkout.env_file.with_name("secret"), (new_secret() for _ in range(2))
    file.write_text(one)
    checkout.write(f"JWT_SECRET_FILE=secret\nJWT_REFRESH_SECRET={new_secret()}\n")
    checkout.reload_and_wait()
    token, _ = checkout.token()

    file.write_text("short")
    if checkout.server.log.name.startswith("gunicorn"):  # granian gives up where two die so soon after each other
        (doomed,) = checkout.server.workers()
        os.kill(doomed, signal.SIGKILL)
        checkout.wait_until(lambda: checkout.server.workers() not in ([], [doomed]))
        assert checkout.answer(token) == 200
    checkout.reload()
    checkout.wait_until(lambda: "flaskport: JWT_SECRET is shorter than 32 bytes" in checkout.said())
    assert checkout.answer(token) == 200

    file.write_text(f"{other}\n{one}\n")
    checkout.reload_and_wait()
    assert checkout.answer(token) == 200
    assert jwt.get_unverified_header(checkout.token()[0])["kid"] == listed(other)[0].kid


def new_secret() -> str:
    return secret_lines().partition("=")[2].partition("\n")[0]


def test_a_reload_says_what_it_takes_in_and_what_is_stronger(checkout: Checkout) -> None:
    secrets = secret_lines()
    checkout.write(secrets)
    checkout.reload_and_wait()
    opened = opened_by(checkout.server.process.pid)

    checkout.write(f"{secrets}JWT_ISSUER=example\nWEB_CONCURRENCY=3\nAPP_ENV=production\n")
    checkout.reload_and_wait()

    said = checkout.said()
    assert "Reloading. Changed in .env: JWT_ISSUER. A changed environment needs a restart." in said
    assert "APP_ENV, WEB_CONCURRENCY: the environment says it, too, and is stronger." in said
    assert not any(line.partition("=")[2] in said for line in secrets.split())
    token, _ = checkout.token()
    assert jwt.decode(token, options={"verify_signature": False})["iss"] == "example"

    checkout.write(secrets)  # without it: what was taken out does not stay
    checkout.reload_and_wait()
    token, _ = checkout.token()
    assert jwt.decode(token, options={"verify_signature": False})["iss"] == "flaskport"
    assert opened_by(checkout.server.process.pid) == opened, "each reload leaves something open"


def opened_by(process: int) -> list[str]:
    """The sockets and files that it has open, each as often as it has."""
    found = []
    for link in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            found.append(os.readlink(link))
    return sorted(name for name in found if not name.startswith(("/tmp/wgunicorn", "pipe:", "anon_inode:")))  # noqa: S108 (read)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{secrets}SOCIAL_GITHUB_KEY=key\n", "flaskport: github is half configured"),
        ("JWT_REFRESH_SECRET=short\n", "flaskport: JWT_REFRESH_SECRET is shorter than 32 bytes"),
        ("{secrets}JWT_ISSUER='example\n", "line 3 is not NAME=value, or has a quotation mark without its end."),
        ("{secrets}SECRETS_KEYS_FILE=/nowhere\n", "SECRETS_KEYS_FILE: /nowhere cannot be read"),
        ("\udcff", ".env is not UTF-8 text."),
    ],
)
def test_a_reload_that_could_not_start_is_refused_and_the_workers_go_on(
    checkout: Checkout, written: str, said: str
) -> None:
    before = checkout.server.workers()
    token, _ = checkout.token()

    checkout.write(written.format(secrets=secret_lines()))
    checkout.reload()

    checkout.wait_until(lambda: said in checkout.said())
    assert "Not reloaded, everything goes on as it was: flaskport: " in checkout.said()
    assert checkout.server.workers() == before
    assert checkout.answer(token) == 200


NEW_CODE = """
class Marked:
    def __init__(self, application):
        self.application = application
    def __call__(self, environ, start_response):
        def start(status, headers, *more):
            return start_response(status, [*headers, ("X-Release", "2")], *more)
        return self.application(environ, start)
app.wsgi_app = Marked(app.wsgi_app)
"""


def test_a_reload_finds_new_code_and_refuses_what_cannot_be_loaded(checkout: Checkout) -> None:
    code = checkout.env_file.with_name("wsgi.py")
    written = code.read_text()
    checkout.write(secret_lines())
    try:
        code.write_text(f"{written}\nimport nothing_of_the_kind\n")
        checkout.reload()
        checkout.wait_until(lambda: "No module named 'nothing_of_the_kind'" in checkout.said())
        assert release(checkout) is None

        code.write_text(written + NEW_CODE)
        checkout.reload_and_wait()
        assert release(checkout) == "2"
    finally:
        code.write_text(written)


OF_A_SERVER = {
    "gunicorn": ("gunicorn.conf.py", "gunicorn_worker.py"),
    "granian": ("granian_server.py", "granian_socket.py", "granian_worker.py"),
}


def test_a_reload_refuses_files_of_the_server_itself_and_a_new_worker_is_as_those_beside_it(checkout: Checkout) -> None:
    (by,) = (each for each in BOTH if checkout.server.log.name.startswith(each))
    checkout.write(secret_lines())
    checkout.reload_and_wait()
    for name in OF_A_SERVER[by]:
        code, refused = checkout.env_file.with_name(name), checkout.said().count("Not reloaded")
        written = code.read_text()
        code.write_text(f"{written}\nraise NameError('{name} is of tomorrow')\n")
        try:
            checkout.reload()
            checkout.wait_until(lambda: checkout.said().count("Not reloaded") > refused)  # noqa: B023 (waited for here)
            assert f"as it was: NameError: {name} is of tomorrow" in checkout.said()
        finally:
            if name != OF_A_SERVER[by][-1]:
                code.write_text(written)
    try:
        (doomed,) = checkout.server.workers()
        os.kill(doomed, signal.SIGKILL)
        checkout.wait_until(lambda: checkout.server.workers() not in ([], [doomed]))
        assert release(checkout) is None
    finally:
        code.write_text(written)


def release(checkout: Checkout) -> str | None:
    return requests.get(f"{checkout.server.url}/healthz", timeout=SECONDS).headers.get("X-Release")
