"""The hosted pages: static shells, the same for everybody, whose forms go through the browser client and the API."""

from app.pages.routes import init_app, pages

__all__ = ["init_app", "pages"]
