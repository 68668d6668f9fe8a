"""EXTERNAL_JWT_…: whose tokens this app accepts beside its own. All of it is checked at start."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import jwt as pyjwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from flask import Flask

from app.accounts.current import CurrentUser
from app.accounts.sign_in import check_sign_in
from app.core.settings import settings_of
from app.core.values import secret_problem
from app.features.external_tokens.subjects import user_by_email, user_by_id, user_by_identity
from app.guards import PROGRAMS, passport
from app.passport import Success
from app.passport.bearer import Claims
from app.passport.jwks import KeySet, fits
from app.passport.outgoing import is_acceptable
from app.passport.strategies.external_jwt import ExternalJwtStrategy, ExternalTokenProof
from config import ROOT, Config, ConfigError

ALGORITHM = "EXTERNAL_JWT_ALGORITHM"
SECRET = "EXTERNAL_JWT_SECRET"  # noqa: S105 (a variable's name)
PUBLIC_KEY_FILE = "EXTERNAL_JWT_PUBLIC_KEY_FILE"
JWKS_URL = "EXTERNAL_JWT_JWKS_URL"
ISSUER = "EXTERNAL_JWT_ISSUER"
AUDIENCE = "EXTERNAL_JWT_AUDIENCE"
SUBJECT = "EXTERNAL_JWT_SUBJECT"

SOURCES = (SECRET, PUBLIC_KEY_FILE, JWKS_URL)
NAMES = (ALGORITHM, *SOURCES, ISSUER, AUDIENCE, SUBJECT)
ALGORITHMS = {
    "HS256": "a secret",
    "RS256": "an RSA key of 2048 bits or more",
    "PS256": "an RSA key of 2048 bits or more",
    "ES256": "a P-256 key",
    "EdDSA": "an Ed25519 key",
}
PROVIDER = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")

Settings = Mapping[str, str]
KeyFor = Callable[[str | None], Any | None]


def init_app(app: Flask) -> None:
    """Register the strategy, or make it known as switched off. Raises ConfigError naming the variable."""
    config = settings_of(app)
    if config.external_jwt:
        passport.use(app, _strategy(config.external_jwt, config), groups=(PROGRAMS,))
    else:
        passport.off(app, ExternalJwtStrategy.name, groups=(PROGRAMS,))


def _strategy(settings: Settings, config: Config) -> ExternalJwtStrategy[CurrentUser]:
    for name in sorted(settings):
        if name not in NAMES:
            raise ConfigError(f"{name} is not a setting. There are: {', '.join(NAMES)}.")
    algorithm = settings.get(ALGORITHM)
    if algorithm not in ALGORITHMS:
        found = "is not set" if algorithm is None else f"is {algorithm!r}"
        raise ConfigError(f"{ALGORITHM} {found}; it must be one of: {', '.join(ALGORITHMS)}.")
    key_for = _keys(settings, algorithm, config)
    issuer = _issuer(settings, config)
    return ExternalJwtStrategy(
        key_for,
        _verifier(_finder(settings), issuer),
        algorithm=algorithm,
        issuer=issuer,
        audience=_named(settings, AUDIENCE, "what the tokens say they are for"),
        **({"key_anew": key_for.anew} if isinstance(key_for, KeySet) else {}),
    )


def _keys(settings: Settings, algorithm: str, config: Config) -> KeyFor:
    given = [name for name in SOURCES if name in settings]
    if len(given) != 1:
        found = " and ".join(given) + " are set" if given else "None of them is set"
        raise ConfigError(f"{found}: exactly one of {', '.join(SOURCES)} says where the key is.")
    source = given[0]
    if (source == SECRET) != (algorithm == "HS256"):
        raise ConfigError(f"{source} does not go with {ALGORITHM}={algorithm}: HS256, and nothing else, has a secret.")
    if source == JWKS_URL:
        _check_url(settings[source])
        return KeySet(ExternalJwtStrategy.name, settings[source], algorithm)
    key = _secret(settings[source], config) if source == SECRET else _public_key(settings[source], algorithm)
    return lambda _kid: key


def _secret(secret: str, config: Config) -> str:
    problem = secret_problem(secret)
    if problem:
        raise ConfigError(f"{SECRET} {problem}. Give the issuer a random one of 32 bytes or more, then this server.")
    if secret == config.jwt_refresh_secret:
        raise ConfigError(f"{SECRET} and JWT_REFRESH_SECRET are equal: a refresh token would pass for an access token.")
    try:
        pyjwt.get_algorithm_by_name("HS256").prepare_key(secret)
    except pyjwt.InvalidKeyError:
        raise ConfigError(f"{SECRET} holds a key of another kind; {PUBLIC_KEY_FILE} is for public keys.") from None
    return secret


def _public_key(name: str, algorithm: str) -> Any:
    try:
        key = load_pem_public_key((ROOT / name).read_bytes())
    except OSError as error:
        raise ConfigError(f"{PUBLIC_KEY_FILE} cannot be read: {error.strerror}.") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigError(f"{PUBLIC_KEY_FILE} holds no PEM public key (-----BEGIN PUBLIC KEY-----).") from None
    if not fits(key, algorithm):
        raise ConfigError(
            f"{PUBLIC_KEY_FILE} does not go with {ALGORITHM}={algorithm}: it needs {ALGORITHMS[algorithm]}."
        )
    return key


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = is_acceptable(url) and parts.port != 0 and parts.username is None and not parts.fragment
    except ValueError:
        good = False
    if not good:
        raise ConfigError(f"{JWKS_URL} must be an https:// address (http:// on this machine only), without a password.")


def _issuer(settings: Settings, config: Config) -> str | None:
    issuer = _named(settings, ISSUER, "who signs the tokens")
    if issuer == config.jwt_issuer:
        raise ConfigError(f"{ISSUER} and JWT_ISSUER are equal: nobody could tell the others' tokens from ours.")
    return issuer


def _named(settings: Settings, name: str, what: str) -> str | None:
    """The guide's tokens name neither issuer nor audience; whoever publishes keys signs for many."""
    value = settings.get(name)
    if value is None and SECRET not in settings:
        raise ConfigError(f"{name} is not set; it must be {what}. Only with {SECRET} may it be left out.")
    return value


def _verifier(find: Callable[[Claims], CurrentUser], issuer: str | None) -> Callable[[Claims], CurrentUser]:
    """Whose the claims are. What may veto a sign-in may veto this way in, which has none."""

    def verify(claims: Claims) -> CurrentUser:
        user = find(claims)
        check_sign_in(Success(user, ExternalJwtStrategy.name, ExternalTokenProof(issuer, claims["sub"])))
        return user

    return verify


def _finder(settings: Settings) -> Callable[[Claims], CurrentUser]:
    rule = settings.get(SUBJECT, "")
    if rule == "id":
        return user_by_id
    if rule == "email":
        return user_by_email
    kind, _, provider = rule.partition(":")
    if kind == "identity" and PROVIDER.fullmatch(provider):
        return user_by_identity(provider)
    found = f"is {rule!r}" if rule else "is not set"
    raise ConfigError(
        f"{SUBJECT} {found}; it must be id, email, or identity: and a provider's name (identity:express)."
    )
