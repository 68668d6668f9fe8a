"""The OpenAPI document, read from the decorators that enforce it, over flask-smorest."""

from app.core.openapi.api import Api, add, close, document_of, init_app
from app.core.openapi.components import CLEARS_COOKIES, SETS_COOKIES, in_query
from app.core.openapi.document import Blueprint, asks_gates, needs_cookies, read_fields

__all__ = [
    "CLEARS_COOKIES",
    "SETS_COOKIES",
    "Api",
    "Blueprint",
    "add",
    "asks_gates",
    "close",
    "document_of",
    "in_query",
    "init_app",
    "needs_cookies",
    "read_fields",
]
