"""The tokens of another issuer: how they are checked, and who they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from app.accounts.current import CurrentUser
from app.accounts.sign_in import check_sign_in
from app.features.external_tokens.settings import ALGORITHMS, Settings
from app.features.external_tokens.subjects import user_by_email, user_by_id, user_by_identity
from app.passport import Success
from app.passport.bearer import Claims
from app.passport.jwks import KeySet
from app.passport.key_kinds import fits
from app.passport.strategies.external_jwt import ExternalJwtStrategy, ExternalTokenProof
from config import ROOT, ConfigError

KeyFor = Callable[[str | None], Any | None]


def strategy(settings: Settings) -> ExternalJwtStrategy[CurrentUser]:
    """What checks the tokens of this issuer. Raises ConfigError for a key file that cannot be used."""
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
