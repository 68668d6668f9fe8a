"""What the whole application is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from app.core.database_url import database_url
from app.core.values import (
    COOKIE_NAME,
    LOOPBACK,
    PUBLIC_PATH,
    OneOf,
    check_cleared,
    check_host,
    check_origin,
    check_place,
    check_secrets,
    each_is,
    items,
    like,
    secrets_in,
    text_or_none,
)
from config import ROOT, Declared, Problem, Whole, boolean, setting, text, variables

Environment = Literal["production", "development"]
PasswordHash = Literal["argon2", "bcrypt_sha256"]
CookieMode = Literal["same-site", "cross-site"]
KeysIn = Literal["folder", "database"]
JwtAlgorithm = Literal["HS256", "EdDSA", "ES256", "RS256"]


@dataclass(frozen=True, slots=True)
class Brand(Declared):
    """What the hosted pages say they are. Their colours are in brand.css."""

    name: str = setting("BRAND_NAME", text, "Flaskport")
    """What the pages call this product."""
    logo: str | None = setting("BRAND_LOGO", text_or_none)
    """A file in app/static."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Declared):
    """What the whole application is told."""

    variables: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """What the parts read their own settings from, by name: what this was read from."""
    environment: Environment = setting("APP_ENV", OneOf(("production", "development")), "production", heading="Mode")
    """production or development. Development: cookies without Secure, OpenAPI shown."""
    jwt_secret: str = setting("JWT_SECRET", text, None, check=check_secrets, private=True, heading="Signing keys")
    """A random value of 32 bytes or more, which signs access tokens. `python3 config.py` prints two good ones. Without
    them nothing starts. Of several between commas the first signs, and all verify: docs/secrets.md"""
    jwt_refresh_secret: str = setting("JWT_REFRESH_SECRET", text, None, check=check_secrets, private=True)
    """Another one, which signs refresh tokens; or several."""
    jwt_algorithm: JwtAlgorithm = setting("JWT_ALGORITHM", OneOf(("HS256", "EdDSA", "ES256", "RS256")), "HS256")
    """HS256 signs access tokens with JWT_SECRET. EdDSA, ES256 and RS256 sign with keys that others can verify:
    docs/signing-keys.md. Make the first key before: flask signing-keys rotate --algorithm ES256"""
    jwt_keys: KeysIn = setting("JWT_KEYS", OneOf(("folder", "database")), "folder")
    """Where those keys are: folder, a file each; or database, encrypted with SECRETS_KEYS: all machines see them
    without sharing a folder."""
    jwt_keys_dir: Path = setting("JWT_KEYS_DIR", lambda _, path: ROOT / path, "instance/signing-keys")
    """The folder, from the project's."""
    database_url: str = setting(
        "DATABASE_URL", lambda _, url: database_url(url), "sqlite:///flaskport.db", private=True, heading="Database"
    )
    """sqlite:///flaskport.db lies in instance/; a path with four slashes is absolute.
    postgresql://user:password@host/database for PostgreSQL; several hosts and libpq's parameters: docs/databases.md."""
    database_timeout: int = setting("DATABASE_TIMEOUT_SECONDS", Whole(1, 600), "15")
    """How long a statement, or the wait for a lock, may take. After that 503."""
    ready_when_ahead: bool = setting("READY_WHEN_AHEAD", boolean, "true")
    """Is an instance ready whose database a newer release has migrated already? So it is in a rolling deployment."""
    public_url: str | None = setting(
        "PUBLIC_URL", lambda _, url: url.rstrip("/") or None, check=check_origin, heading="Addresses"
    )
    """Where browsers reach this server, when that differs from the Host header that arrives here. In production
    https."""
    public_path: str = setting(
        "PUBLIC_PATH", lambda _, path: path.rstrip("/"), check=like(PUBLIC_PATH, "a path like /backend")
    )
    """Under which path a proxy serves this server, if it takes that path away: /backend. Cookies, links and redirects
    follow."""
    cors_origins: tuple[str, ...] = setting("CORS_ORIGINS", items, check=each_is(check_origin))
    """Front ends on other origins, exact and comma-separated: https://app.example.com,http://localhost:5173"""
    trusted_hosts: tuple[str, ...] = setting("TRUSTED_HOSTS", items, check=each_is(check_host))
    """Host names that this server answers to, comma-separated. Empty: any. /healthz and /readyz answer to all."""
    trusted_proxy_count: int = setting("TRUSTED_PROXY_COUNT", Whole(0, 10), "0")
    """How many reverse proxies stand in front and set X-Forwarded-For and -Proto. 0: nobody is believed."""
    cookies: bool = setting("COOKIES", boolean, "true", heading="Cookies")
    """false: a pure token API. No cookie is set or read, and no view is there that needs one: neither /auth/login and
    /auth/refresh, nor providers, nor the hosted pages. Programs get their tokens from /auth/token."""
    cookie_mode: CookieMode = setting("COOKIE_MODE", OneOf(("same-site", "cross-site")), "same-site")
    """same-site, or cross-site for a front end on another site: SameSite=None; Secure; Partitioned. Needs https."""
    cookie_name: str = setting("COOKIE_NAME", text, check=like(COOKIE_NAME, "up to 20 lower case letters and digits"))
    """A suffix for the names of all cookies: lower case letters and digits. For a second product on one host, whatever
    its port, since cookies know no ports."""
    sign_out_clears: tuple[str, ...] = setting("SIGN_OUT_CLEARS", items, check=check_cleared)
    """What browsers forget at sign-out besides: cache, storage, or both; docs/browser.md says what each costs."""
    jwt_issuer: str = setting("JWT_ISSUER", text, "flaskport", heading="Tokens and sessions")
    """The claim "iss" of our tokens."""
    jwt_audience: str = setting("JWT_AUDIENCE", text, "flaskport")
    """The claim "aud" of our tokens."""
    jwt_email_claim: bool = setting("JWT_EMAIL_CLAIM", boolean, "true")
    """false leaves the e-mail address out of access tokens."""
    access_lifetime: timedelta = setting("ACCESS_TOKEN_MINUTES", Whole(1, 60, "minutes"), "15")
    """How long an access token is good."""
    refresh_idle: timedelta = setting("REFRESH_IDLE_DAYS", Whole(1, 365, "days"), "7")
    """A session ends when it was not refreshed for so long."""
    session_lifetime: timedelta = setting("SESSION_MAX_DAYS", Whole(1, 365, "days"), "30")
    """A session ends after so long in any case."""
    refresh_grace: timedelta = setting("REFRESH_GRACE_SECONDS", Whole(0, 60, "seconds"), "10")
    """How long a replaced refresh token still leads to the same successor."""
    fresh_for: timedelta = setting("FRESH_MINUTES", Whole(1, 1440, "minutes"), "10")
    """How long after a sign-in, or POST /auth/confirm, a session counts as fresh."""
    password_hash: PasswordHash = setting(
        "PASSWORD_HASH", OneOf(("argon2", "bcrypt_sha256")), "argon2", heading="Passwords"
    )
    """argon2 (argon2id) or bcrypt_sha256: for new passwords. Both are always accepted."""
    hosted_pages: bool = setting(
        "HOSTED_PAGES", boolean, "true", otherwise=lambda read: read["cookies"], heading="Hosted pages"
    )
    """The pages /sign-in, /sign-up, /account and /admin (docs/pages.md). Default: true, unless COOKIES=false."""
    sign_in_url: str | None = setting(
        "SIGN_IN_URL",
        text_or_none,
        "/sign-in",
        otherwise=lambda read: "/sign-in" if read["hosted_pages"] else None,
        check=check_place,
    )
    """Where people go when signing in with a provider did not work. Default: the hosted page."""
    home_url: str | None = setting("HOME_URL", text_or_none, check=check_place)
    """Where people go on to once they are signed in, if nothing says where, and where the name above /account leads: a
    path of this server, or an address on an origin in CORS_ORIGINS. Default: /account."""
    brand: Brand = field(default_factory=Brand)
    api_docs: bool = setting(
        "API_DOCS", boolean, "false", otherwise=lambda read: read["environment"] == "development", heading="Operation"
    )
    """/openapi.json and /docs. Default: true in development, false in production."""
    log_level: str = setting("LOG_LEVEL", OneOf(("DEBUG", "INFO", "WARNING", "ERROR"), str.upper), "INFO")
    """DEBUG, INFO, WARNING or ERROR. Production logs JSON lines, development lines for people."""

    def rules(self) -> Iterator[Problem]:
        if set(secrets_in(self.jwt_secret)) & set(secrets_in(self.jwt_refresh_secret)):
            yield Problem(
                "JWT_SECRET and JWT_REFRESH_SECRET are equal, or have one in common: a refresh token would pass for an "
                "access token. "
                'Run "python3 config.py": it prints two good ones.',
                "jwt_secret",
                "jwt_refresh_secret",
            )
        if not self.access_lifetime <= self.refresh_idle <= self.session_lifetime:
            yield Problem(
                "ACCESS_TOKEN_MINUTES, REFRESH_IDLE_DAYS and SESSION_MAX_DAYS must grow in this order.",
                "access_lifetime",
                "refresh_idle",
                "session_lifetime",
            )
        if not self.cookies and self.hosted_pages:
            yield Problem("COOKIES=false: HOSTED_PAGES needs cookies. Switch it off, too.", "cookies", "hosted_pages")
        elsewhere = re.match("https?://[^/?#]*", self.home_url or "")
        if elsewhere and elsewhere[0] not in self.front_ends:
            yield Problem(
                f"HOME_URL holds {self.home_url!r}; an address is on an origin in CORS_ORIGINS, or on PUBLIC_URL.",
                "home_url",
                "cors_origins",
                "public_url",
            )
        if self.production:
            yield from self._without_https()

    def _without_https(self) -> Iterator[Problem]:
        if self.public_url and not f"{self.public_url}/".startswith(("https://", *LOOPBACK)):
            yield Problem(
                f"PUBLIC_URL holds {self.public_url!r}; in production it begins with https://, since browsers keep no "
                "Secure cookie of a site without (but for localhost, where it may be tried).",
                "environment",
                "public_url",
            )
        if self.cookie_mode == "cross-site" and not (self.public_url or "").startswith("https://"):
            yield Problem(
                "COOKIE_MODE=cross-site needs https: set PUBLIC_URL to this server's https:// address.",
                "environment",
                "public_url",
                "cookie_mode",
            )

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def front_ends(self) -> tuple[str, ...]:
        """The origins of our own pages: those of CORS_ORIGINS, and this server's where PUBLIC_URL names it."""
        return (*self.cors_origins, self.public_url) if self.public_url else self.cors_origins

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Config:
        """What these variables ask for, or the environment and ``.env``, which never overrides it. Raises ConfigError.

        A server begins with ``app.core.settings.from_environment()``, which looks at the settings of every part.
        """
        found = variables() if env is None else env
        return cls.read(found, variables=found, brand=Brand.read(found))
