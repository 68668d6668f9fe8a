"""Secrets: which the app refuses to start with, and that it prints none."""

from __future__ import annotations

import dataclasses
import os

import pytest

from app.core.config import Config
from app.core.keyed import listed
from config import ConfigError
from tests.variables import ACCESS, REFRESH, read, refusal

NEW, OLD = "Np7wXs2dQv9kRt4mYb6hLc3gFz8jUa5e", "Hr5tVn8bKx2pWq7zDm4yGs9cLf3jEa6u"


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
        (f"ssh-ed25519 {ACCESS}", "is a key of another kind"),
        (f"-----BEGIN PUBLIC KEY-----\\n{ACCESS}\\n-----END PUBLIC KEY-----", "is a key of another kind"),
        (f'{{"kty":"{ACCESS}"}}', "is a key of another kind"),
    ],
)
def test_a_secret_that_could_be_guessed_is_refused_with_the_command_that_makes_a_good_one(
    name: str, secret: str, why: str
) -> None:
    told = refusal(**{name: secret})
    assert told.startswith(f"{name} {why}")
    assert 'Run "python3 config.py"' in told
    assert not secret.strip() or secret.strip() not in told


def test_only_blanks_around_a_secret_are_no_part_of_it() -> None:
    assert read(JWT_SECRET=f" \t{ACCESS} \r\n").jwt_secret == ACCESS
    assert read(JWT_SECRET=f"\u00a0{ACCESS}\x1f").jwt_secret == f"\u00a0{ACCESS}\x1f"


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
    "secret", ["6f1c9a0de4b87235f0a1bc9d8e7f6543", ACCESS, "ünïcödé-ßecrets-are-böth-långer-1nd-fiñe"]
)
def test_a_random_secret_of_32_bytes_is_accepted(secret: str) -> None:
    assert read(JWT_SECRET=secret).jwt_secret == secret


def test_settings_are_frozen_and_do_not_print_secrets() -> None:
    config = read(DATABASE_URL="postgresql://ada:hunter2@db/app")
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.jwt_secret = "x"  # type: ignore[misc]
    for secret in (ACCESS, REFRESH, "hunter2"):
        assert secret not in repr(config)


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
    assert refusal(JWT_SECRET=secret).startswith("JWT_SECRET is a published sample value")


@pytest.mark.parametrize("name", ["JWT_SECRET", "JWT_REFRESH_SECRET"])
def test_several_secrets_stand_between_commas_or_line_breaks_the_newest_first(name: str) -> None:
    for written in (f"{NEW},{OLD}", f" {NEW} ,\t{OLD},", f"{NEW}\n{OLD}\n"):
        config = read(**{name: written})
        found = listed(config.jwt_secret if name == "JWT_SECRET" else config.jwt_refresh_secret)
        assert [secret.text for secret in found] == [NEW, OLD]


def test_a_comma_of_a_secret_is_written_with_a_backslash() -> None:
    assert [secret.text for secret in listed(f"{OLD[:16]}\\,{OLD[16:]},{NEW}")] == [f"{OLD[:16]},{OLD[16:]}", NEW]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (f"{NEW},{OLD[:9]}", "JWT_SECRET is shorter than 32 bytes: the second of the secrets between its commas."),
        (f"{'a' * 64},{NEW}", "JWT_SECRET repeats itself and can be guessed: the first of the secrets"),
        (f"{NEW},{OLD},{NEW}", "JWT_SECRET holds a secret twice."),
        (f"{NEW},{REFRESH}", "JWT_SECRET and JWT_REFRESH_SECRET are equal, or have one in common"),
    ],
)
def test_each_of_several_is_judged_and_none_is_repeated(written: str, why: str) -> None:
    told = refusal(JWT_SECRET=written)
    assert told.startswith(why)
    assert not any(secret in told for secret in written.split(","))
