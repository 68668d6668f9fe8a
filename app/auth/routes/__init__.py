"""The views of the auth blueprint, by what they are about."""

from app.auth.routes import check, credentials, devices, keys, programs, providers, session

__all__ = ["check", "credentials", "devices", "keys", "programs", "providers", "session"]
