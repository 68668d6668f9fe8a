"""The WSGI entry point: ``gunicorn -c gunicorn.conf.py wsgi:app``; ``flask`` finds it by itself."""

from flask.cli import NoAppException

from app import create_app
from config import ConfigError

try:
    app = create_app()
except ConfigError as error:
    # The flask command prints this in one line, without a traceback.
    raise NoAppException(str(error)) from error
