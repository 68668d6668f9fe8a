"""Settings: each declared once, read from the environment once, checked at start, passed on as one frozen value.

``python3 config.py`` prints two good secrets; ``python3 config.py init`` writes a development ``.env`` once;
``python config.py port`` says so where the port is taken.

This file needs nothing but itself. ``Server`` is what the server is told; ``Config``, what the whole app is told,
stands in app/core/config.py, and what only one part is told with that part: classes of one kind. The sentence under a
field is for operators: .env.example and docs/settings.md are made of it.
"""

from __future__ import annotations

import errno
import functools
import io
import ipaddress
import os
import secrets
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

if TYPE_CHECKING:
    from app.core.config import Config

ROOT = Path(__file__).resolve().parent
ENV_FILE = ROOT / ".env"

BLANKS = " \t\r\n"
"""What is trimmed around a value. Python's ``strip`` takes more, which may be a part of a secret."""
IN_FILE = "_FILE"
FILES: dict[str, str] = {}
"""What files of secrets hold, by their paths, as this process has read them."""
LONGEST_FILE = 65_536
"""Characters of a secret in a file: some certificates' worth. /dev/urandom has no end."""


class Problem(str):
    """A sentence that names the variable, and the names of the fields that it is about."""

    about: frozenset[str]

    def __new__(cls, text: str, *about: str) -> Problem:
        self = super().__new__(cls, text)
        self.about = frozenset(about)
        return self


class ConfigError(RuntimeError):
    """The environment does not describe an application that may start. ``problems`` are all that is wrong with it."""

    stops_the_start = True
    """Whatever starts the app says it in lines, without a traceback (wsgi.py)."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


Reader = Callable[[str, str], Any]
"""``(variable, text)``: a value. Raises ConfigError, which names the variable."""
Check = Callable[[str, Any], None]
"""``(variable, value)``: refuses the value by a ConfigError, which names the variable."""
D = TypeVar("D", bound="Declared")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a field says of the variable behind it. A name that ends in ``_`` stands for all that begin so."""

    variable: str
    read: Reader
    default: str
    heading: str
    example: str
    otherwise: Callable[[Mapping[str, Any]], Any] | None
    check: Check | None
    private: bool
    was: tuple[str, ...] = ()

    @property
    def in_file(self) -> bool:
        """May it stand in a file of its own?"""
        return self.private and not self.variable.endswith("_")

    @property
    def names(self) -> tuple[str, ...]:
        """The variables by which it can be set."""
        return (*self._with_file(self.variable), *self.former)

    @property
    def former(self) -> dict[str, str]:
        """Variables of before, each with the one that takes its place."""
        now = self._with_file(self.variable)
        return {old: new for was in self.was for old, new in zip(self._with_file(was), now, strict=True)}

    def _with_file(self, name: str) -> tuple[str, ...]:
        return (name, name + IN_FILE) if self.in_file else (name,)

    def value(self, env: Mapping[str, str], before: Mapping[str, Any]) -> Any:
        """What the environment says, or the default. Raises ConfigError."""
        if self.variable.endswith("_"):
            named = {name: value for name, value in env.items() if name.startswith(self.variable)}
            if self.private:
                named = {name.removesuffix(IN_FILE): secret_of(name.removesuffix(IN_FILE), env) for name in named}
            named = {name: trimmed(value) for name, value in named.items()}
            return {name: value for name, value in named.items() if value}
        written = self._written(env)
        if not written and self.otherwise is not None:
            return self.otherwise(before)
        return self.read(self.variable, written or self.default)

    def _written(self, env: Mapping[str, str]) -> str:
        """Under its name, or one of before. Raises ConfigError where two of them are set: one would be forgotten."""
        names = (self.variable, *self.was)
        said = {name: secret_of(name, env) if self.private else trimmed(env.get(name, "")) for name in names}
        found = [name for name, written in said.items() if written]
        if len(found) > 1:
            raise ConfigError(f"{found[1]} is called {self.variable} now, and both are set: take {found[1]} out.")
        return said[found[0]] if found else ""


def setting(
    variable: str,
    read: Reader,
    default: str | None = "",
    *,
    heading: str = "",
    example: str = "",
    otherwise: Callable[[Mapping[str, Any]], Any] | None = None,
    check: Check | None = None,
    private: bool = False,
    was: tuple[str, ...] = (),
) -> Any:
    """A field of a ``Declared`` dataclass. The string under it is what an operator wants to know of it.

    ``default`` is what one could write for it; None: it has to be given. ``otherwise`` makes a default for what is not
    set of the values of the fields above. ``check`` refuses values, also those that were not read. ``heading`` begins a
    group, ``example`` are lines that show more than the default does. What is ``private`` is not printed, and may stand
    in a file that ``<variable>_FILE`` names. Names that it had before (``was``) still set it; each start tells of that,
    and docs/releases.md says for how long.
    """
    metadata = {"setting": Setting(variable, read, default or "", heading, example, otherwise, check, private, was)}
    if default is None:
        return field(repr=not private, metadata=metadata)
    unset: Callable[[], Any] = dict if variable.endswith("_") else lambda: read(variable, default)
    return field(default_factory=unset, repr=not private, metadata=metadata)


class Declared:
    """The base of frozen dataclasses of settings. What is made by hand is checked like what is read."""

    __slots__ = ()
    kinds: ClassVar[dict[str, type[Declared]]] = {}
    """All of them, by their full names."""
    prefix: ClassVar[str] = ""
    """How a name begins that can only be meant as one of these settings."""
    gone: ClassVar[Mapping[str, str]] = {}
    """Names that were settings, and a sentence for whoever still sets one: what to do in its place."""

    def __init_subclass__(cls) -> None:
        # dataclass(slots=True) makes a second class of the same name. That one counts.
        Declared.kinds[f"{cls.__module__}.{cls.__qualname__}"] = cls

    def __post_init__(self) -> None:
        problems: list[Problem] = []
        for name, declared in declarations(type(self)):
            if declared.check is not None:
                told = problems_of(declared.check, declared.variable, getattr(self, name))
                problems += [Problem(text, name) for text in told]
        bad = {name for problem in problems for name in problem.about}
        problems += [problem for problem in self.rules() if not problem.about & bad]
        if problems:
            raise ConfigError(*problems)

    def rules(self) -> Iterator[Problem]:
        """What is wrong with values that are good by themselves. It is not told of one that is not."""
        return iter(())

    def beside(self, _config: Config) -> Iterator[str]:
        """What is wrong with a part's values beside those of the whole application. It is asked where both are good."""
        return iter(())

    @classmethod
    def read(cls: type[D], env: Mapping[str, str], **given: Any) -> D:
        """What these variables say. Raises ConfigError with everything that is wrong."""
        values, problems, bad = dict(given), list(cls._unknown(env)), set[str]()
        for name, declared in declarations(cls):
            try:
                values[name] = declared.value(env, values)
            except ConfigError as error:
                problems += error.problems
                bad.add(name)
                values[name] = declared.read(declared.variable, declared.default)
        try:
            made = cls(**values)
        except ConfigError as error:
            problems += [text for text in error.problems if not (isinstance(text, Problem) and text.about & bad)]
        if problems:
            raise ConfigError(*problems)
        return made

    @classmethod
    def _unknown(cls, env: Mapping[str, str]) -> Iterator[str]:
        known = [name for _, declared in declarations(cls) for name in declared.names]
        for name, instead in cls.gone.items():
            if trimmed(env.get(name, "")):
                yield f"{name} is no setting any more. {instead}"
        for name in sorted(env) if cls.prefix else ():
            if name.startswith(cls.prefix) and name not in {*known, *cls.gone} and trimmed(env[name]):
                yield f"{name} is not a setting. There are: {', '.join(known)}."


def declarations(kind: type[Declared]) -> Iterator[tuple[str, Setting]]:
    """Those fields that are settings, by name, in order."""
    for each in fields(kind):  # type: ignore[arg-type]  # each of them is a dataclass
        if "setting" in each.metadata:
            yield each.name, each.metadata["setting"]


def problems_of(function: Callable[..., Any], *arguments: Any) -> tuple[str, ...]:
    """What it refuses these with; nothing, where it does not."""
    try:
        function(*arguments)
    except ConfigError as error:
        return error.problems
    return ()


def trimmed(written: str) -> str:
    """A value without blanks around it, and without quotes: ``.env`` has none any more, ``docker --env-file`` has."""
    value = written.strip(BLANKS)
    return value[1:-1].strip(BLANKS) if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def secret_of(variable: str, env: Mapping[str, str]) -> str:
    """What a variable says, or the file that ``<variable>_FILE`` names, as Docker and Kubernetes mount secrets.

    A file is read once (FILES). Raises ConfigError, also where both are set: nobody should have to know
    which of them counts.
    """
    written, path = (trimmed(env.get(name, "")) for name in (variable, variable + IN_FILE))
    if not path:
        return written
    if written:
        raise ConfigError(f"{variable} and {variable}{IN_FILE} are both set: take one of them out.")
    if path in FILES:
        return FILES[path]
    try:
        with (ROOT / path).open("rb") as file:
            found = file.read(LONGEST_FILE + 1).decode().strip(BLANKS)
    except OSError as error:
        raise ConfigError(f"{variable}{IN_FILE}: {path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{variable}{IN_FILE}: {path} is not UTF-8 text.") from None
    if not 0 < len(found) <= LONGEST_FILE:
        raise ConfigError(f"{variable}{IN_FILE}: {path} is {'too long for a secret' if found else 'empty'}.")
    FILES[path] = found
    return found


def text(_variable: str, text: str) -> str:
    return text


def boolean(variable: str, text: str) -> bool:
    if text.lower() not in {"true", "false", "1", "0", "yes", "no", "on", "off"}:
        raise ConfigError(f"{variable} is {text!r}; it must be true or false.")
    return text.lower() in {"true", "1", "yes", "on"}


def peers(variable: str, text: str) -> str:
    """Addresses and networks between commas, or ``*`` for all. What a server cannot read would end its workers."""
    for name in filter(None, map(str.strip, text.split(","))):
        try:
            if name != "*":
                ipaddress.ip_network(name)
        except ValueError:
            raise ConfigError(f"{variable} has {name!r}; it takes IP addresses, networks (10.0.0.0/8) and *.") from None
    return text


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from ``low`` to ``high``. With a unit (minutes, say) it is a length of time."""

    low: int
    high: int
    unit: str = ""

    def __call__(self, variable: str, text: str) -> Any:
        if not (text.isascii() and text.isdigit() and len(text) < 10) or not self.low <= int(text) <= self.high:
            raise ConfigError(f"{variable} is {text!r}; it must be a whole number from {self.low} to {self.high}.")
        return timedelta(**{self.unit: int(text)}) if self.unit else int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server(Declared):
    """What the server is told; see gunicorn.conf.py, granian_server.py. ``flask run`` listens on ``port``, too."""

    port: int = setting("PORT", Whole(1, 65535), "8000", heading="The server")
    """Where it listens, and flask run."""
    bind: str = setting("BIND", text, otherwise=lambda read: f"127.0.0.1:{read['port']}")
    """Overrides PORT: 0.0.0.0:8000, or unix:/run/flaskport.sock."""
    workers: int = setting(
        "WEB_CONCURRENCY", Whole(1, 256), "2", otherwise=lambda _: max(2, min(os.cpu_count() or 2, 8))
    )
    """Processes; default: one a core, at least 2. Each has up to WEB_THREADS + PASSWORD_HASH_QUEUE database connections
    in each of two pools."""
    threads: int = setting("WEB_THREADS", Whole(1, 256), "2")
    """How many requests a process works on at a time, beside those that wait for a password's hash."""
    password_hash_queue: int = setting("PASSWORD_HASH_QUEUE", Whole(1, 256), "4")
    """How many requests of a process may wait for a password's hash, of which it makes one at a time; the one that is
    made counts. Beyond that 503 busy."""
    queue_seconds: int = setting("WEB_QUEUE_SECONDS", Whole(1, 600), "10")
    """How long a request may wait for a thread. After that 503 busy. Not under granian: docs/granian.md."""
    forwarded_allow_ips: str = setting("FORWARDED_ALLOW_IPS", peers, "127.0.0.1,::1")
    """Peers whose X-Forwarded-Proto the server believes: addresses and networks, or * for all."""

    @classmethod
    def from_env(cls) -> Server:
        """From the environment and ``.env``. Raises ConfigError."""
        return cls.read(variables())


def variables() -> Mapping[str, str]:
    """The environment, and ``.env``, which never overrides it. Raises ConfigError where that cannot be read."""
    return {**env_file(), **os.environ}


@functools.cache
def env_file() -> Mapping[str, str]:
    """What ``.env`` says. Raises ConfigError where it cannot be read.

    Read once, and kept out of ``os.environ``: there it would outlive a change of the file, for each process that is
    started from this one. A server's master reads it, and anew at SIGHUP; all its workers have what the master read.
    """
    # Here, so that "python3 config.py" needs nothing installed.
    from dotenv import dotenv_values  # noqa: PLC0415
    from dotenv.parser import parse_stream  # noqa: PLC0415

    if boolean("PYTHON_DOTENV_DISABLED", trimmed(os.environ.get("PYTHON_DOTENV_DISABLED", "")) or "false"):
        return {}
    try:
        written = ENV_FILE.read_text(encoding="utf-8") if ENV_FILE.exists() else ""
        found = dotenv_values(stream=io.StringIO(written))
    except OSError as error:
        raise ConfigError(f"{ENV_FILE} cannot be read by this user: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{ENV_FILE} is not UTF-8 text.") from None
    # python-dotenv leaves out what it cannot read: a quotation mark without its end takes a setting away.
    bad = [f"line {each.original.line}" for each in parse_stream(io.StringIO(written)) if each.error]
    if bad:
        raise ConfigError(f"{ENV_FILE}: {', '.join(bad)} is not NAME=value, or has a quotation mark without its end.")
    return {name: value for name, value in found.items() if value is not None}


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


PORTS = 65_536


def port_problem(server: Server) -> str | None:
    """What to say where somebody listens already on the address that is to be ours."""
    host, _, port = server.bind.rpartition(":")
    if not port.isdigit() or int(port) >= PORTS or _is_free(host, int(port)):
        return None  # or a socket of another kind, or none at all
    other = next((other for other in range(int(port) + 1, PORTS) if _is_free(host, other)), 8000)
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
