"""The views of the auth blueprint, by what they are about. In this order they stand in the OpenAPI document."""

# isort: off
from app.auth.routes import session
from app.auth.routes import credentials
from app.auth.routes import devices
from app.auth.routes import programs


__all__ = ["credentials", "devices", "programs", "session"]
