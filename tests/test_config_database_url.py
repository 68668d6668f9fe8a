"""DATABASE_URL: how it may be spelled, several hosts, and parameters that reach the driver."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from app import create_app
from app.core.database_url import database_url
from app.core.postgres import driver_options
from config import ConfigError
from tests.variables import read, refusal


def options_of(url: str) -> dict[str, Any]:
    """What the driver gets: what the URL says, and what we say where it is silent."""
    parsed = sa.make_url(database_url(url))
    _, of_the_url = parsed.get_dialect()().create_connect_args(parsed)
    return {**of_the_url, **driver_options(parsed)}


@pytest.mark.parametrize(
    ("url", "hosts", "ports"),
    [
        ("postgresql://u:p@h1:5433,h2:5434/db", "h1,h2", "5433,5434"),
        ("postgresql://u:p@h1,h2:5434/db", "h1,h2", "5432,5434"),
        ("postgresql://h1,[2001:db8::1]:5434/db", "h1,2001:db8::1", "5432,5434"),
        ("postgresql://u:p@/db?host=h1:5433&host=h2:5434", "h1,h2", "5433,5434"),
        ("postgresql://u:p@/db?host=h1,h2&port=5433,5434", "h1,h2", "5433,5434"),
    ],
)
def test_several_hosts_may_be_written_in_every_usual_way(url: str, hosts: str, ports: str) -> None:
    options = options_of(url)

    assert (options["host"], options["port"], options["dbname"]) == (hosts, ports, "db")
    # Of several servers one takes writes.
    assert options["target_session_attrs"] == "read-write"


def test_what_the_url_says_of_several_hosts_holds() -> None:
    options = options_of("postgresql://u:p%2C@h1,h2/db?target_session_attrs=any&connect_timeout=2")

    assert (options["user"], options["password"]) == ("u", "p,")
    assert (options["target_session_attrs"], options["connect_timeout"]) == ("any", "2")


def test_one_host_may_be_a_standby() -> None:
    assert "target_session_attrs" not in options_of("postgresql://db/app")


@pytest.mark.parametrize(("written", "meant"), [("none", None), ("0", 0), ("7", 7)])
def test_prepare_threshold_reaches_the_driver_as_what_it_is(written: str, meant: int | None) -> None:
    options = options_of(f"postgresql://db/app?prepare_threshold={written}")

    assert options["prepare_threshold"] == meant


def test_parameters_of_the_url_win_over_ours_and_the_rest_stays() -> None:
    options = options_of("postgresql://db/app?options=-c%20synchronous_commit=off&keepalives_idle=60")

    assert (options["options"], options["keepalives_idle"]) == ("-c synchronous_commit=off", "60")
    assert (options["keepalives_interval"], options["tcp_user_timeout"]) == (5, 10_000)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://u:hunter2@h1:5432,h2:x/db", "DATABASE_URL has a port that is no number"),
        ("postgresql://u:hunter2@h/db?sslmod=require", 'DATABASE_URL: invalid connection option "sslmod"'),
        ("postgresql://u:hunter2@h/db?autocommit=1", 'DATABASE_URL: invalid connection option "autocommit"'),
        ("postgresql://u:hunter2@h/db?prepare_threshold=off", "prepare_threshold that is neither a number nor none"),
        ("postgresql://u:hunter2@/db?host=h1,h2&port=1,2,3", "DATABASE_URL: number of hosts and ports don't match"),
        ("postgresql://u:hunter2@h1,h2/db?port=1,2,3", "DATABASE_URL: Received non-integer port"),
    ],
)
def test_a_url_that_could_not_connect_is_refused_at_the_start(url: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why) as caught:
        database_url(url)

    assert "hunter2" not in str(caught.value)


def test_a_host_that_is_down_is_passed_over(postgres_url: str, unused_port: int) -> None:
    url = sa.make_url(postgres_url)
    host, port = url.query.get("host", url.host), url.query.get("port", url.port or 5432)
    both = {"host": f"127.0.0.1,{host}", "port": f"{unused_port},{port}"}
    several = sa.URL.create("postgresql", url.username, url.password, database=url.database, query=both)
    options = options_of(several.render_as_string(hide_password=False))

    with psycopg.connect(**options) as connection:
        assert connection.execute("SHOW transaction_read_only").fetchone() == ("off",)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("postgres://ada:pw@db:5432/app", "postgresql+psycopg://ada:pw@db:5432/app"),
        ("postgresql://db/app?sslmode=require", "postgresql+psycopg://db/app?sslmode=require"),
        ("postgresql+psycopg://db/app", "postgresql+psycopg://db/app"),
        ("sqlite:///app.db", "sqlite:///app.db"),
        ("sqlite+pysqlite:////data/app.db", "sqlite:////data/app.db"),
    ],
)
def test_a_database_url_may_be_spelled_in_every_usual_way(given: str, meant: str) -> None:
    assert database_url(given) == meant
    assert read(DATABASE_URL=given).database_url == meant


@pytest.mark.parametrize("url", ["sqlite:///app.db", "sqlite:////data/app.db", "postgres://db/app"])
def test_every_kind_of_database_url_makes_an_app(url: str) -> None:
    assert create_app(read(DATABASE_URL=url)).test_client().get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "url", ["mysql://ada:hunter2@db/app", "postgresql+psycopg2://ada:hunter2@db/app", "hunter2.db", "sqlite:hunter2"]
)
def test_another_database_is_refused_without_repeating_its_password(url: str) -> None:
    told = refusal(DATABASE_URL=url)
    assert told.startswith("DATABASE_URL must start with")
    assert "hunter2" not in told


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_sqlite_in_memory_is_refused_because_workers_cannot_share_it(url: str) -> None:
    with pytest.raises(ConfigError, match="name a file"):
        database_url(url)


@pytest.mark.parametrize("url", ["sqlite://app.db", "postgresql://u:p@host:port/d", "mysql://host/d", "app.db"])
def test_a_database_url_that_cannot_be_one_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="DATABASE_URL"):
        database_url(url)
