"""Every ``code`` that an error can have, and what it says. Codes are stable: clients decide by them.

A new code gets its line here; a test compares this list with the codes that are raised.
"""

from __future__ import annotations

CODES = {
    "access_denied": "Signing in was cancelled at the provider.",
    "account_disabled": "The account is disabled.",
    "account_exists": "There is an account with this address: sign in to it first, then connect the provider.",
    "account_gone": "The account was deleted a moment ago.",
    "bad_request": "The request could not be read.",
    "body_too_large": "The body is over 1 MiB.",
    "browser_must_use_cookies": "This is for programs: browsers sign in with POST /auth/login and keep cookies.",
    "csrf_invalid": "X-CSRF-TOKEN is not the value of the CSRF cookie of this session.",
    "csrf_missing": "A request that changes something with a cookie repeats the CSRF cookie in X-CSRF-TOKEN.",
    "database_unavailable": "The database does not answer right now, or is not migrated. Try again.",
    "email_missing": "The provider gave no address: sign in another way first, then connect it.",
    "email_taken": "There is already an account with this address.",
    "forbidden": "Known, but this is not yours to change.",
    "fresh_required": "Confirm your password first: POST /auth/confirm.",
    "identity_taken": "This account at the provider opens another account already.",
    "identity_unusable": "The provider's name for this person cannot be kept.",
    "internal_error": "Something went wrong on the server's side. The request_id leads to its log.",
    "invalid_api_key": "The API key is malformed, unknown, revoked or expired.",
    "invalid_credentials": "Address and password do not belong together.",
    "invalid_json": "The body is not JSON.",
    "invalid_token": "The token is not one of ours, or not for this.",
    "last_admin": "This is the last admin. Make another one first.",
    "last_way_in": "Nothing else opens this account. Set a password or connect another provider first.",
    "method_not_allowed": "This path does not know this method; Allow lists those that it knows.",
    "next_not_allowed": "next is neither a path of this server nor an address on a listed origin.",
    "no_signing_key": "The server has no key to sign tokens with.",
    "not_authenticated": "Sign in first.",
    "not_found": "Nothing is here, or nothing that the caller may know of.",
    "not_ready": "The database is not migrated, or takes no writes.",
    "origin_not_allowed": "The page that sent this is of another origin than PUBLIC_URL and those in CORS_ORIGINS.",
    "permission_required": "The role lacks a permission; errors names it.",
    "prefetch_refused": "Nothing is fetched in advance here.",
    "provider_failed": "The identity provider did not answer as it should. Try again in a while.",
    "provider_policy": "The provider says that this account may not sign in here.",
    "provider_refused": "The provider ended the sign-in. Try again in a while.",
    "refresh_expired": "The refresh token has expired. Sign in again.",
    "role_above_yours": "This role may do more than yours.",
    "role_required": "Another role is needed; errors names it.",
    "session_ended": "The session that began this has ended. Sign in again.",
    "session_required": "Only a signed-in session may do this, not a key.",
    "sign_in_expired": "This sign-in took too long or began elsewhere. Start again.",
    "token_expired": "The access token has expired. POST /auth/refresh, then try again.",
    "token_reused": "A refresh token that was replaced long ago came back: the session is ended. Sign in again.",
    "token_revoked": "The session has ended, or the account is disabled. Sign in again.",
    "too_many_keys": "There are as many keys as there may be. Revoke one first.",
    "unknown_provider": "This provider is not switched on. GET /auth/providers lists those that are.",
    "unsupported_media_type": "The body must be sent as Content-Type: application/json.",
    "validation_failed": "Some fields are not right; errors says which, by field.",
    "wrong_password": "This is not the caller's password. The session goes on.",
}

CODES_OF_STRATEGIES: dict[str, dict[int, tuple[str, ...]]] = {
    "jwt": {401: ("not_authenticated", "invalid_token", "token_expired", "token_revoked")},
    "refresh": {401: ("not_authenticated", "invalid_token", "refresh_expired", "token_revoked", "token_reused")},
    "local": {401: ("invalid_credentials",)},
    "api_key": {401: ("not_authenticated", "invalid_token", "invalid_api_key")},
    "external_jwt": {
        401: ("not_authenticated", "invalid_token", "token_expired", "token_revoked"),
        502: ("provider_failed",),
    },
    "basic": {401: ("not_authenticated", "invalid_credentials"), 403: ("browser_must_use_cookies",)},
}
"""How each strategy refuses, by status. What it asks of every credential alike (CSRF, say) is not in here."""
CODES_OF_OTHERS = {401: ("not_authenticated", "invalid_credentials")}
"""What a strategy that is not listed is taken to answer."""
