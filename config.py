"""Settings: read from the environment once, checked at start, passed on as one frozen value.

``python3 config.py`` prints two good secrets; ``python3 config.py init`` writes a development ``.env`` once;
``python config.py port`` says so where the port is taken.
"""

from __future__ import annotations

import errno
import functools
import os
import re
import secrets
import socket
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import ClassVar, Literal, cast
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
ENV_FILE = ROOT / ".env"

Environment = Literal["production", "development"]
PasswordHash = Literal["argon2", "bcrypt_sha256"]
CookieMode = Literal["same-site", "cross-site"]
JwtAlgorithm = Literal["HS256", "EdDSA", "ES256", "RS256"]

PLACE = re.compile(r"/(?![/\\\\])[!-~]*|https?://[a-z0-9][!-~]*")
PUBLIC_PATH = re.compile(r"(/[A-Za-z0-9_-]+)*")
COOKIE_NAME = re.compile(r"[a-z0-9]{0,20}")
HOST_NAME = re.compile(r"\.?[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?")
SHORTEST_TYPO = 6
"""Of a shorter name nobody can tell whether it is ours: BIN, PORTS."""
BLANKS = " \t\r\n"
"""What is trimmed around a value. Python's ``strip`` takes more, which may be a part of a secret."""
MIN_SECRET_BYTES = 32
MIN_DISTINCT = 10
"""Distinct characters, and distinct steps between neighbours, that a random secret of 32 bytes always exceeds."""
GIVEAWAYS = ("secret", "password", "changeme", "change-", "change_", "example", "your-", "your_")
"""Words of people and of documentation, the Passport guide's samples among them; chance does not write them."""


class ConfigError(RuntimeError):
    """The environment does not describe an application that may start."""


@dataclass(frozen=True, slots=True)
class Brand:
    """What the hosted pages say they are: a name, and a logo (a file in app/static). Their colours are in brand.css."""

    name: str = "Flaskport"
    logo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every setting of the application. ``from_env`` documents the variable behind each."""

    jwt_secret: str = field(repr=False)
    jwt_refresh_secret: str = field(repr=False)
    environment: Environment = "production"
    database_url: str = field(default="sqlite:///flaskport.db", repr=False)
    database_timeout: int = 15
    """Seconds."""
    public_url: str | None = None
    public_path: str = ""
    cors_origins: tuple[str, ...] = ()
    cookie_mode: CookieMode = "same-site"
    cookie_name: str = ""
    sign_out_clears: tuple[str, ...] = ()
    cookies: bool = True
    trusted_hosts: tuple[str, ...] = ()
    trusted_proxy_count: int = 0
    ready_when_ahead: bool = True
    jwt_issuer: str = "flaskport"
    jwt_audience: str = "flaskport"
    jwt_email_claim: bool = True
    jwt_algorithm: JwtAlgorithm = "HS256"
    jwt_keys_dir: Path = ROOT / "instance" / "signing-keys"
    access_lifetime: timedelta = timedelta(minutes=15)
    refresh_idle: timedelta = timedelta(days=7)
    session_lifetime: timedelta = timedelta(days=30)
    refresh_grace: timedelta = timedelta(seconds=10)
    fresh_for: timedelta = timedelta(minutes=10)
    password_hash: PasswordHash = "argon2"  # noqa: S105 (an algorithm)
    api_docs: bool = False
    basic_auth: bool = False
    sign_in_url: str | None = "/sign-in"
    hosted_pages: bool = True
    brand: Brand = field(default_factory=Brand)
    social: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The variables that start with SOCIAL_, as they are: app/auth/providers.py reads them."""
    external_jwt: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The variables that start with EXTERNAL_JWT_, as they are: app/features/external_tokens reads them."""
    trpc_batch_limit: int = 20
    log_level: str = "INFO"

    def __post_init__(self) -> None:
        check_secrets(self.jwt_secret, self.jwt_refresh_secret)
        for origin in self.cors_origins:
            check_origin("CORS_ORIGINS", origin)
        if self.public_url is not None:
            check_origin("PUBLIC_URL", self.public_url)
            if self.production and not f"{self.public_url}/".startswith(("https://", *LOOPBACK)):
                raise ConfigError(
                    f"PUBLIC_URL holds {self.public_url!r}; in production it begins with https://, since browsers keep "
                    "no Secure cookie of a site without (but for localhost, where it may be tried)."
                )
        for host in self.trusted_hosts:
            if not HOST_NAME.fullmatch(host):
                raise ConfigError(
                    f"TRUSTED_HOSTS holds {host!r}; write host names in lower case, without scheme and port: "
                    "app.example.com, or .example.com for all below it."
                )
        if self.sign_in_url is not None and not PLACE.fullmatch(self.sign_in_url):
            raise ConfigError("SIGN_IN_URL must be a path of this server, or an address that begins with https://.")
        check_shape("PUBLIC_PATH", self.public_path, PUBLIC_PATH, "a path like /backend")
        self._check_cookies()
        if self.access_lifetime > self.refresh_idle or self.refresh_idle > self.session_lifetime:
            raise ConfigError("ACCESS_TOKEN_MINUTES, REFRESH_IDLE_DAYS and SESSION_MAX_DAYS must grow in this order.")

    def _check_cookies(self) -> None:
        if not {"cache", "storage"}.issuperset(self.sign_out_clears):
            raise ConfigError(
                f"SIGN_OUT_CLEARS holds {', '.join(self.sign_out_clears)}; it may be cache, storage, or both."
            )
        check_shape("COOKIE_NAME", self.cookie_name, COOKIE_NAME, "up to 20 lower case letters and digits")
        if not self.cookies and (self.hosted_pages or self.social):
            raise ConfigError(
                "COOKIES=false: HOSTED_PAGES and providers (SOCIAL_…) need cookies. Switch them off, too."
            )
        if self.cookie_mode == "cross-site" and self.production and not (self.public_url or "").startswith("https://"):
            raise ConfigError("COOKIE_MODE=cross-site needs https: set PUBLIC_URL to this server's https:// address.")

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def front_ends(self) -> tuple[str, ...]:
        """The origins of our own pages: those of CORS_ORIGINS, and this server's where PUBLIC_URL names it."""
        return (*self.cors_origins, self.public_url) if self.public_url else self.cors_origins

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Config:
        """The settings that the environment (and ``.env``, which never overrides it) asks for.

        Raises ConfigError naming the variable and what it should be.
        """
        read = _Reader({**env_file(), **os.environ} if env is None else env)
        with_cookies = read.boolean("COOKIES", True)
        hosted_pages = read.boolean("HOSTED_PAGES", with_cookies)
        environment = read.choice("APP_ENV", "production", ("production", "development"))
        config = cls(
            environment="development" if environment == "development" else "production",
            jwt_secret=read.text("JWT_SECRET", ""),
            jwt_refresh_secret=read.text("JWT_REFRESH_SECRET", ""),
            database_url=database_url(read.text("DATABASE_URL", "sqlite:///flaskport.db")),
            database_timeout=read.integer("DATABASE_TIMEOUT_SECONDS", 15, 1, 600),
            public_url=read.text("PUBLIC_URL", "").rstrip("/") or None,
            public_path=read.text("PUBLIC_PATH", "").rstrip("/"),
            cors_origins=read.items("CORS_ORIGINS"),
            cookie_mode=cast(CookieMode, read.choice("COOKIE_MODE", "same-site", ("same-site", "cross-site"))),
            cookie_name=read.text("COOKIE_NAME", ""),
            sign_out_clears=read.items("SIGN_OUT_CLEARS"),
            cookies=with_cookies,
            trusted_hosts=read.items("TRUSTED_HOSTS"),
            trusted_proxy_count=read.integer("TRUSTED_PROXY_COUNT", 0, 0, 10),
            ready_when_ahead=read.boolean("READY_WHEN_AHEAD", True),
            jwt_issuer=read.text("JWT_ISSUER", "flaskport"),
            jwt_audience=read.text("JWT_AUDIENCE", "flaskport"),
            jwt_email_claim=read.boolean("JWT_EMAIL_CLAIM", True),
            jwt_algorithm=cast(
                JwtAlgorithm, read.choice("JWT_ALGORITHM", "HS256", ("HS256", "EdDSA", "ES256", "RS256"))
            ),
            jwt_keys_dir=ROOT / read.text("JWT_KEYS_DIR", "instance/signing-keys"),
            access_lifetime=timedelta(minutes=read.integer("ACCESS_TOKEN_MINUTES", 15, 1, 60)),
            refresh_idle=timedelta(days=read.integer("REFRESH_IDLE_DAYS", 7, 1, 365)),
            session_lifetime=timedelta(days=read.integer("SESSION_MAX_DAYS", 30, 1, 365)),
            refresh_grace=timedelta(seconds=read.integer("REFRESH_GRACE_SECONDS", 10, 0, 60)),
            fresh_for=timedelta(minutes=read.integer("FRESH_MINUTES", 10, 1, 1440)),
            password_hash="bcrypt_sha256"
            if read.choice("PASSWORD_HASH", "argon2", ("argon2", "bcrypt_sha256")) == "bcrypt_sha256"
            else "argon2",
            api_docs=read.boolean("API_DOCS", environment == "development"),
            basic_auth=read.boolean("BASIC_AUTH", False),
            sign_in_url=read.text("SIGN_IN_URL", "/sign-in" if hosted_pages else "") or None,
            hosted_pages=hosted_pages,
            brand=Brand(name=read.text("BRAND_NAME", "Flaskport"), logo=read.text("BRAND_LOGO", "") or None),
            social=read.starting_with("SOCIAL_"),
            external_jwt=read.starting_with("EXTERNAL_JWT_"),
            trpc_batch_limit=read.integer("TRPC_BATCH_LIMIT", 20, 1, 1000),
            log_level=read.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"), upper=True),
        )
        if env is None:
            Server.from_env()
            for problem in misspelt(env_file()):
                raise ConfigError(f".env: {problem}")
        return config


@dataclass(frozen=True, slots=True)
class Server:
    """What gunicorn is told; see gunicorn.conf.py. ``flask run`` listens on ``port``, too."""

    port: int
    bind: str
    workers: int
    threads: int
    queue_seconds: int
    forwarded_allow_ips: str

    @classmethod
    def from_env(cls) -> Server:
        """From the environment and ``.env``. Raises ConfigError."""
        read = _Reader({**env_file(), **os.environ})
        port = read.integer("PORT", 8000, 1, 65535)
        return cls(
            port=port,
            bind=read.text("BIND", f"127.0.0.1:{port}"),
            workers=read.integer("WEB_CONCURRENCY", max(2, min(os.cpu_count() or 2, 8)), 1, 256),
            threads=read.integer("WEB_THREADS", 2, 1, 256),
            queue_seconds=read.integer("WEB_QUEUE_SECONDS", 10, 1, 600),
            forwarded_allow_ips=read.text("FORWARDED_ALLOW_IPS", "127.0.0.1,::1"),
        )


@functools.cache
def env_file() -> Mapping[str, str]:
    """What ``.env`` says. Raises ConfigError where it cannot be read.

    Read once, and kept out of ``os.environ``: there it would outlive a change of the file, for each process that is
    started from this one. gunicorn's master reads it, and anew at SIGHUP; all its workers have what the master read.
    """
    from dotenv import dotenv_values  # noqa: PLC0415 (so that "python3 config.py" needs nothing installed)

    if _Reader(os.environ).boolean("PYTHON_DOTENV_DISABLED", False):
        return {}
    try:
        found = dotenv_values(ENV_FILE)
    except OSError as error:
        raise ConfigError(f"{ENV_FILE} cannot be read by this user: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{ENV_FILE} is not UTF-8 text.") from None
    return {name: value for name, value in found.items() if value is not None}


def is_setting(name: str) -> bool:
    """Is it one of those that were read so far, or of a family of them?"""
    return name in _Reader.asked or name.startswith(tuple(each for each in _Reader.asked if each.endswith("_")))


def misspelt(names: Iterable[str]) -> Iterator[str]:
    """What to say about each name that is none of a setting, but close to one."""
    known = [name for name in _Reader.asked if not name.endswith("_")]
    for name in sorted(names):
        if len(name) >= SHORTEST_TYPO and not is_setting(name):
            for meant in get_close_matches(name.upper(), known, n=1, cutoff=0.85):
                yield f"{name} is no setting. Did you mean {meant}?"


class _Reader:
    """Environment values as types; every complaint names its variable.

    ``asked`` are the names of all settings that were read; one that ends in ``_`` is the beginning of many.
    """

    asked: ClassVar[set[str]] = set()

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env

    def text(self, name: str, default: str) -> str:
        self.asked.add(name)
        return self._env.get(name, "").strip(BLANKS) or default

    def items(self, name: str) -> tuple[str, ...]:
        return tuple(item for item in (part.strip(BLANKS) for part in self.text(name, "").split(",")) if item)

    def starting_with(self, prefix: str) -> Mapping[str, str]:
        self.asked.add(prefix)
        values = {name: value.strip(BLANKS) for name, value in self._env.items() if name.startswith(prefix)}
        return {name: value for name, value in values.items() if value}

    def choice(self, name: str, default: str, allowed: tuple[str, ...], *, upper: bool = False) -> str:
        value = self.text(name, default)
        value = value.upper() if upper else value
        if value not in allowed:
            raise ConfigError(f"{name} is {value!r}; it must be one of: {', '.join(allowed)}.")
        return value

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and len(value) < 10) or not low <= int(value) <= high:
            raise ConfigError(f"{name} is {value!r}; it must be a whole number from {low} to {high}.")
        return int(value)

    def boolean(self, name: str, default: bool) -> bool:
        value = self.text(name, str(default)).lower()
        if value not in {"true", "false", "1", "0", "yes", "no", "on", "off"}:
            raise ConfigError(f"{name} is {value!r}; it must be true or false.")
        return value in {"true", "1", "yes", "on"}


def check_secrets(access: str, refresh: str) -> None:
    """Refuse signing keys that are missing, short, guessable, published or the same.

    RFC 7518 section 3.2 asks for a key at least as long as the hash, which is 32 bytes for HS256.
    """
    for name, secret in (("JWT_SECRET", access), ("JWT_REFRESH_SECRET", refresh)):
        problem = secret_problem(secret)
        if problem:
            raise ConfigError(f'{name} {problem}. Run "python3 config.py": it prints a good one.')
    if access == refresh:
        raise ConfigError(
            "JWT_SECRET and JWT_REFRESH_SECRET are equal: a refresh token would pass for an access token. "
            'Run "python3 config.py": it prints two good ones.'
        )


def secret_problem(secret: str) -> str | None:
    if not secret:
        return "is not set"
    if any(word in secret.lower() for word in GIVEAWAYS):
        return "is a published sample value, or words that can be guessed"
    try:
        secret.encode()
    except UnicodeEncodeError:
        return "holds bytes that are not UTF-8"
    if len(secret.encode()) < MIN_SECRET_BYTES:
        return f"is shorter than {MIN_SECRET_BYTES} bytes"
    steps = {ord(b) - ord(a) for a, b in pairwise(secret)}
    if min(len(set(secret)), len(steps)) < MIN_DISTINCT or secret in (secret + secret)[1:-1]:
        return "repeats itself and can be guessed"
    return None


ORIGIN = re.compile(r"(https?)://([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::([1-9][0-9]{0,4}))?")
DEFAULT_PORTS = {"http": "80", "https": "443"}
LOOPBACK = tuple(f"http://{host}{end}" for host in ("localhost", "127.0.0.1", "[::1]") for end in (":", "/"))
"""How an address of this very machine begins, once a slash stands at its end."""


def check_shape(name: str, value: str, shape: re.Pattern[str], what: str) -> None:
    if not shape.fullmatch(value):
        raise ConfigError(f"{name} is {value!r}; it may be {what}.")


def check_origin(name: str, value: str) -> None:
    """Refuse anything but one exact origin, written as browsers write it (RFC 6454): they compare letter by letter."""
    if "*" in value:
        raise ConfigError(f"{name} holds {value!r}: with credentials every origin must be named exactly.")
    match = ORIGIN.fullmatch(value)
    if match is None or match[3] == DEFAULT_PORTS[match[1]] or int(match[3] or 1) > 65535:
        raise ConfigError(
            f"{name} holds {value!r}; write it as a browser does: https://app.example.com or http://localhost:5173, "
            "in lower case, without a path or a default port."
            + (" A path goes into PUBLIC_PATH." if name == "PUBLIC_URL" else "")
        )


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
    from psycopg import ProgrammingError  # noqa: PLC0415 (so that "python3 config.py" needs nothing installed)
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415
    from sqlalchemy import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

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


def secret_lines() -> str:
    return "".join(f"{name}={secrets.token_urlsafe(48)}\n" for name in ("JWT_SECRET", "JWT_REFRESH_SECRET"))


def write_development_env(path: Path = ENV_FILE) -> bool:
    """Write a development ``.env`` with random secrets, mode 0600. False, and nothing done, if there is one."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as file:
        file.write("# Development settings of this checkout. .env.example explains every one.\n")
        file.write(f"APP_ENV=development\n{secret_lines()}")
    return True


def port_problem(server: Server) -> str | None:
    """What to say where somebody listens already on the address that is to be ours."""
    host, _, port = server.bind.rpartition(":")
    if not port.isdigit() or _is_free(host, int(port)):
        return None  # or a socket of another kind
    other = next((other for other in range(int(port) + 1, 65536) if _is_free(host, other)), 8000)
    setting = f"PORT={other}" if server.bind == f"127.0.0.1:{server.port}" else f"BIND={host}:{other}"
    return f"Port {port} is taken by another program. Use another one: {setting} make run"


def _is_free(host: str, port: int) -> bool:
    try:
        found = socket.getaddrinfo(host.strip("[]") or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror:
        return True  # gunicorn will say what is wrong with it
    for family, kind, protocol, _, address in found:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    return False
    return True


def main(*arguments: str) -> str | None:
    """A complaint, or None."""
    if arguments == ("port",):
        try:
            return port_problem(Server.from_env())
        except ConfigError as error:
            return f"flaskport: {error}"
    if arguments == ("init",):
        write_development_env()
    else:
        sys.stdout.write(secret_lines())
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
