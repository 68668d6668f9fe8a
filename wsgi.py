"""The WSGI entry point: ``gunicorn -c gunicorn.conf.py wsgi:app``; ``flask`` finds it by itself."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource
from flask.cli import run_command
from flask.helpers import get_debug_flag
from werkzeug.serving import is_running_from_reloader

from config import ConfigError, Server, env_file

if TYPE_CHECKING:
    from flask import Flask

    from app.core.config import Config

CANNOT_BE_LOADED = 4
"""An exit code at which gunicorn stops, instead of starting another worker that fails as well."""


def is_flask_run() -> bool:
    """Does ``flask run`` serve this process? Its reloader's first process only watches the one that does."""
    context = click.get_current_context(silent=True)
    if context is None or context.command is not run_command:
        return False
    reloads = get_debug_flag() if context.params["reload"] is None else context.params["reload"]
    return not reloads or is_running_from_reloader()


def check_flask_run(config: Config) -> None:
    """What ``flask run`` decides before it asks us: a debugger, which runs whatever code it is sent, and the port."""
    context = click.get_current_context(silent=True)
    if context is None or context.command is not run_command:
        return
    if config.production and context.params["debugger"]:
        raise ConfigError("flask run --debugger lets its visitors run code: not with APP_ENV=production.")
    if context.get_parameter_source("port") is ParameterSource.DEFAULT:
        from app.core.settings import is_setting  # noqa: PLC0415 (see made)

        # Its option is read by now, so it has to begin once more; and without what it has copied from .env into the
        # environment, where the processes that its reloader starts would find old settings.
        copied = {name for name, value in env_file().items() if is_setting(name) and os.environ.get(name) == value}
        kept = {name: value for name, value in os.environ.items() if name not in copied}
        kept |= {"FLASK_RUN_PORT": str(Server.from_env().port), "FLASK_SKIP_DOTENV": "1"}
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], kept)  # noqa: S606 (the command that runs)


def made() -> Flask:
    """The app. It is imported here and not above, for what its modules declare may be refused while they are."""
    from app import create_app  # noqa: PLC0415
    from app.core import doctor, mail  # noqa: PLC0415
    from app.core.settings import from_environment  # noqa: PLC0415

    settings = from_environment()
    check_flask_run(settings)
    app = create_app(settings)
    if is_for_visitors():
        doctor.require_safe(app)
    if is_flask_run():
        sys.stderr.writelines(f"flaskport: {problem}\n" for problem in warnings(app))
        mail.begin(app)
    return app


def is_for_visitors() -> bool:
    """Is it loaded to serve? A command may be what mends it."""
    context = click.get_current_context(silent=True)
    return context is None or context.command is run_command


def warnings(app: Flask) -> list[str]:
    """What whoever starts a server should know."""
    from app.core import doctor, mail  # noqa: PLC0415

    return [*mail.warnings_of(app), *doctor.warnings(app)]


# Nothing of what is loaded goes again: to look for it meanwhile is a quarter of a start, and once at its end a tenth.
gc.disable()
try:
    app = made()
except Exception as error:
    if not getattr(error, "stops_the_start", False):
        raise
    sys.stderr.writelines(f"flaskport: {problem}\n" for problem in str(error).splitlines())
    sys.exit(CANNOT_BE_LOADED)
finally:
    gc.freeze()
    gc.unfreeze()  # all of it is old by now, and nobody has looked at it
    gc.enable()
