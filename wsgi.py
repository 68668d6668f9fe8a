"""The WSGI entry point: ``gunicorn -c gunicorn.conf.py wsgi:app``; ``flask`` finds it by itself."""

import os
import sys

import click
from click.core import ParameterSource
from flask.cli import run_command

from app import create_app
from app.core.assets import BadPages
from app.core.config import Config
from app.core.settings import from_environment, is_setting
from app.passport import BadGuards
from config import ConfigError, Server, env_file

CANNOT_BE_LOADED = 4
"""An exit code at which gunicorn stops, instead of starting another worker that fails as well."""


def check_flask_run(config: Config) -> None:
    """What ``flask run`` decides before it asks us: a debugger, which runs whatever code it is sent, and the port."""
    context = click.get_current_context(silent=True)
    if context is None or context.command is not run_command:
        return
    if config.production and context.params["debugger"]:
        raise ConfigError("flask run --debugger lets its visitors run code: not with APP_ENV=production.")
    if context.get_parameter_source("port") is ParameterSource.DEFAULT:
        # Its option is read by now, so it has to begin once more; and without what it has copied from .env into the
        # environment, where the processes that its reloader starts would find old settings.
        copied = {name for name, value in env_file().items() if is_setting(name) and os.environ.get(name) == value}
        kept = {name: value for name, value in os.environ.items() if name not in copied}
        kept |= {"FLASK_RUN_PORT": str(Server.from_env().port), "FLASK_SKIP_DOTENV": "1"}
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], kept)  # noqa: S606 (the command that runs)


try:
    settings = from_environment()
    check_flask_run(settings)
    app = create_app(settings)
except (ConfigError, BadGuards, BadPages) as error:
    problems = error.problems if isinstance(error, ConfigError) else (error,)
    sys.stderr.writelines(f"flaskport: {problem}\n" for problem in problems)
    sys.exit(CANNOT_BE_LOADED)
