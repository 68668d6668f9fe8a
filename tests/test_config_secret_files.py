"""Secrets in files, as Docker and Kubernetes mount them: one rule for every setting that holds one."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.config import Config
from app.core.encryption import Settings as Encryption
from app.core.encryption import new_key
from app.core.keyed import listed
from app.core.mail.settings import Settings as Mail
from app.core.settings import is_setting, misspelt
from app.features.providers.settings import Settings as Providers
from config import FILES, IN_FILE, ConfigError, Declared, declarations
from tests.variables import ACCESS, REFRESH, SECRETS, refusal

OTHER = "Np7wXs2dQv9kRt4mYb6hLc3gFz8jUa5e"


@pytest.fixture(autouse=True)
def _nothing_was_read() -> None:
    FILES.clear()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text(f"{ACCESS}\n")
    return path


def test_a_secret_is_read_from_the_file_that_is_named(file: Path) -> None:
    env = {"JWT_SECRET_FILE": str(file), "JWT_REFRESH_SECRET": REFRESH}
    assert Config.from_env(env).jwt_secret == ACCESS
    file.write_text(f"{OTHER}\n{ACCESS}\n")
    assert Config.from_env(env).jwt_secret == ACCESS  # a process reads it once
    FILES.clear()
    assert [secret.text for secret in listed(Config.from_env(env).jwt_secret)] == [OTHER, ACCESS]


def test_every_setting_that_holds_a_secret_has_one() -> None:
    in_files = {
        declared.variable for kind in Declared.kinds.values() for _, declared in declarations(kind) if declared.in_file
    }
    assert {"JWT_SECRET", "JWT_REFRESH_SECRET", "SECRETS_KEYS", "DATABASE_URL", "MAIL_URL"} <= in_files
    assert all(is_setting(f"{name}{IN_FILE}") for name in in_files)
    assert not list(misspelt([f"{name}{IN_FILE}" for name in in_files]))
    assert list(misspelt(["JWT_SECRT_FILE"])) == ["JWT_SECRT_FILE is no setting. Did you mean JWT_SECRET_FILE?"]
    assert not is_setting("JWT_ISSUER_FILE")


def test_parts_and_families_follow_the_rule(file: Path) -> None:
    key = new_key()
    file.write_text(key)
    assert Encryption.read({"SECRETS_KEYS_FILE": str(file)}).keys == (key,)
    FILES.clear()
    file.write_text("smtp://ada:hunter2@mail.example.com")
    assert "hunter2" not in repr(Mail.read({"MAIL_URL_FILE": str(file)}))
    FILES.clear()
    file.write_text("its secret\n")
    env = {"SOCIAL_GITHUB_KEY": "key", "SOCIAL_GITHUB_SECRET_FILE": str(file)}
    assert Providers.read(env).social == {"SOCIAL_GITHUB_KEY": "key", "SOCIAL_GITHUB_SECRET": "its secret"}
    both = {**env, "SOCIAL_GITHUB_SECRET": "another"}
    with pytest.raises(ConfigError, match="SOCIAL_GITHUB_SECRET and SOCIAL_GITHUB_SECRET_FILE are both set"):
        Providers.read(both)


def test_both_at_once_are_refused(file: Path) -> None:
    told = refusal(JWT_SECRET_FILE=str(file))
    assert told == "JWT_SECRET and JWT_SECRET_FILE are both set: take one of them out."


@pytest.mark.parametrize(
    ("held", "why"),
    [
        (None, "cannot be read: No such file or directory."),
        (b"", "is empty."),
        (b" \n", "is empty."),
        (b"\xff\xfe", "is not UTF-8 text."),
        (b"x" * 65_537, "is too long for a secret."),
    ],
)
def test_a_file_that_holds_none_is_named_with_the_reason(tmp_path: Path, held: bytes | None, why: str) -> None:
    path = tmp_path / "secret"
    if held is not None:
        path.write_bytes(held)
    env = {name: value for name, value in SECRETS.items() if name != "JWT_SECRET"}
    with pytest.raises(ConfigError) as refused:
        Config.from_env({**env, "JWT_SECRET_FILE": str(path)})
    assert f"JWT_SECRET_FILE: {path} {why}" in refused.value.problems


def test_what_a_file_holds_is_judged_like_what_is_written_and_never_repeated(file: Path) -> None:
    file.write_text(ACCESS[:20])
    env = {"JWT_SECRET_FILE": str(file), "JWT_REFRESH_SECRET": REFRESH}
    with pytest.raises(ConfigError, match="JWT_SECRET is shorter than 32 bytes") as refused:
        Config.from_env(env)
    assert ACCESS[:20] not in str(refused.value)
