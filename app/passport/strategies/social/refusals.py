"""How a sign-in with an identity provider is refused, whichever library speaks with it."""

from __future__ import annotations

from app.passport.refusals import unauthorized

ACCESS_DENIED = unauthorized(
    "access_denied", "Signing in was cancelled at the provider.", for_people="The sign-in was cancelled."
)
PROVIDER_POLICY = unauthorized(
    "provider_policy",
    "The provider says that this account may not sign in here.",
    for_people="This account is not among those that may sign in here.",
)
PROVIDER_REFUSED = unauthorized(
    "provider_refused",
    "The provider ended the sign-in. Try again in a while.",
    for_people="The other side ended the sign-in. Try again in a while, or sign in another way.",
)
SIGN_IN_EXPIRED = unauthorized(
    "sign_in_expired",
    "This sign-in took too long or began elsewhere. Start again.",
    for_people="The sign-in took too long, or began in another window. Please try again.",
)
"""The answer belongs to no sign-in of this browser that is still under way."""
