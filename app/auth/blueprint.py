"""The blueprint object, apart, so that the modules that add views to it can import it."""

from app.core.openapi import Blueprint

auth = Blueprint("auth", __name__, url_prefix="/auth", description="Signing in and being signed in.")
