"""Two instances are one service, and let nobody do what they need not."""

from __future__ import annotations

import re
import socket
import ssl
import time
from contextlib import ExitStack

import pytest
import requests
import sqlalchemy as sa

from app.core.database_url import database_url
from tests.client import PASSWORD
from tests.deploy.installation import Installation
from tests.deploy.machines import METRICS_TOKEN
from tests.docs.following import change
from tests.docs.snippets import fenced
from tests.server import SECONDS

FORBIDDEN = (
    "DROP TABLE posts",
    "ALTER TABLE users ADD COLUMN x int",
    "CREATE TABLE mine (x int)",
    "CREATE SCHEMA mine",
    "TRUNCATE posts",
    "UPDATE alembic_version SET version_num = 'mine'",
    "DELETE FROM alembic_version",
    "CREATE ROLE mine",
    "SELECT pg_read_file('/etc/passwd')",
    "COPY posts TO PROGRAM 'true'",
)

OF_PROXIES = ("public_url_", "http_seen", "proxy_count_", "forwarded_", "check_timed_out")
"""What the doctor finds, by its codes, where it does not reach itself or a proxy is not as it should be."""


def runs_as_the_page_says(here: Installation) -> None:
    ready = here.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "schema": "current"})
    assert set(here.machines.pids()) == {
        *("app/nginx", "app/flaskport@1", "app/flaskport@2", "app/flaskport-worker"),
        *("db1/flaskport-postgresql", "db2/flaskport-postgresql"),
    }
    followed = "SELECT sync_state, ssl FROM pg_stat_replication JOIN pg_stat_ssl USING (pid)"
    assert here.psql(followed) == "sync|t"


def instances_may_read_and_write_rows_and_do_nothing_else(here: Installation) -> None:
    url = sa.make_url(database_url(here.database_url()))
    url = url.update_query_dict({"target_session_attrs": "read-write"})  # whichever is the primary by now
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").scalar_one()
        for statement in FORBIDDEN:
            with pytest.raises(sa.exc.ProgrammingError, match="InsufficientPrivilege"):
                connection.exec_driver_sql(statement)


def what_speaks_old_tls_or_none_gets_nothing(here: Installation) -> None:
    to = f"-connect localhost:{here.machines.ports['app']} </dev/null 2>&1"
    for bad in ("-tls1", "-tls1_1", "-tls1_2 -cipher AES256-GCM-SHA384:ECDHE-ECDSA-AES256-SHA"):
        assert "Cipher is (NONE)" in here.machines.run("app", f"openssl s_client {bad} {to} || true"), bad
    for good in ("-tls1_2", "-tls1_3"):
        assert re.search(
            r"Cipher is (ECDHE|TLS_AES|TLS_CHACHA)", here.machines.run("app", f"openssl s_client {good} {to}")
        )
    moved = requests.get(f"http://localhost:{here.machines.http}/x?y", allow_redirects=False, timeout=SECONDS)
    assert (moved.status_code, moved.headers["Location"]) == (301, "https://localhost/x?y")
    assert "max-age" in here.get("/healthz").headers["Strict-Transport-Security"]


def nginx_answers_in_json(here: Installation) -> None:
    huge = requests.post(f"{here.url}/auth/login", data=b"x" * 1_100_000, verify=here.ca, timeout=SECONDS)
    assert (huge.status_code, huge.json()["code"]) == (413, "body_too_large")
    assert "nginx/" not in huge.headers["Server"]


def numbers_are_for_whoever_comes_by_the_door_with_the_token(here: Installation) -> None:
    token = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    outside = here.get("/metrics", **token)
    assert (outside.status_code, outside.json()["code"]) == (404, "not_found")
    for number in (1, 2):
        door = f"http://127.0.0.1:{here.machines.door}/{number}/metrics"
        assert requests.get(door, timeout=SECONDS).status_code == 401
        assert "flaskport_requests_total" in requests.get(door, headers=token, timeout=SECONDS).text
    assert requests.get(f"http://127.0.0.1:{here.machines.door}/healthz", timeout=SECONDS).status_code == 404


def the_doctor_gets_through_to_itself_and_nobody_else_does(here: Installation) -> None:
    stranger = here.get("/auth/doctor")
    assert (stranger.status_code, stranger.json()["code"]) == (404, "not_found")
    asked = "cd /srv/flaskport\nREQUESTS_CA_BUNDLE=$CURL_CA_BUNDLE runuser -u flaskport -- .venv/bin/flask auth doctor"
    told = here.machines.run("app", f"{asked} --json || true")
    assert '"public address"' in told, told  # it is among the checks that were made
    assert [code for code in OF_PROXIES if code in told] == [], told


def a_certificate_that_is_renewed_is_the_one_that_is_shown(here: Installation) -> None:
    address = ("localhost", here.machines.ports["app"])
    before = ssl.get_server_certificate(address)
    here.machines.run("app", "certbot renew")
    deadline = time.monotonic() + SECONDS
    while ssl.get_server_certificate(address) == before:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def a_sign_in_is_one_on_both(here: Installation) -> None:
    cookies: dict[str, str] = {}
    fields = {"email": "ada@example.com", "password": PASSWORD}
    assert here.ask(1, "POST", "/auth/register", json=fields).status_code == 201
    assert here.ask(1, "POST", "/auth/login", cookies, json=fields).status_code == 200
    first = dict(cookies)
    assert here.ask(2, "POST", "/auth/refresh", cookies).status_code == 200
    assert cookies["__Secure-refresh_token_cookie"] != first["__Secure-refresh_token_cookie"]
    for number in (1, 2):
        assert here.ask(number, "GET", "/api/profile", cookies).json()["email"] == "ada@example.com"
    [session] = here.ask(1, "GET", "/auth/sessions", cookies).json()["items"]
    assert session["address"] == "192.0.2.7"

    kept = dict(cookies)
    assert here.ask(2, "POST", "/auth/logout", cookies).status_code == 204
    for number in (1, 2):
        ended = here.ask(number, "GET", "/api/profile", dict(kept))
        assert (ended.status_code, ended.json()["code"]) == (401, "token_revoked")
        assert here.ask(number, "POST", "/auth/refresh", dict(kept)).status_code == 401


def limits_are_one_on_both(here: Installation) -> None:
    """Five wrong ones are free from one network, wherever they were said (docs/limits.md).

    Then one waits a second, two, four: a slow machine gets some more in. Were each instance to count by itself, ten
    would be free.
    """
    wrong = {"email": "grace@example.com", "password": "not the password"}
    said: list[int] = []
    while said[-2:] != [429, 429] and len(said) < 20:
        said.append(here.ask(1 + len(said) % 2, "POST", "/auth/login", json=wrong).status_code)
    assert set(said) == {401, 429}
    assert said[:5] == [401] * 5
    assert said.count(401) < 10


def slow_clients_hold_nobody_up(here: Installation) -> None:
    """Heads and bodies that do not end: several for each thread that the two instances have."""
    context = ssl.create_default_context(cafile=here.ca)
    head = "POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900\r\n"
    with ExitStack() as stack:
        for number in range(24):
            plain = stack.enter_context(socket.create_connection(("localhost", here.machines.ports["app"])))
            slow = stack.enter_context(context.wrap_socket(plain, server_hostname="localhost"))
            slow.sendall((head if number % 2 else f'{head}\r\n{{"email"').encode())
        for number in (1, 2):
            assert here.ask(number, "GET", "/healthz").status_code == 200
        assert [here.get("/healthz").elapsed.total_seconds() < 5 for _ in range(8)] == [True] * 8


def a_path_that_nginx_takes_away(here: Installation) -> None:
    [changes] = [text for language, text in fenced("deploy.md") if language == "diff"]
    change(here.machines.at("app", "etc/nginx/conf.d/flaskport.conf"), changes.partition("\n")[2])
    with here.machines.at("app", "srv/flaskport/.env").open("a", encoding="utf-8") as settings:
        settings.write("PUBLIC_PATH=/backend\n")
    old = [*here.machines.workers("flaskport@1"), *here.machines.workers("flaskport@2")]
    here.machines.run("app", "systemctl reload flaskport@1\nsystemctl reload flaskport@2\nsystemctl reload nginx")
    deadline = time.monotonic() + SECONDS
    while {*old} & {*here.machines.workers("flaskport@1"), *here.machines.workers("flaskport@2")}:
        assert time.monotonic() < deadline, here.machines.logs()
        time.sleep(0.05)

    page = here.get("/backend/sign-in")
    assert (page.status_code, here.get("/sign-in").status_code) == (200, 404)
    assert here.get("/backend/metrics", Authorization=f"Bearer {METRICS_TOKEN}").status_code == 404
    assert '"/backend/static/' in page.text
    person = here.person("joan@example.com", under="/backend")
    assert person.get(f"{here.url}/backend/api/profile", timeout=SECONDS).json()["email"] == "joan@example.com"
    assert person.post(f"{here.url}/backend/auth/refresh", timeout=SECONDS).status_code == 200
    assert [each.path for each in person.cookies if each.name == "__Secure-refresh_token_cookie"] == ["/backend/auth"]
