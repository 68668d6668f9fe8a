"""DATABASE_URL, with its driver spelled out."""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from config import ConfigError


def database_url(value: str) -> str:
    """The URL with its driver spelled out: SQLite as it is, any PostgreSQL spelling through psycopg 3."""
    scheme, separator, rest = value.partition("://")
    if separator and scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        url = f"postgresql+psycopg://{_hosts_as_parameters(rest)}"
        if "?" in url:
            _check_parameters(url)
        return url
    if separator and scheme in {"sqlite", "sqlite+pysqlite"} and rest[:1] in {"", "/"}:
        path = rest.partition("?")[0].removeprefix("/")
        if not path or path == ":memory:":
            raise ConfigError("DATABASE_URL names SQLite in memory, which workers cannot share; name a file.")
        return f"sqlite://{rest}"
    raise ConfigError("DATABASE_URL must start with sqlite:/// or postgresql://.")


def _hosts_as_parameters(rest: str) -> str:
    """The URL behind its scheme, as SQLAlchemy reads it: several hosts, libpq's ``h1:p1,h2:p2``, become parameters."""
    before, _, query = rest.partition("?")
    authority, _, path = before.partition("/")
    account, at, hosts = authority.rpartition("@")
    try:
        places = [
            (part.hostname or "", part.port or 5432) for part in (urlsplit(f"//{host}") for host in hosts.split(","))
        ]
    except ValueError:
        raise ConfigError("DATABASE_URL has a port that is no number.") from None
    if len(places) == 1:
        return rest
    names, ports = (",".join(map(str, column)) for column in zip(*places, strict=True))
    return f"{account}{at}/{path}?host={names}&port={ports}" + (f"&{query}" if query else "")


def _check_parameters(url: str) -> None:
    """Refuse at the start what would fail at every request: a parameter that neither libpq nor psycopg knows."""
    from psycopg import ProgrammingError  # noqa: PLC0415 (SQLite does not need it)
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415

    parsed = make_url(url)
    prepares = parsed.query.get("prepare_threshold", "none")
    if prepares != "none" and not (isinstance(prepares, str) and prepares.isascii() and prepares.isdigit()):
        raise ConfigError("DATABASE_URL has a prepare_threshold that is neither a number nor none.")
    try:
        _, parameters = parsed.get_dialect()().create_connect_args(
            parsed.difference_update_query(["prepare_threshold"])
        )
        make_conninfo(**parameters)
    except (ArgumentError, ProgrammingError) as error:
        raise ConfigError(f"DATABASE_URL: {error}") from None
