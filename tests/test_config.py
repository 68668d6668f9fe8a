"""Settings: what the app refuses to start with, what it assumes, and the development ``.env``."""

from __future__ import annotations

import dataclasses
import os
from datetime import timedelta
from pathlib import Path

import pytest

from app import create_app
from config import Brand, Config, ConfigError, check_secrets, database_url

ACCESS = "Zk3vYq8Lw1Rt6Xp0Nc5Bm9Hs2Gd7Jf4K"
REFRESH = "aQ8wE3rT6yU1iO0pL5kJ9hG2fD7sZ4xC"
SECRETS = {"JWT_SECRET": ACCESS, "JWT_REFRESH_SECRET": REFRESH}


def refusal(**env: str) -> str:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({**SECRETS, **env})
    return str(caught.value)


def read(**env: str) -> Config:
    return Config.from_env({**SECRETS, **env})


@pytest.mark.parametrize("name", ["JWT_SECRET", "JWT_REFRESH_SECRET"])
@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ("", "is not set"),
        ("   ", "is not set"),
        (ACCESS[:31], "is shorter than 32 bytes"),
        (f"{ACCESS[:20]}          ", "is shorter than 32 bytes"),
        ("a" * 64, "repeats itself"),
        ("0123456789" * 5, "repeats itself"),
        ("abcdefghijklmnopqrstuvwxyzabcdefghijkl", "repeats itself"),
        (f"{REFRESH[:16]}" * 3, "repeats itself"),
        ("password" * 8, "is a published sample value"),
        ("your-access-token-secret-min-32-chars", "is a published sample value"),
        ("your-refresh-token-secret-min-32-chars", "is a published sample value"),
        ("Your-Secret-Key-Here-at-least-32-bytes", "is a published sample value"),
        ("CHANGE-ME-please-or-else-anyone-can-sign-in", "is a published sample value"),
    ],
)
def test_a_secret_that_could_be_guessed_is_refused_with_the_command_that_makes_a_good_one(
    name: str, secret: str, why: str
) -> None:
    told = refusal(**{name: secret})
    assert told.startswith(f"{name} {why}")
    assert 'Run "python3 config.py"' in told
    assert not secret.strip() or secret.strip() not in told


def test_a_secret_of_raw_bytes_is_refused_in_the_same_words() -> None:
    raw = os.fsdecode(bytes(range(0xC0, 0xF0)))
    assert 'Run "python3 config.py"' in refusal(JWT_SECRET=raw)


def test_secrets_that_are_equal_are_refused() -> None:
    told = refusal(JWT_REFRESH_SECRET=ACCESS)
    assert "are equal" in told
    assert 'Run "python3 config.py"' in told


def test_no_settings_at_all_do_not_start_the_app() -> None:
    with pytest.raises(ConfigError, match="JWT_SECRET is not set"):
        Config.from_env({})


@pytest.mark.parametrize(
    "host", ["https://app.example.com", "app.example.com:443", "App.example.com", "*.example.com", "app/", "."]
)
def test_a_trusted_host_that_no_request_could_name_is_refused(host: str) -> None:
    assert f"TRUSTED_HOSTS holds '{host}'" in refusal(TRUSTED_HOSTS=f"localhost,{host}")


def test_settings_made_by_hand_are_checked_like_those_of_the_environment() -> None:
    with pytest.raises(ConfigError, match="sample"):
        Config(jwt_secret="your-access-token-secret-min-32-chars", jwt_refresh_secret=REFRESH)
    with pytest.raises(ConfigError, match="CORS_ORIGINS"):
        Config(jwt_secret=ACCESS, jwt_refresh_secret=REFRESH, cors_origins=("*",))


@pytest.mark.parametrize(
    "secret", ["6f1c9a0de4b87235f0a1bc9d8e7f6543", ACCESS, "ünïcödé-ßecrets-are-böth-långer-1nd-fiñe"]
)
def test_a_random_secret_of_32_bytes_is_accepted(secret: str) -> None:
    assert read(JWT_SECRET=secret).jwt_secret == secret


def test_the_defaults_are_those_of_production() -> None:
    config = read()
    assert config == Config(jwt_secret=ACCESS, jwt_refresh_secret=REFRESH)
    assert config.production
    assert not config.api_docs
    assert (config.database_url, config.cors_origins, config.public_url) == ("sqlite:///flaskport.db", (), None)
    assert (config.trusted_hosts, config.trusted_proxy_count) == ((), 0)
    assert (config.jwt_issuer, config.jwt_audience, config.jwt_email_claim) == ("flaskport", "flaskport", True)
    assert (config.access_lifetime, config.fresh_for) == (timedelta(minutes=15), timedelta(minutes=10))
    assert (config.refresh_idle, config.session_lifetime) == (timedelta(days=7), timedelta(days=30))
    assert (config.refresh_grace, config.password_hash) == (timedelta(seconds=10), "argon2")


def test_an_empty_variable_means_its_default() -> None:
    names = ("APP_ENV", "DATABASE_URL", "PUBLIC_URL", "ACCESS_TOKEN_MINUTES", "API_DOCS", "LOG_LEVEL", "PASSWORD_HASH")
    assert read(**dict.fromkeys(names, " ")) == read()


def test_every_variable_is_read() -> None:
    config = read(
        APP_ENV="development",
        DATABASE_URL="postgres://db/app",
        PUBLIC_URL="https://app.example.com/",
        CORS_ORIGINS=" https://a.example.com , http://localhost:5173,",
        TRUSTED_HOSTS="app.example.com",
        TRUSTED_PROXY_COUNT="2",
        JWT_ISSUER="us",
        JWT_AUDIENCE="them",
        JWT_EMAIL_CLAIM="no",
        ACCESS_TOKEN_MINUTES="5",
        REFRESH_IDLE_DAYS="1",
        SESSION_MAX_DAYS="2",
        REFRESH_GRACE_SECONDS="0",
        FRESH_MINUTES="3",
        PASSWORD_HASH="bcrypt_sha256",
        API_DOCS="off",
        LOG_LEVEL="DEBUG",
        COOKIE_MODE="cross-site",
        JWT_ALGORITHM="ES256",
        JWT_KEYS_DIR="/etc/keys",
        BASIC_AUTH="on",
        SIGN_IN_URL="https://a.example.com/sign-in",
        HOSTED_PAGES="off",
        BRAND_NAME="Acme",
        BRAND_LOGO="acme.svg",
        TRPC_BATCH_LIMIT="5",
        SOCIAL_GITHUB_KEY=" k ",
        EXTERNAL_JWT_ALGORITHM="HS256",
    )
    assert config == Config(
        jwt_secret=ACCESS,
        jwt_refresh_secret=REFRESH,
        environment="development",
        database_url="postgresql+psycopg://db/app",
        public_url="https://app.example.com",
        cors_origins=("https://a.example.com", "http://localhost:5173"),
        trusted_hosts=("app.example.com",),
        trusted_proxy_count=2,
        jwt_issuer="us",
        jwt_audience="them",
        jwt_email_claim=False,
        access_lifetime=timedelta(minutes=5),
        refresh_idle=timedelta(days=1),
        session_lifetime=timedelta(days=2),
        refresh_grace=timedelta(0),
        fresh_for=timedelta(minutes=3),
        password_hash="bcrypt_sha256",
        api_docs=False,
        log_level="DEBUG",
        cookie_mode="cross-site",
        jwt_algorithm="ES256",
        jwt_keys_dir=Path("/etc/keys"),
        basic_auth=True,
        sign_in_url="https://a.example.com/sign-in",
        hosted_pages=False,
        brand=Brand("Acme", "acme.svg"),
        trpc_batch_limit=5,
        social={"SOCIAL_GITHUB_KEY": "k"},
        external_jwt={"EXTERNAL_JWT_ALGORITHM": "HS256"},
    )


def test_development_shows_the_api_documents_unless_told_otherwise() -> None:
    assert read(APP_ENV="development").api_docs
    assert not read(APP_ENV="development", API_DOCS="false").api_docs


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACCESS_TOKEN_MINUTES", "0"),
        ("ACCESS_TOKEN_MINUTES", "61"),
        ("ACCESS_TOKEN_MINUTES", "-5"),
        ("ACCESS_TOKEN_MINUTES", "1.5"),
        ("ACCESS_TOKEN_MINUTES", "15m"),
        ("ACCESS_TOKEN_MINUTES", "\u0661\u0665"),
        ("ACCESS_TOKEN_MINUTES", "²"),
        ("ACCESS_TOKEN_MINUTES", "9" * 5000),
        ("TRUSTED_PROXY_COUNT", "11"),
        ("REFRESH_GRACE_SECONDS", "61"),
        ("JWT_EMAIL_CLAIM", "maybe"),
        ("API_DOCS", "2"),
        ("APP_ENV", "Production"),
        ("APP_ENV", "test"),
        ("PASSWORD_HASH", "md5"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_bad_value_is_refused_naming_its_variable_and_what_it_should_be(name: str, value: str) -> None:
    told = refusal(**{name: value})
    assert told.startswith(f"{name} is {value!r}; it must be")


@pytest.mark.parametrize(("value", "meaning"), [("TRUE", True), ("1", True), ("on", True), ("No", False), ("0", False)])
def test_booleans_have_the_usual_spellings(value: str, meaning: bool) -> None:
    assert read(API_DOCS=value).api_docs is meaning


@pytest.mark.parametrize(
    "env", [{"REFRESH_IDLE_DAYS": "31"}, {"SESSION_MAX_DAYS": "6"}, {"REFRESH_IDLE_DAYS": "2", "SESSION_MAX_DAYS": "1"}]
)
def test_lifetimes_that_do_not_grow_are_refused(env: dict[str, str]) -> None:
    assert "must grow in this order" in refusal(**env)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("PUBLIC_PATH", path)
            for path in ("backend", "//backend", "/a b", "/a/../b", "/a;b", "/a%2Fb", "https://x.de/a")
        ),
        *(("COOKIE_NAME", name) for name in ("Shop", "my_shop", "my shop", "a=b", "x" * 21, "caf\u00e9")),
    ],
)
def test_a_path_or_a_cookie_name_that_would_not_do_is_refused(name: str, value: str) -> None:
    assert refusal(**{name: value}).startswith(f"{name} is {value!r}; it may be ")


def test_signing_out_clears_what_is_named_and_never_the_cookies_of_others() -> None:
    assert read(SIGN_OUT_CLEARS="cache, storage").sign_out_clears == ("cache", "storage")
    assert read().sign_out_clears == ()
    for kinds in ("cookies", "*", "storage,executionContexts"):
        assert refusal(SIGN_OUT_CLEARS=kinds).startswith("SIGN_OUT_CLEARS holds ")


def test_a_path_and_a_cookie_name_are_kept() -> None:
    config = read(PUBLIC_PATH="/tools/auth-2/", COOKIE_NAME="shop2")
    assert (config.public_path, config.cookie_name) == ("/tools/auth-2", "shop2")
    assert (read().public_path, read().cookie_name) == ("", "")


@pytest.mark.parametrize("name", ["CORS_ORIGINS", "PUBLIC_URL"])
@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://*.example.com",
        "https://app.example.com/path",
        "https://app.example.com?x=1",
        "https://app.example.com#x",
        "https://ada@app.example.com",
        "https://app.example.com:0",
        "https://app.example.com:99999",
        "https://app.example.com:",
        "https://app example.com",
        "https://",
        "https://:443",
        "app.example.com",
        "//app.example.com",
        "ftp://app.example.com",
        "null",
        "https://[::1",
    ],
)
def test_an_origin_that_is_not_exact_is_refused(name: str, origin: str) -> None:
    assert refusal(**{name: origin}).startswith(f"{name} holds '")


def test_a_slash_at_the_end_of_a_listed_origin_is_a_path_and_refused() -> None:
    assert "without a path" in refusal(CORS_ORIGINS="https://app.example.com/")


def test_a_path_in_the_public_address_is_shown_its_place() -> None:
    assert refusal(PUBLIC_URL="https://example.com/backend").endswith("A path goes into PUBLIC_PATH.")


def test_one_bad_origin_among_good_ones_is_refused() -> None:
    assert "'*'" in refusal(CORS_ORIGINS="https://app.example.com,*")


@pytest.mark.parametrize("origin", ["https://app.example.com", "http://localhost:5173", "http://[::1]:3000"])
def test_an_exact_origin_is_accepted(origin: str) -> None:
    assert read(CORS_ORIGINS=origin).cors_origins == (origin,)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("postgres://ada:pw@db:5432/app", "postgresql+psycopg://ada:pw@db:5432/app"),
        ("postgresql://db/app?sslmode=require", "postgresql+psycopg://db/app?sslmode=require"),
        ("postgresql+psycopg://db/app", "postgresql+psycopg://db/app"),
        ("sqlite:///app.db", "sqlite:///app.db"),
        ("sqlite+pysqlite:////data/app.db", "sqlite:////data/app.db"),
    ],
)
def test_a_database_url_may_be_spelled_in_every_usual_way(given: str, meant: str) -> None:
    assert database_url(given) == meant
    assert read(DATABASE_URL=given).database_url == meant


@pytest.mark.parametrize("url", ["sqlite:///app.db", "sqlite:////data/app.db", "postgres://db/app"])
def test_every_kind_of_database_url_makes_an_app(url: str) -> None:
    assert create_app(read(DATABASE_URL=url)).test_client().get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "url", ["mysql://ada:hunter2@db/app", "postgresql+psycopg2://ada:hunter2@db/app", "hunter2.db", "sqlite:hunter2"]
)
def test_another_database_is_refused_without_repeating_its_password(url: str) -> None:
    told = refusal(DATABASE_URL=url)
    assert told.startswith("DATABASE_URL must start with")
    assert "hunter2" not in told


def test_settings_are_frozen_and_do_not_print_secrets() -> None:
    config = read(DATABASE_URL="postgresql://ada:hunter2@db/app")
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.jwt_secret = "x"  # type: ignore[misc]
    for secret in (ACCESS, REFRESH, "hunter2"):
        assert secret not in repr(config)


def test_create_app_refuses_bad_settings_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CORS_ORIGINS", "*")
    with pytest.raises(ConfigError, match="CORS_ORIGINS"):
        create_app()


def test_create_app_refuses_debugging_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(ConfigError, match="FLASK_DEBUG, or --debug, is on: not with APP_ENV=production"):
        create_app(read())
    create_app(read(APP_ENV="development"))


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_sqlite_in_memory_is_refused_because_workers_cannot_share_it(url: str) -> None:
    with pytest.raises(ConfigError, match="name a file"):
        database_url(url)


@pytest.mark.parametrize("url", ["sqlite://app.db", "postgresql://u:p@host:port/d", "mysql://host/d", "app.db"])
def test_a_database_url_that_cannot_be_one_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="DATABASE_URL"):
        database_url(url)


@pytest.mark.parametrize(
    "secret",
    [
        "a-string-secret-at-least-256-bits-long",
        "my-super-secret-jwt-key-change-in-production",
        "'your-access-token-secret-min-32-chars'",
        "please-replace-this-password-before-use-1",
    ],
)
def test_words_of_documentation_are_no_secret(secret: str) -> None:
    with pytest.raises(ConfigError, match="JWT_SECRET is a published sample value"):
        check_secrets(secret, "aQ8wE3rT6yU1iO0pL5kJ9hG2fD7sZ4xC")


@pytest.mark.parametrize(
    "place", ["javascript:alert(1)", "sign-in", "//evil.example", "/\\evil.example", "/a b", "https://"]
)
def test_a_sign_in_page_that_is_no_place_is_refused(place: str) -> None:
    assert "SIGN_IN_URL must be a path" in refusal(SIGN_IN_URL=place)


@pytest.mark.parametrize(
    "public_url", ["http://auth.example.com", "http://localhost.example.com", "http://10.0.0.7:8000"]
)
def test_production_is_reached_by_https(public_url: str) -> None:
    assert refusal(PUBLIC_URL=public_url).startswith(f"PUBLIC_URL holds {public_url!r}; in production it begins with")
    assert read(PUBLIC_URL=public_url, APP_ENV="development").public_url == public_url


@pytest.mark.parametrize(
    "public_url", ["http://localhost", "http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]"]
)
def test_production_may_be_tried_on_this_machine_without_https(public_url: str) -> None:
    assert read(PUBLIC_URL=public_url).public_url == public_url


@pytest.mark.parametrize("level", ["debug", "DEBUG", "Debug"])
def test_a_log_level_may_be_written_in_any_case(level: str) -> None:
    assert read(LOG_LEVEL=level).log_level == "DEBUG"


@pytest.mark.parametrize("public_url", [None, "http://localhost:8000"])
def test_cookies_for_other_sites_need_https_outside_development(public_url: str | None) -> None:
    env = {"COOKIE_MODE": "cross-site"} | ({"PUBLIC_URL": public_url} if public_url else {})
    assert "COOKIE_MODE=cross-site needs https" in refusal(**env)
    assert read(**env, APP_ENV="development").cookie_mode == "cross-site"
    assert read(COOKIE_MODE="cross-site", PUBLIC_URL="https://auth.example.com").cookie_mode == "cross-site"
