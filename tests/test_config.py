"""Settings: which variables there are, what they may be, and what the app assumes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app import create_app
from app.core.config import Brand, Config
from config import ROOT, ConfigError, Server
from tests.variables import ACCESS, REFRESH, SECRETS, read, refusal


def test_settings_made_by_hand_are_checked_like_those_of_the_environment() -> None:
    with pytest.raises(ConfigError, match="sample"):
        Config(jwt_secret="your-access-token-secret-min-32-chars", jwt_refresh_secret=REFRESH)
    with pytest.raises(ConfigError, match="CORS_ORIGINS"):
        Config(jwt_secret=ACCESS, jwt_refresh_secret=REFRESH, cors_origins=("*",))


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


@pytest.mark.parametrize(
    ("variable", "written", "field", "meant"),
    [
        ("PUBLIC_URL", "https://app.example.com/", "public_url", "https://app.example.com"),
        (
            "CORS_ORIGINS",
            " https://a.example.com , http://[::1]:1,",
            "cors_origins",
            ("https://a.example.com", "http://[::1]:1"),
        ),
        ("TRUSTED_HOSTS", "app.example.com", "trusted_hosts", ("app.example.com",)),
        ("ACCESS_TOKEN_MINUTES", "5", "access_lifetime", timedelta(minutes=5)),
        ("REFRESH_IDLE_DAYS", "1", "refresh_idle", timedelta(days=1)),
        ("SESSION_MAX_DAYS", "8", "session_lifetime", timedelta(days=8)),
        ("REFRESH_GRACE_SECONDS", "0", "refresh_grace", timedelta(0)),
        ("FRESH_MINUTES", "3", "fresh_for", timedelta(minutes=3)),
        ("JWT_EMAIL_CLAIM", "no", "jwt_email_claim", False),
        ("JWT_KEYS_DIR", "/etc/keys", "jwt_keys_dir", Path("/etc/keys")),
        ("JWT_KEYS_DIR", "keys", "jwt_keys_dir", ROOT / "keys"),
        ("HOSTED_PAGES", "off", "sign_in_url", None),
        ("BRAND_NAME", "Acme", "brand", Brand(name="Acme")),
        ("BRAND_LOGO", "acme.svg", "brand", Brand(logo="acme.svg")),
    ],
)
def test_a_value_is_what_was_meant(variable: str, written: str, field: str, meant: object) -> None:
    assert getattr(read(**{variable: written}), field) == meant


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


def test_signing_out_clears_what_is_named_and_never_the_cookies_of_others() -> None:
    assert read(SIGN_OUT_CLEARS="cache, storage").sign_out_clears == ("cache", "storage")
    assert read().sign_out_clears == ()
    for kinds in ("cookies", "*", "storage,executionContexts"):
        assert refusal(SIGN_OUT_CLEARS=kinds).startswith("SIGN_OUT_CLEARS holds ")


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


@pytest.mark.parametrize("level", ["debug", "DEBUG", "Debug"])
def test_a_log_level_may_be_written_in_any_case(level: str) -> None:
    assert read(LOG_LEVEL=level).log_level == "DEBUG"


@pytest.mark.parametrize("peers", ["10.0.0.5/8", "proxy.internal", "127.0.0.1 ::1", "10.0.0.0/8,,300.0.0.1"])
def test_peers_that_no_server_can_read_are_refused_before_one_starts(peers: str) -> None:
    with pytest.raises(ConfigError, match=r"FORWARDED_ALLOW_IPS has '.+'; it takes IP addresses, networks"):
        Server.read({"FORWARDED_ALLOW_IPS": peers})


def test_peers_are_addresses_and_networks_or_all() -> None:
    for peers in ("127.0.0.1,::1", "10.0.0.0/8, fd00::/8", "*"):
        assert Server.read({"FORWARDED_ALLOW_IPS": peers}).forwarded_allow_ips == peers
