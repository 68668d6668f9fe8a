"""Refusals that only tests declare. The app's catalogue holds none of them: they are of no part of it."""

from __future__ import annotations

from app.core.errors import refusal
from app.passport import forbidden, unauthorized

BAD_KEY = unauthorized("bad_key", "Bad key")
CLOSED_TODAY = forbidden("closed_today", "Nobody signs in today.")
EMAIL_NOT_VERIFIED = forbidden("email_not_verified", "Verify your address first.")
INVALID_KEY = unauthorized("invalid_key", "Invalid key")
NOT_YOU = forbidden("not_you", "Not you.")
TOO_MANY = refusal(429, "too_many", "Wait.")
UNKNOWN_NAME = unauthorized("unknown_name", "Invalid key")
