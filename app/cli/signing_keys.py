"""``flask signing-keys``: the keys that access tokens are signed with, where JWT_ALGORITHM is not HS256."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup

from app.core import clock
from app.core.cli import Refused, as_json, print_json, refusals
from app.core.settings import settings
from app.core.tables import moment, print_table
from app.sessions import signing
from app.sessions.key_files import KEY_ALGORITHMS, Key, KeyAlgorithm
from app.sessions.key_stores import store_of, take_in
from app.sessions.signing import Keys
from config import ConfigError

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


def _now() -> Keys:
    return signing.load(settings()).keys()


@contextmanager
def _writing_to(where: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused("not_written", f"{where}: {error.strerror}.") from error


@signing_keys.command("list")
@as_json
@refusals
def list_(as_json: bool) -> None:
    """List the keys, the newest first, with what each is for now."""
    keys = _now()
    if as_json:
        print_json([_show(key, keys) for key in keys.newest_first])
        return
    _print(keys.newest_first, keys)


@signing_keys.command("rotate")
@click.option("--algorithm", type=click.Choice(KEY_ALGORITHMS), help="Of another algorithm than JWT_ALGORITHM's.")
@click.option(
    "--in", "minutes", type=click.IntRange(0, 10_080), default=0, help="Sign with it only in so many minutes."
)
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(1, 3650),
    help="Only if the newest key is older than so many days: for a timer on several machines.",
)
@as_json
@refusals
def rotate(algorithm: KeyAlgorithm | None, minutes: int, days: int | None, as_json: bool) -> None:
    """Make a new key, which signs from now on. The one before verifies until its last token has expired.

    In the database it signs ten seconds later, when every worker knows it.
    """
    algorithm, store = algorithm or _configured(), store_of(settings())
    than = None if days is None else clock.now() - dt.timedelta(days=days)
    with _writing_to(store.where):
        made = store.make(algorithm, clock.now() + dt.timedelta(minutes=minutes), than=than)
    if made is None:
        click.echo("null" if as_json else f"There is a key that is not older than {days} days.")
        return
    keys = _now()
    key = keys.get(made.kid) or made
    if as_json:
        print_json(_show(key, keys))
        return
    _print([key, *(other for other in keys.published() if other is not key)], keys)
    if keys.state(key) == "unused":
        click.echo(f"It signs once JWT_ALGORITHM is {algorithm} and the server was reloaded.")


def _configured() -> KeyAlgorithm:
    algorithm = settings().jwt_algorithm
    if algorithm == "HS256":
        raise Refused(
            "no_key_files",
            "JWT_ALGORITHM is HS256, which signs with JWT_SECRET and has no key files. "
            "To make a key for another one: --algorithm EdDSA.",
        )
    return algorithm


@signing_keys.command("retire")
@click.argument("kid")
@as_json
@refusals
def retire(kid: str, as_json: bool) -> None:
    """Delete a key at once, which has leaked: what it signed is refused within two seconds.

    Make a new one before: of the last one that can sign nothing is deleted.
    """
    keys, store = _now(), store_of(settings())
    key = keys.get(kid)
    if key is None:
        raise Refused("no_such_key", f"There is no key {kid} in {store.where}.")
    others = [other for other in keys.newest_first if other is not key and other.algorithm == keys.algorithm]
    if key.algorithm == keys.algorithm and not any(other.since <= clock.now() for other in others):
        raise Refused("last_key", "No other key signs yet. Run: flask signing-keys rotate, and wait until it does.")
    with _writing_to(store.where):
        store.delete([kid])
    if as_json:
        print_json({"deleted": [kid]})
    else:
        click.echo(f"{kid} is gone.")


@signing_keys.command("import")
@as_json
@refusals
def import_(as_json: bool) -> None:
    """Copy the files of JWT_KEYS_DIR into the database, before JWT_KEYS=database: what they have signed stays good."""
    folder = settings().jwt_keys_dir
    with _writing_to(str(folder)):
        try:
            kids = take_in(folder)
        except ConfigError as error:
            raise Refused("no_key", str(error)) from error
    if as_json:
        print_json({"imported": kids})
    else:
        click.echo(f"{len(kids)} imported.")


@signing_keys.command("prune")
@as_json
@refusals
def prune(as_json: bool) -> None:
    """Delete the keys that nobody can hold a token of any more.

    That is REFRESH_IDLE_DAYS after they retired: a browser that comes back with an old token before that is told to
    refresh, where one with a token of an unknown key would be signed out.
    """
    keys, store = _now(), store_of(settings())
    horizon = clock.now() - settings().refresh_idle
    gone = [key.kid for key in keys.newest_first if (end := keys.retires_at(key)) is not None and end <= horizon]
    with _writing_to(store.where):
        store.delete(gone)
    if as_json:
        print_json({"deleted": gone})
    else:
        click.echo(f"{len(gone)} deleted.")
