"""The yardstick: a Flask application whose one route answers what a profile looks like, and does nothing else."""

from __future__ import annotations

from flask import Flask

PROFILE = {
    "id": "0198c0de-0000-7000-8000-000000000001",
    "email": "user1@example.com",
    "name": "Ada Lovelace",
    "role": "user",
    "created_at": "2026-01-01T00:00:00.000Z",
}

app = Flask(__name__)


@app.get("/api/profile")
def profile() -> dict[str, str]:
    return PROFILE
