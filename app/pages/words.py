"""What people read about a refusal. ``static/pages/words.js`` says the same; a test compares the two.

A code that is not here comes with a message that is for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SIGN_IN_AGAIN = "You are signed out. Sign in again."
OUT_OF_DATE = "This page is out of date. Load it again."
NOT_YOUR_ROLE = "Your role does not allow this. An admin can give you another."

SENTENCES = {
    "access_denied": "The sign-in was cancelled.",
    "account_disabled": "This account is disabled.",
    "account_exists": "There is already an account with this e-mail address. "
    "Sign in to it here, then connect the other one on your account page.",
    "bad_request": "We got a request that we could not read. Go back and try again.",
    "body_too_large": "That is more than we can take.",
    "browser_must_use_cookies": "This is for programs. Sign in on the sign-in page.",
    "csrf_invalid": OUT_OF_DATE,
    "csrf_missing": OUT_OF_DATE,
    "database_unavailable": "We cannot do this right now. Try again in a moment.",
    "email_missing": "We got no e-mail address to make an account with. Sign up here, then connect the other one.",
    "email_taken": "There is already an account with this address.",
    "fresh_required": "Confirm that it is still you, then try again.",
    "identity_taken": "This already opens somebody else's account here, so it cannot be connected to yours.",
    "identity_unusable": "This account cannot be used here. Sign in another way.",
    "internal_error": "Something went wrong on our side. Try again in a while.",
    "invalid_api_key": "This key is not good, or no more.",
    "invalid_credentials": "The e-mail address or the password is not right.",
    "invalid_json": "We got a request that we could not read. Go back and try again.",
    "invalid_token": SIGN_IN_AGAIN,
    "last_admin": "This is the last admin. Make somebody else an admin first.",
    "last_way_in": "Nothing else opens your account. Set a password or connect another account first.",
    "method_not_allowed": "The address is wrong, or what was here has gone.",
    "next_not_allowed": "We were asked to send you on to a place that we do not know. Sign in here instead.",
    "no_signing_key": "We cannot sign anybody in right now. Try again in a while.",
    "not_authenticated": "Sign in to see this.",
    "not_found": "This is not here, or not here any more.",
    "not_ready": "We cannot do this right now. Try again in a moment.",
    "origin_not_allowed": "This address of the site may not do that. Open it at its usual address.",
    "permission_required": NOT_YOUR_ROLE,
    "provider_failed": "The site that you wanted to sign in with did not answer as it should. Try again in a while.",
    "provider_policy": "This account is not among those that may sign in here.",
    "provider_refused": "The other side ended the sign-in. Try again in a while, or sign in another way.",
    "refresh_expired": SIGN_IN_AGAIN,
    "role_above_yours": "This person's role may do more than yours.",
    "role_required": NOT_YOUR_ROLE,
    "session_ended": "You were signed out. Sign in to go on where you were.",
    "session_required": "This is for people who are signed in, not for keys.",
    "sign_in_expired": "The sign-in took too long, or began in another window. Please try again.",
    "token_expired": SIGN_IN_AGAIN,
    "token_reused": "You are signed out, because an old copy of your session was used. Sign in again.",
    "token_revoked": SIGN_IN_AGAIN,
    "too_many_keys": "You have as many keys as there can be. Revoke one first.",
    "unknown_provider": "Signing in that way is not possible here. Choose another one.",
    "unsupported_media_type": "We got a request that we could not read. Go back and try again.",
    "validation_failed": "Some fields are not right.",
    "wrong_password": "This is not your password.",
}

TITLES = {
    "not_found": "This page is not here",
    "method_not_allowed": "This page is not here",
    "provider_failed": "That sign-in did not work",
    "unknown_provider": "That sign-in is not possible here",
    "permission_required": "This is not for your role",
    "role_required": "This is not for your role",
    "not_authenticated": "Sign in first",
    "database_unavailable": "We cannot do this right now",
    "internal_error": "Something went wrong",
}
SIGNED_OUT = frozenset(code for code, text in SENTENCES.items() if text.endswith("Sign in again.")) | {
    "not_authenticated"
}
"""After these people sign in, and come back to where they were."""


def sentence(code: str, message: str) -> str:
    return SENTENCES.get(code, message)


def title(code: str) -> str:
    return TITLES.get(code) or ("Sign in first" if code in SIGNED_OUT else "That did not work")


def problems(errors: Mapping[str, Any] | None, sent: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with each field. Nothing for one that was left empty: the page knows what belongs there."""
    return {name: " ".join(_flat(what)) if sent.get(name) else "" for name, what in (errors or {}).items()}


def _flat(what: Any) -> list[str]:
    if isinstance(what, Mapping):
        return [text for part in what.values() for text in _flat(part)]
    return [text for part in what for text in _flat(part)] if isinstance(what, list) else [str(what)]
