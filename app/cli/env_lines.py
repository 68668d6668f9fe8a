"""The lists of secrets in ``.env``, changed without a change of anything else that stands there.

The file is read as ``config.env_file`` reads it, and what was made of it is read again before it takes its place: a
line that would mean something else by then is refused, and the file stays as it was.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream

import config
from app.core.cli import Refused
from app.core.keyed import Secret
from app.core.values import secrets_in
from config import IN_FILE, trimmed

LINE = re.compile(
    r"(?P<blank>(?:\s*[\r\n])?)(?P<head>[^\S\r\n]*(?:export[^\S\r\n]+)?(?:'[^']+'|[^=#\s]+)[^\S\r\n]*=[^\S\r\n]*)"
    r"(?:'(?:\\.|[^'\\])*'(?P<said>[^\S\r\n]*#[^\r\n]*)?|\"(?:\\.|[^\"\\])*\"(?P<told>[^\S\r\n]*#[^\r\n]*)?"
    r"|[^\r\n]*?(?P<noted>[^\S\r\n]+#[^\r\n]*)?)(?P<end>[^\S\r\n]*(?:\r\n|\n|\r|$))",
    re.DOTALL,
)
PLAIN = re.compile(r"[\w\-.,\\+/=~:@%]*", re.ASCII)
"""What means itself without quotation marks."""
NEW = "# {name}: its last one, {kid}, is new and does not sign yet (flask secrets use {name})"

Change = Callable[[str, tuple[str, ...], bool], tuple[tuple[str, ...], bool]]
"""``(variable, secrets, is the last one new?)``: the same as they shall be. Raises Refused."""


def change(names: tuple[str, ...], change_one: Change) -> dict[str, tuple[str, ...]]:
    """Change these lists, all or none of them. Raises Refused."""
    path = config.ENV_FILE.resolve()
    _require_file(path)
    with _replaced(path) as (before, replace):
        text = before
        for name in names:
            text = _with(text, name, change_one)
        found = _values(text)
        if text != before:
            replace(text)
    return {name: _listed(found, name) for name in names}


def kid(secret: str) -> str:
    """Which one it is, as the heads of tokens say it. It tells nothing of the secret."""
    return Secret.of(secret).kid


def _require_file(path: Path) -> None:
    if not config.env_file():
        raise Refused(
            "no_env_file", f"{path} is not there, is empty, or is not read here: nothing can be changed in it."
        )


def _with(text: str, name: str, change_one: Change) -> str:
    """The text with this list changed."""
    found = _values(text)
    _require_ours(name, found)
    before = _listed(found, name)
    marked = bool(before) and _mark(name, before) in text.splitlines()
    after, new = change_one(name, before, marked)
    if (after, new) == (before, marked):
        return text
    lines = [each for each in parse_stream(io.StringIO(text)) if not _is_mark(each, name)]
    if sum(each.key == name for each in lines) > 1:
        raise Refused("not_plain", f"{name} stands twice in .env: take out the first, of which nothing is read.")
    made = "".join(_line(each, name, after, new) if each.key == name else each.original.string for each in lines)
    if name not in found:
        end = "\r\n" if "\r\n" in text else "\n"
        made += ("" if not made or made.endswith(("\n", "\r")) else end) + f"{name}={_written(after)}{end}"
    if _values(made) | {name: ""} != found | {name: ""} or _listed(_values(made), name) != after:
        raise Refused("not_plain", f"The line of {name} cannot be changed safely by a command: change it by hand.")
    return made


def _require_ours(name: str, found: Mapping[str, str]) -> None:
    """Refuse what ``.env`` does not say, or not alone: a change there would change nothing."""
    for each in (name, name + IN_FILE):
        here, there = trimmed(os.environ.get(each, "")), trimmed(found.get(each, ""))
        # What .env says, too, the command line has copied into the environment.
        if here not in ("", there):
            raise Refused("not_in_env_file", f"{each} comes from the environment, not from .env: change it there.")
        if each != name and there:
            raise Refused("not_in_env_file", f"{each} names the file {there}: change its lines.")


def _values(text: str) -> dict[str, str]:
    if any(each.error for each in parse_stream(io.StringIO(text))):
        raise Refused("not_plain", ".env has a line that cannot be read: flask config check says which.")
    return {name: value or "" for name, value in dotenv_values(stream=io.StringIO(text)).items()}


def _listed(found: Mapping[str, str], name: str) -> tuple[str, ...]:
    return secrets_in(trimmed(found.get(name, "")))


def _mark(name: str, secrets: tuple[str, ...]) -> str:
    return NEW.format(name=name, kid=kid(secrets[-1]))


def _is_mark(line: Binding, name: str) -> bool:
    begin, _, end = NEW.format(name=name, kid="\0").partition("\0")
    said = line.original.string.strip()
    return line.key is None and said.startswith(begin) and said.endswith(end)


def _line(line: Binding, name: str, secrets: tuple[str, ...], new: bool) -> str:
    """What stands around the value stays: blank lines, ``export``, a comment, and how the line ends."""
    parts = LINE.fullmatch(line.original.string)
    if parts is None:
        return line.original.string  # which is not what is wanted: it is refused
    mark = _mark(name, secrets) + (parts["end"].lstrip(" \t") or "\n") if new else ""
    comment = parts["said"] or parts["told"] or parts["noted"] or ""
    return f"{parts['blank']}{mark}{parts['head']}{_written(secrets)}{comment}{parts['end']}"


def _written(secrets: tuple[str, ...]) -> str:
    text = ",".join(secret.replace(",", "\\,") for secret in secrets)
    if PLAIN.fullmatch(text):
        return text
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{quoted}'"


@contextmanager
def _replaced(path: Path) -> Iterator[tuple[str, Callable[[str], None]]]:
    """What it holds, and how to put something else there: in one step, with the same owner and mode.

    The file beside it is the lock as well: of two commands at once one is refused.
    """
    beside = path.with_name(f"{path.name}.next")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(
            "being_changed", f"{beside} is there: another command is at it, or broke off. Then delete that file."
        ) from None
    except OSError as error:
        raise Refused("not_written", f"{beside}: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:

            def replace(text: str) -> None:
                file.write(text)
                file.flush()
                was = path.stat()
                if (was.st_uid, was.st_gid) != (os.geteuid(), os.getegid()):
                    os.fchown(file.fileno(), was.st_uid, was.st_gid)
                os.fchmod(file.fileno(), was.st_mode & 0o7777)
                os.fsync(file.fileno())
                beside.replace(path)

            with path.open(encoding="utf-8", newline="") as before:
                text = before.read()
            yield text, replace
    except OSError as error:
        raise Refused("not_written", f"{path}: {error.strerror}.") from error
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()
