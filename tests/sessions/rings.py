"""How long tokens last, and when the tests of the key ring take place."""

from __future__ import annotations

import datetime as dt

LIFETIME = dt.timedelta(minutes=15)
NOW = dt.datetime(2026, 1, 5, 17, 15, tzinfo=dt.UTC)
