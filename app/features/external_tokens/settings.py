"""EXTERNAL_JWT_…: whose tokens this app accepts beside its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import ClassVar
from urllib.parse import urlsplit

from app.core.config import Config
from app.core.values import is_key_of_another_kind, secret_problem, secrets_in, text_or_none
from app.passport.addresses import is_acceptable
from config import ConfigError, Declared, Problem, setting

ALGORITHMS = {
    "HS256": "a secret",
    "RS256": "an RSA key of 2048 bits or more",
    "PS256": "an RSA key of 2048 bits or more",
    "ES256": "a P-256 key",
    "EdDSA": "an Ed25519 key",
}
SOURCES = {
    "secret": "EXTERNAL_JWT_SECRET",
    "public_key_file": "EXTERNAL_JWT_PUBLIC_KEY_FILE",
    "jwks_url": "EXTERNAL_JWT_JWKS_URL",
}
"""Where the key is: the fields, and their variables."""
SUBJECT = re.compile(r"id|email|identity:[a-z0-9][a-z0-9._-]{0,79}")


def check_secret(variable: str, secret: str | None) -> None:
    if secret is None:
        return
    if is_key_of_another_kind(secret):
        raise ConfigError(f"{variable} holds a key of another kind; {SOURCES['public_key_file']} is for public keys.")
    problem = secret_problem(secret)
    if problem:
        raise ConfigError(f"{variable} {problem}. Give the issuer a random one of 32 bytes or more, then this server.")


def check_url(variable: str, url: str | None) -> None:
    if url is None:
        return
    try:
        parts = urlsplit(url)
        good = is_acceptable(url) and parts.port != 0 and parts.username is None and not parts.fragment
    except ValueError:
        good = False
    if not good:
        raise ConfigError(f"{variable} must be an https:// address (http:// on this machine only), without a password.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """One issuer. Nothing set: none."""

    prefix: ClassVar[str] = "EXTERNAL_JWT_"
    algorithm: str | None = setting("EXTERNAL_JWT_ALGORITHM", text_or_none, heading="Tokens of another issuer")
    """Bearer tokens that somebody else signed (docs/coming-from-passport.md). With nothing of EXTERNAL_JWT_ set they
    are refused. Exactly one of HS256, RS256, PS256, ES256, EdDSA, whatever a token says."""
    secret: str | None = setting("EXTERNAL_JWT_SECRET", text_or_none, check=check_secret, private=True)
    """For HS256. Of this and the next two there is exactly one."""
    public_key_file: str | None = setting("EXTERNAL_JWT_PUBLIC_KEY_FILE", text_or_none)
    """A PEM file (-----BEGIN PUBLIC KEY-----), read once at start."""
    jwks_url: str | None = setting("EXTERNAL_JWT_JWKS_URL", text_or_none, check=check_url)
    """The issuer's published keys: https://login.example.com/.well-known/jwks.json"""
    issuer: str | None = setting("EXTERNAL_JWT_ISSUER", text_or_none)
    """What "iss" must be; not our own JWT_ISSUER. May be left out with a secret: then a token must have none."""
    audience: str | None = setting("EXTERNAL_JWT_AUDIENCE", text_or_none)
    """What "aud" must hold. May be left out with a secret: then a token must have none."""
    subject: str | None = setting("EXTERNAL_JWT_SUBJECT", text_or_none)
    """identity:express, say: a row in identities has this provider and the token's "sub". id: "sub" is our user's id.
    email: the claim "email" is our user's address."""

    @property
    def is_on(self) -> bool:
        return any(getattr(self, each.name) is not None for each in fields(self))

    @property
    def source(self) -> str | None:
        """The field that says where the key is, if one does."""
        given = [name for name in SOURCES if getattr(self, name) is not None]
        return given[0] if len(given) == 1 else None

    def rules(self) -> Iterator[Problem]:
        if self.is_on:
            yield from self._key()
            yield from self._claims()

    def beside(self, config: Config) -> Iterator[str]:
        if self.secret in secrets_in(config.jwt_refresh_secret):
            yield (
                "EXTERNAL_JWT_SECRET and JWT_REFRESH_SECRET are equal: a refresh token would pass for an access token."
            )
        if self.issuer == config.jwt_issuer:
            yield "EXTERNAL_JWT_ISSUER and JWT_ISSUER are equal: nobody could tell the others' tokens from ours."

    def _key(self) -> Iterator[Problem]:
        if self.algorithm not in ALGORITHMS:
            found = "is not set" if self.algorithm is None else f"is {self.algorithm!r}"
            yield Problem(f"EXTERNAL_JWT_ALGORITHM {found}; it must be one of: {', '.join(ALGORITHMS)}.")
        if self.source is None:
            given = [variable for name, variable in SOURCES.items() if getattr(self, name) is not None]
            found = " and ".join(given) + " are set" if given else "None of them is set"
            yield Problem(f"{found}: exactly one of {', '.join(SOURCES.values())} says where the key is.")
        elif self.algorithm in ALGORITHMS and (self.source == "secret") != (self.algorithm == "HS256"):
            yield Problem(
                f"{SOURCES[self.source]} does not go with EXTERNAL_JWT_ALGORITHM={self.algorithm}: HS256, and nothing "
                "else, has a secret."
            )

    def _claims(self) -> Iterator[Problem]:
        """The guide's tokens name neither issuer nor audience; whoever publishes keys signs for many."""
        if self.secret is None:
            for name, what in (("issuer", "who signs the tokens"), ("audience", "what the tokens say they are for")):
                if getattr(self, name) is None:
                    yield Problem(
                        f"EXTERNAL_JWT_{name.upper()} is not set; it must be {what}. Only with EXTERNAL_JWT_SECRET may "
                        "it be left out."
                    )
        if not SUBJECT.fullmatch(self.subject or ""):
            found = f"is {self.subject!r}" if self.subject else "is not set"
            yield Problem(
                f"EXTERNAL_JWT_SUBJECT {found}; it must be id, email, or identity: and a provider's name "
                "(identity:express)."
            )
