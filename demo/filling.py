"""The demo's database, from nothing: migrated, and filled with the story."""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
from collections.abc import Mapping
from random import Random

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.accounts import count_all
from app.core.config import Config
from app.extensions import db
from config import ROOT
from demo import chapters
from demo.company import SEED, people
from demo.past import clock_set_to
from demo.place import Refused, require_own
from demo.stage import Stage
from demo.story import Plot, everyday, tell


def make_app(settings: Mapping[str, str]) -> Flask:
    return create_app(Config.from_env(settings))


def fill(app: Flask, now: dt.datetime) -> Stage:
    """Migrate the database of this app, and tell it the story, which ends at this moment.

    Raises Refused in production, and for a database that is not the demo's own or has people in it.
    """
    require_own(app)
    with app.app_context():
        for engine in db.engines.values():
            sa.event.listen(engine, "connect", _make_hasty)
        logging.disable(logging.INFO)  # whoever waits has no use for the names of migrations
        upgrade(directory=str(ROOT / "migrations"))
        logging.disable(logging.NOTSET)
        if count_all() > 0:
            raise Refused("There are people in this database already.")
    rng = Random(SEED)  # noqa: S311 (nothing secret comes of it)
    plot = Plot(rng, {person.email: person for person in people(rng)})
    everyday(plot)
    chapters.write(plot)
    with clock_set_to(now) as hands:
        stage = Stage(app, hands, now)
        tell(stage, plot)
    return stage


def _make_hasty(connection: sqlite3.Connection, _record: object) -> None:
    """What is lost in a power cut is made anew: to wait for the disk would be most of the time that it takes."""
    connection.execute("PRAGMA synchronous=OFF")


def close(app: Flask) -> None:
    """Give back the connections: the server has its own."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
