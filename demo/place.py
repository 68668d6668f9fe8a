"""Where the demo keeps what is its own, and what it refuses to touch.

All of it lies in one folder, which the demo knows by a file that it has put there, and makes anew at each start. Of the
developer's own settings, environment and database nothing is read or written.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import sqlalchemy as sa
from flask import Flask

from app.core.settings import settings_of
from config import ROOT, ConfigError, trimmed, variables

FOLDER = ROOT / "build" / "demo"
MARK = "made-by-make-demo"
DATABASE = "demo.sqlite3"
KEPT = ("PATH", "HOME", "LANG", "TZ")
"""What of the environment the demo's server is given: none of it is a setting."""


class Refused(RuntimeError):
    """The demo does not run here; the text says why."""


def refuse_in_production(environment: Mapping[str, str] | None = None) -> None:
    """Raises Refused on a machine that says of itself, in its environment or ``.env``, that it is in production."""
    try:
        found = variables() if environment is None else environment
    except ConfigError as error:
        raise Refused(str(error)) from error
    if trimmed(found.get("APP_ENV", "")) == "production":
        raise Refused("APP_ENV is production here: made-up people have no business on such a machine.")


@contextmanager
def made_anew(folder: Path = FOLDER) -> Iterator[TextIO]:
    """The folder, empty, and nobody else's until the end. Raises Refused for one that the demo has not made.

    Answers the file by which it is held: by whoever has it open. It says which process is the server's.
    """
    if folder.exists() and not (folder / MARK).exists() and any(folder.iterdir()):
        raise Refused(f"{folder} was not made by the demo: move away what is in it.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = (folder / MARK).open("a+", encoding="utf-8")
    except OSError as error:
        raise Refused(f"{error.filename} cannot be written: {error.strerror}.") from None
    with held as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(_runs_already(folder)) from None
        mark.truncate(0)
        for found in folder.iterdir():
            if found.name != MARK:
                shutil.rmtree(found) if found.is_dir() else found.unlink()
        (folder / DATABASE).touch(mode=0o600)
        yield mark


def _runs_already(folder: Path) -> str:
    server = (folder / MARK).read_text(encoding="utf-8").strip()
    stop = f"with Ctrl-C, or: kill {server}" if server else "before you start another one."
    return f"The demo runs already. Stop it {stop}"


def settings_in(folder: Path, port: int, issuers: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """The whole environment of the demo's server: its own secrets, database, mails and cookies.

    ``issuers`` are the addresses of identity providers, each with our secret there, by their names.
    """
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    providers: dict[str, str] = {}
    for name, (issuer, secret) in issuers.items():
        of = f"SOCIAL_OIDC_{name.upper()}"
        providers |= {f"{of}_ISSUER": issuer, f"{of}_KEY": "flaskport", f"{of}_SECRET": secret}
        providers |= {f"{of}_TRUST_EMAIL": "true"}
    return {
        **kept,
        **providers,
        "PYTHON_DOTENV_DISABLED": "1",
        "FLASK_SKIP_DOTENV": "1",
        "APP_ENV": "development",
        "JWT_SECRET": secrets.token_urlsafe(48),
        "JWT_REFRESH_SECRET": secrets.token_urlsafe(48),
        "JWT_KEYS_DIR": str(folder / "signing-keys"),
        "DATABASE_URL": f"sqlite:///{folder / DATABASE}",
        "MAIL_URL": f"file:{folder / 'mails'}",
        "MAIL_TEMPLATES": str(folder / "mail-templates"),
        "PORT": str(port),
        "PUBLIC_URL": f"http://localhost:{port}",
        # Cookies know no ports: beside "make run" in the same browser both stay signed in.
        "COOKIE_NAME": "demo",
        # At a terminal too: what a server says of itself would be of somebody else's database.
        "FLASKPORT_HELLO": "",
        # Devices of half a year can be seen.
        "REFRESH_IDLE_DAYS": "60",
        "SESSION_MAX_DAYS": "200",
        "IMPERSONATION": "true",
    }


def require_own(app: Flask) -> None:
    """Is this app on the demo's database, and nobody in it yet? Raises Refused before a row is read or written."""
    config = settings_of(app)
    url = sa.make_url(config.database_url)
    if config.production:
        raise Refused("The app is in production: no made-up people.")
    file = Path(url.database or "/")
    if url.get_backend_name() != "sqlite" or file.name != DATABASE or not (file.parent / MARK).exists():
        raise Refused("The app's database is not the demo's own, and stays as it is.")
