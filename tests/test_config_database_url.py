"""DATABASE_URL for PostgreSQL: several hosts, and parameters that reach the driver."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from app.core.postgres import driver_options
from config import ConfigError, database_url


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
