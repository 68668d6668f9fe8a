"""``flask signing-keys``: the key files that access tokens are signed with, where JWT_ALGORITHM is not HS256."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup

from app.core import clock
from app.core.cli import Refused, as_json, print_json, refusals
from app.core.settings import settings
from app.core.tables import moment, print_table
from app.sessions import signing
from app.sessions.key_files import KEY_ALGORITHMS, SUFFIX, Key, KeyAlgorithm, create
from app.sessions.signing import Keys

signing_keys = AppGroup("signing-keys", help="Manage the keys that access tokens are signed with.")


def _show(key: Key, keys: Keys) -> dict[str, object]:
    return {
        "kid": key.kid,
        "algorithm": key.algorithm,
        "state": keys.state(key),
        "since": clock.iso(key.since),
        "until": clock.iso(keys.retires_at(key)),
    }


def _print(shown: Iterable[Key], keys: Keys) -> None:
    """``Until`` is empty for a key that has no successor."""
    rows = [(key.kid, key.algorithm, keys.state(key), moment(key.since), _until(key, keys)) for key in shown]
    print_table(("Key", "Algorithm", "State", "From", "Until"), rows)


def _until(key: Key, keys: Keys) -> str:
    retires = keys.retires_at(key)
    return moment(retires) if retires else ""


def _on_disk() -> Keys:
    return signing.load(settings()).keys()


@contextmanager
def _writing_to(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused("not_written", f"{folder}: {error.strerror}.") from error


@signing_keys.command("list")
@as_json
@refusals
def list_(as_json: bool) -> None:
    """List the keys, the newest first, with what each is for now."""
    keys = _on_disk()
    if as_json:
        print_json([_show(key, keys) for key in keys.newest_first])
        return
    _print(keys.newest_first, keys)


@signing_keys.command("rotate")
@click.option("--algorithm", type=click.Choice(KEY_ALGORITHMS), help="Of another algorithm than JWT_ALGORITHM's.")
@click.option(
    "--in", "minutes", type=click.IntRange(0, 10_080), default=0, help="Sign with it only in so many minutes."
)
@as_json
@refusals
def rotate(algorithm: KeyAlgorithm | None, minutes: int, as_json: bool) -> None:
    """Make a new key, which signs from now on. The one before verifies until its last token has expired."""
    folder = settings().jwt_keys_dir
    if algorithm is None:
        algorithm = _configured()
    with _writing_to(folder):
        made = create(folder, algorithm, clock.now() + dt.timedelta(minutes=minutes))
    keys = _on_disk()
    key = keys.get(made.kid) or made
    if as_json:
        print_json(_show(key, keys))
        return
    _print([key, *(other for other in keys.published() if other is not key)], keys)
    if keys.state(key) == "unused":
        click.echo(f"It signs once JWT_ALGORITHM is {algorithm} and the server was restarted.")


def _configured() -> KeyAlgorithm:
    algorithm = settings().jwt_algorithm
    if algorithm == "HS256":
        raise Refused(
            "no_key_files",
            "JWT_ALGORITHM is HS256, which signs with JWT_SECRET and has no key files. "
            "To make a key for another one: --algorithm EdDSA.",
        )
    return algorithm


@signing_keys.command("prune")
@as_json
@refusals
def prune(as_json: bool) -> None:
    """Delete the files of keys that nobody can hold a token of any more.

    That is REFRESH_IDLE_DAYS after they retired: a browser that comes back with an old token before that is told to
    refresh, where one with a token of an unknown key would be signed out.
    """
    folder = settings().jwt_keys_dir
    keys = _on_disk()
    horizon = clock.now() - settings().refresh_idle
    gone = [key for key in keys.newest_first if (end := keys.retires_at(key)) is not None and end <= horizon]
    with _writing_to(folder):
        for key in gone:
            (folder / f"{key.kid}{SUFFIX}").unlink(missing_ok=True)
    if as_json:
        print_json({"deleted": [key.kid for key in gone]})
    else:
        click.echo(f"{len(gone)} deleted.")
