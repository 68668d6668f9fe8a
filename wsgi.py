"""The WSGI entry point: ``gunicorn -c gunicorn.conf.py wsgi:app``; ``flask`` finds it by itself."""

import sys

from app import create_app
from config import ConfigError

CANNOT_BE_LOADED = 4
"""An exit code at which gunicorn stops, instead of starting another worker that fails as well."""

try:
    app = create_app()
except ConfigError as error:
    sys.stderr.write(f"flaskport: {error}\n")
    sys.exit(CANNOT_BE_LOADED)
