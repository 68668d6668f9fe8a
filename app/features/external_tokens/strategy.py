"""The tokens of another issuer: how they are checked, and who they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from flask import Flask

from app.accounts.current import CurrentUser
from app.accounts.sign_in import check_sign_in
from app.core.config import Config
from app.core.settings import read, settings_of
from app.features.external_tokens.settings import ALGORITHMS, Settings
from app.features.external_tokens.subjects import user_by_email, user_by_id, user_by_identity
from app.guards import PROGRAMS, passport
from app.passport import Success
from app.passport.bearer import Claims
from app.passport.jwks import KeySet, fits
from app.passport.strategies.external_jwt import ExternalJwtStrategy, ExternalTokenProof
from config import ROOT, ConfigError

KeyFor = Callable[[str | None], Any | None]


def init_app(app: Flask) -> None:
    """Register the strategy, or make it known as switched off. Raises ConfigError naming the variable."""
    settings = read(app, Settings)
    if settings.is_on:
        passport.use(app, _strategy(settings, settings_of(app)), groups=(PROGRAMS,))
    else:
        passport.off(app, ExternalJwtStrategy.name, groups=(PROGRAMS,))


def _strategy(settings: Settings, config: Config) -> ExternalJwtStrategy[CurrentUser]:
    problems = []
    if settings.secret == config.jwt_refresh_secret:
        problems.append(
            "EXTERNAL_JWT_SECRET and JWT_REFRESH_SECRET are equal: a refresh token would pass for an access token."
        )
    if settings.issuer == config.jwt_issuer:
        problems.append("EXTERNAL_JWT_ISSUER and JWT_ISSUER are equal: nobody could tell the others' tokens from ours.")
    if problems:
        raise ConfigError(*problems)
    key_for = _keys(settings, str(settings.algorithm))
    return ExternalJwtStrategy(
        key_for,
        _verifier(_finder(str(settings.subject)), settings.issuer),
        algorithm=str(settings.algorithm),
        issuer=settings.issuer,
        audience=settings.audience,
        **({"key_anew": key_for.anew} if isinstance(key_for, KeySet) else {}),
    )


def _keys(settings: Settings, algorithm: str) -> KeyFor:
    if settings.jwks_url is not None:
        return KeySet(ExternalJwtStrategy.name, settings.jwks_url, algorithm)
    key = settings.secret or _public_key(str(settings.public_key_file), algorithm)
    return lambda _kid: key


def _public_key(name: str, algorithm: str) -> Any:
    variable = "EXTERNAL_JWT_PUBLIC_KEY_FILE"
    try:
        key = load_pem_public_key((ROOT / name).read_bytes())
    except OSError as error:
        raise ConfigError(f"{variable} cannot be read: {error.strerror}.") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigError(f"{variable} holds no PEM public key (-----BEGIN PUBLIC KEY-----).") from None
    if not fits(key, algorithm):
        raise ConfigError(
            f"{variable} does not go with EXTERNAL_JWT_ALGORITHM={algorithm}: it needs {ALGORITHMS[algorithm]}."
        )
    return key


def _verifier(find: Callable[[Claims], CurrentUser], issuer: str | None) -> Callable[[Claims], CurrentUser]:
    """Whose the claims are. What may veto a sign-in may veto this way in, which has none."""

    def verify(claims: Claims) -> CurrentUser:
        user = find(claims)
        check_sign_in(Success(user, ExternalJwtStrategy.name, ExternalTokenProof(issuer, claims["sub"])))
        return user

    return verify


def _finder(rule: str) -> Callable[[Claims], CurrentUser]:
    if rule == "id":
        return user_by_id
    if rule == "email":
        return user_by_email
    return user_by_identity(rule.removeprefix("identity:"))
