"""Every metric: its name, its kind, its labels, and what it says. docs/observability.md has the same table."""

from __future__ import annotations

from typing import Literal, NamedTuple

import board

PREFIX = "flaskport_"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
OTHER = "other"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Of others there may be as many as somebody likes to send."""


class Metric(NamedTuple):
    """``is_read``: it is asked for at each scrape, and nobody counts it."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    labels: tuple[str, ...]
    says: str
    is_read: bool = False

    def key(self, *labels: str) -> board.Key:
        """Its series on the board. What is counted by bounds has another one where those are others."""
        lasts = board.NOW if self.kind == "gauge" else board.EVER
        return (lasts, f"{self.name}/{len(SECONDS)}" if self.kind == "histogram" else self.name, *labels)


REQUESTS = Metric(
    "flaskport_requests_total", "counter", ("route", "method", "status"), "Requests that the application answered."
)
DURATION = Metric(
    "flaskport_request_seconds", "histogram", ("route",), "How long the application took to answer, by its view."
)
IN_PROGRESS = Metric("flaskport_requests_in_progress", "gauge", (), "Requests that the application is at.")
REFUSALS = Metric(
    "flaskport_refusals_total", "counter", ("code", "status"), "Requests that were refused, by the code of the error."
)
LIMITS_HIT = Metric(
    "flaskport_limits_hit_total", "counter", ("route", "code"), "Requests that were refused since too much was tried."
)
SIGN_INS = Metric(
    "flaskport_sign_ins_total",
    "counter",
    ("way", "outcome"),
    "Sign-ins by strategy: accepted, or the code of the refusal.",
)
CONFIRMATIONS_REFUSED = Metric(
    "flaskport_confirmations_refused_total", "counter", ("code",), "People who did not show that it is still them."
)
REFRESHES = Metric(
    "flaskport_refreshes_total", "counter", ("outcome",), "Refreshes: renewed, or the code of the refusal."
)
REUSED = Metric(
    "flaskport_refresh_tokens_reused_total", "counter", (), "Refresh tokens that came back: somebody has a copy."
)
REGISTRATIONS = Metric("flaskport_registrations_total", "counter", (), "Accounts that were made.")
SESSIONS_ENDED = Metric("flaskport_sessions_ended_total", "counter", ("reason",), "Sessions that ended, and why.")
HASH_SECONDS = Metric(
    "flaskport_hash_seconds", "histogram", (), "How long the hashes of a password took, by themselves."
)
HASH_WAIT = Metric(
    "flaskport_hash_wait_seconds", "histogram", (), "How long somebody waited for their turn to be hashed."
)
HASH_QUEUE = Metric(
    "flaskport_hash_queue", "gauge", (), "Requests that wait for a hash, with those whose hash is made."
)
CONNECTIONS = Metric(
    "flaskport_database_connections", "gauge", ("pool",), "Open connections to the database, of each of the two pools."
)
CONNECTIONS_IN_USE = Metric(
    "flaskport_database_connections_in_use", "gauge", ("pool",), "Those of them that somebody holds."
)
DATABASE_UP = Metric("flaskport_database_up", "gauge", (), "1 where the database answered this scrape.", True)
SESSIONS = Metric(
    "flaskport_sessions_open", "gauge", (), "Sessions that are neither ended nor over, of the newest 50,000.", True
)
OUTBOX_DUE = Metric("flaskport_outbox_due", "gauge", (), "Mails that are due and not sent, 10,000 at most.", True)
OUTBOX_LAG = Metric(
    "flaskport_outbox_lag_seconds", "gauge", (), "For how long the oldest mail waits that is due.", True
)
MAILS = Metric(
    "flaskport_mails_last_hour",
    "gauge",
    ("outcome",),
    "Of the mails promised in the last hour, 10,000 at most: sent, needless, dead (given up), or waiting.",
    True,
)
WORKERS = Metric("flaskport_workers", "gauge", (), "Workers that have answered something.", True)
DROPPED = Metric(
    "flaskport_metrics_dropped_total", "counter", (), "Numbers that found no room: there are too many series.", True
)
INFO = Metric("flaskport_info", "gauge", ("version",), "Always 1.", True)

METRICS = (
    *(REQUESTS, DURATION, IN_PROGRESS, REFUSALS, LIMITS_HIT),
    *(SIGN_INS, CONFIRMATIONS_REFUSED, REFRESHES, REUSED, REGISTRATIONS, SESSIONS_ENDED),
    *(HASH_SECONDS, HASH_WAIT, HASH_QUEUE, CONNECTIONS, CONNECTIONS_IN_USE),
    *(DATABASE_UP, SESSIONS, OUTBOX_DUE, OUTBOX_LAG, MAILS, WORKERS, DROPPED, INFO),
)
