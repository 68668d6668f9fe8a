"""Signing in with an identity provider, over social-auth-core: no pipeline, no user model, no session.

``configured`` and ``strategy`` import that library, which takes a worker 15 MB: only where a provider is on.
"""

from app.passport.strategies.social.provider import Attempts, Pending, Provider, returned_state
from app.passport.strategies.social.refusals import SIGN_IN_EXPIRED

__all__ = ["SIGN_IN_EXPIRED", "Attempts", "Pending", "Provider", "returned_state"]
