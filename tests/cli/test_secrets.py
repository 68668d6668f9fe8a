"""``flask secrets add``, ``use``, ``drop``: lists in ``.env`` change, and nothing else that stands there."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

import config as at_root
from app.cli import env_lines
from app.core import encryption
from app.core.keyed import listed
from app.core.values import secrets_in
from tests.callers import Command

ONE, TWO = "kX93vYq8Lw1Rt6Xp0Nc5Bm9Hs2Gd7Jf4Q", "mB21vYq8Lw1Rt6Xp0Nc5Bm9Hs2Gd7Jf4Q"
COMMA = "a,c#d 'e$fgh1jKl2mN3oP4qR5sT6uV7w"
NAMES = ("JWT_SECRET", "JWT_REFRESH_SECRET", "SECRETS_KEYS")


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A ``.env`` of its own, that nothing in the environment beats."""
    path = tmp_path / ".env"
    monkeypatch.setattr(at_root, "ENV_FILE", path)
    monkeypatch.setattr(at_root, "env_file", at_root.env_file.__wrapped__)
    monkeypatch.delenv("PYTHON_DOTENV_DISABLED", raising=False)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    return path


def write(env: Path, text: str) -> None:
    env.write_bytes(text.encode())
    env.chmod(0o600)


def secrets(env: Path, name: str = "JWT_SECRET") -> list[str]:
    return [*secrets_in(at_root.trimmed(at_root.env_file().get(name, "")))]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("JWT_SECRET={0}\n", "{mark}\nJWT_SECRET={0},{new}\n"),
        ("JWT_SECRET={0}", "{mark}\nJWT_SECRET={0},{new}"),
        (
            "# a\r\nexport JWT_SECRET='{0}'  # b\r\nX=1\r\n",
            "# a\r\n{mark}\r\nexport JWT_SECRET={0},{new}  # b\r\nX=1\r\n",
        ),
        (
            'A="b\nJWT_SECRET=c"\n\n JWT_SECRET = "{0}" # d\n',
            'A="b\nJWT_SECRET=c"\n\n{mark}\n JWT_SECRET = {0},{new} # d\n',
        ),
        ("'JWT_SECRET'={0}\nB=${{JWT}}\n", "{mark}\n'JWT_SECRET'={0},{new}\nB=${{JWT}}\n"),
    ],
)
def test_nothing_changes_but_the_list(env: Path, flask: Command, before: str, after: str) -> None:
    write(env, before.format(ONE))
    done = flask("secrets add JWT_SECRET")
    assert (done.exit_code, done.stderr) == (0, "")
    one, new = secrets(env)
    assert one == ONE
    mark = env_lines.NEW.format(name="JWT_SECRET", kid=env_lines.kid(new))
    assert env.read_bytes().decode() == after.format(ONE, new=new, mark=mark)
    kids = [secret.kid for secret in listed(f"{ONE},{new}")]
    assert done.stdout == f"JWT_SECRET: {kids[0]} signs, and {kids[1]} only verifies.\n"
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert [path.name for path in env.parent.iterdir()] == [".env"]


def test_three_steps_twice_in_a_row_and_each_out_of_turn_is_refused(env: Path, flask: Command) -> None:
    write(env, f"JWT_SECRET={ONE},{TWO}\nJWT_REFRESH_SECRET={TWO}\n")
    assert flask("secrets add JWT_REFRESH_SECRET JWT_SECRET").exit_code == 1
    assert secrets(env, "JWT_REFRESH_SECRET") == [TWO], "of several all change, or none"
    signs = ONE
    for _ in range(2):
        assert flask("secrets use JWT_SECRET").exit_code == 1
        assert flask("secrets drop JWT_SECRET").exit_code == 0
        assert secrets(env) == [signs]
        assert flask("secrets add JWT_SECRET").exit_code == 0
        _, new = secrets(env)
        for line in ("secrets add JWT_SECRET", "secrets drop JWT_SECRET"):
            assert flask(line).exit_code == 1
        assert flask("secrets use JWT_SECRET").exit_code == 0
        assert secrets(env) == [new, signs]
        signs = new
    assert "#" not in env.read_text()


def test_a_secret_with_every_kind_of_letter_stays_what_it_is(env: Path, flask: Command) -> None:
    quoted = COMMA.replace(",", "\\\\,").replace("'", "\\'")
    write(env, f"JWT_SECRET='{quoted}'\n")
    assert secrets(env) == [COMMA]
    assert flask("secrets add JWT_SECRET").exit_code == 0
    assert flask("secrets use JWT_SECRET").exit_code == 0
    assert secrets(env)[1] == COMMA


@pytest.mark.parametrize(
    ("text", "variables", "why"),
    [
        (f"JWT_SECRET={ONE}\n", {"JWT_SECRET": TWO}, "comes from the environment"),
        ("X=1\n", {"JWT_SECRET": TWO}, "comes from the environment"),
        ("X=1\n", {"JWT_SECRET_FILE": "/run/x"}, "JWT_SECRET_FILE comes from the environment"),
        ("JWT_SECRET_FILE=/run/x\n", {}, "names the file /run/x"),
        (f"JWT_SECRET={ONE}\nJWT_SECRET={TWO}\n", {}, "twice"),
        (f"JWT_SECRET={ONE}\nCOPY=${{JWT_SECRET}}\n", {}, "by hand"),
        ("", {}, "nothing can be changed"),
        (f"JWT_SECRET={ONE}\n", {"PYTHON_DOTENV_DISABLED": "true"}, "not read"),
    ],
)
def test_what_a_command_cannot_change_it_leaves_and_says_so(
    env: Path, flask: Command, monkeypatch: pytest.MonkeyPatch, text: str, variables: dict[str, str], why: str
) -> None:
    write(env, text)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    done = flask("secrets add JWT_SECRET")
    assert (done.exit_code, why in done.stderr) == (1, True), done.stderr
    assert env.read_text() == text


def test_what_the_command_line_copied_into_the_environment_is_no_other_source(
    env: Path, flask: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(env, f"JWT_SECRET={ONE}\n")
    monkeypatch.setenv("JWT_SECRET", ONE)
    assert flask("secrets add JWT_SECRET").exit_code == 0


def test_two_commands_at_once_do_not_undo_each_other(env: Path, flask: Command) -> None:
    write(env, f"JWT_SECRET={ONE}\n")
    (env.parent / ".env.next").touch()
    assert "another command is at it" in flask("secrets add JWT_SECRET").stderr
    assert secrets(env) == [ONE]


def test_a_link_stays_one(env: Path, flask: Command) -> None:
    real = env.parent / "real"
    write(real, f"JWT_SECRET={ONE}\n")
    os.symlink(real, env)
    assert flask("secrets add JWT_SECRET").exit_code == 0
    assert env.is_symlink()
    assert len(secrets(env)) == 2


def test_the_first_key_of_secrets_at_rest_is_written_where_there_was_none(env: Path, flask: Command) -> None:
    write(env, f"JWT_SECRET={ONE}")
    assert flask("secrets add SECRETS_KEYS").exit_code == 0
    [first] = secrets(env, "SECRETS_KEYS")
    assert env.read_text() == f"JWT_SECRET={ONE}\nSECRETS_KEYS={first}\n"
    assert flask("secrets add SECRETS_KEYS").exit_code == 0
    assert flask("secrets use SECRETS_KEYS").exit_code == 0
    assert secrets(env, "SECRETS_KEYS")[1:] == [first]


@pytest.mark.parametrize(("name", "derived"), [("JWT_SECRET", True), ("SECRETS_KEYS", False)])
def test_what_still_opens_something_does_not_go(
    env: Path, flask: Command, monkeypatch: pytest.MonkeyPatch, name: str, derived: bool
) -> None:
    asked: list[tuple[tuple[str, ...], bool]] = []

    def one_is(gone: tuple[str, ...], *, derived: bool) -> int:
        asked.append((gone, derived))
        return 1

    monkeypatch.setattr(encryption, "opened_by", one_is)
    write(env, f"{name}={ONE},{TWO}\n")
    done = flask(f"secrets drop {name}")
    assert f"1 secrets are encrypted under what would go from {name}. First: flask secrets rotate" in done.stderr
    assert (done.exit_code, len(secrets(env, name)), asked) == (1, 2, [((TWO,), derived)])
