"""The one clock. Read it as ``clock.now()``."""

from __future__ import annotations

import datetime as dt


def now() -> dt.datetime:
    """The current time, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def in_utc(moment: dt.datetime) -> dt.datetime:
    """A moment that came from outside; one without a zone is UTC. Raises ValueError past the years that there are."""
    try:
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except OverflowError as error:
        raise ValueError("In UTC it is not between the years 1 and 9999.") from error


def iso(moment: dt.datetime | None) -> str | None:
    """ISO 8601 with milliseconds and ``Z``, as JavaScript writes it."""
    if moment is None:
        return None
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
