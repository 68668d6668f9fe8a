"""A moment, as people type it in a command."""

from __future__ import annotations

import datetime as dt
import re

import click

from app.core import clock

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class When(click.ParamType[dt.datetime]):
    """A moment: a day or a time of ISO 8601, in UTC where it says nothing else; or how long from now.

    ``ago``: how long before now.
    """

    name = "when"

    def __init__(self, *, ago: bool = False) -> None:
        self._sign = -1 if ago else 1

    def convert(self, value: str, _param: click.Parameter | None, _ctx: click.Context | None) -> dt.datetime:
        span = re.fullmatch(r"([0-9]{1,5})([mhdw])", value)
        try:
            if span is not None:
                return clock.now() + dt.timedelta(**{_UNITS[span[2]]: self._sign * int(span[1])})
            return clock.in_utc(dt.datetime.fromisoformat(value))
        except (ValueError, OverflowError):
            self.fail(
                f'"{value}" is neither a moment, such as 2030-01-31 or 2030-01-31T12:00Z, nor a span, such as 3d.'
            )
