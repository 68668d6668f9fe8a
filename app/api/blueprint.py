"""The blueprint object, apart, so that the modules that add views to it can import it."""

from app.core.openapi import Blueprint

api = Blueprint("api", __name__, url_prefix="/api", description="What signed-in people use.")
