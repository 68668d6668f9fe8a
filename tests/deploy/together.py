"""Two instances are one service, and let nobody do what they need not."""

from __future__ import annotations

import re

import pytest
import requests
import sqlalchemy as sa

from tests.client import PASSWORD
from tests.deploy.installation import Installation
from tests.server import SECONDS

FORBIDDEN = (
    "DROP TABLE posts",
    "ALTER TABLE users ADD COLUMN x int",
    "CREATE TABLE mine (x int)",
    "CREATE SCHEMA mine",
    "TRUNCATE posts",
    "CREATE ROLE mine",
    "SELECT pg_read_file('/etc/passwd')",
    "COPY posts TO PROGRAM 'true'",
)


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
    settings = here.machines.at("app", "srv/flaskport/.env").read_text()
    [given] = re.findall("^DATABASE_URL='(.*)'$", settings, re.MULTILINE)
    url = re.sub("@[^/]*/(.*)[?]", rf"@db1:{here.machines.ports['db1']}/\1?", given).replace("127.0.0.1,127", "127", 1)
    url = url.replace("postgresql:", "postgresql+psycopg:").replace(
        "hostaddr=127.0.0.1,127.0.0.1", "hostaddr=127.0.0.1"
    )
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
    """Five wrong ones are free from one network, wherever they were said (docs/limits.md)."""
    wrong = {"email": "grace@example.com", "password": "not the password"}
    said = [here.ask(number, "POST", "/auth/login", json=wrong).status_code for number in (1, 2, 1, 2, 1, 2, 1)]
    assert said == [401] * 5 + [429] * 2
