"""How much is allowed, and how long to wait then: limits whose state is right with any number of processes.

A limit is a ``Rate`` or a ``BackOff``. What it counts of somebody is a ``Bucket``. ``charge`` one before the work that
is limited, so that many at once cannot pass together. ``refund`` the charge where the work turned out to be harmless.
"""

from flask import Flask

from app.core import cli
from app.limits.buckets import UNREADABLE, BackOff, Bucket, Limit, Note, Rate, network_of
from app.limits.models import BucketRow
from app.limits.service import (
    Charge,
    Full,
    charge,
    clear,
    clear_all,
    list_of,
    note,
    noted_until,
    overview,
    prune,
    refund,
)

__all__ = [
    "UNREADABLE",
    "BackOff",
    "Bucket",
    "BucketRow",
    "Charge",
    "Full",
    "Limit",
    "Note",
    "Rate",
    "charge",
    "clear",
    "clear_all",
    "init_app",
    "list_of",
    "network_of",
    "note",
    "noted_until",
    "overview",
    "prune",
    "refund",
]


def init_app(app: Flask) -> None:
    cli.add(app, None, prune={"limits": prune})
