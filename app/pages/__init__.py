"""The hosted pages: static shells, the same for everybody, whose forms go through the browser client and the API.

Where no script runs, signing in and up are plain forms.
"""

from app.pages import plain_forms  # noqa: F401 (it adds its views)
from app.pages.routes import init_app, pages
from app.pages.words import close

__all__ = ["close", "init_app", "pages"]
