"""The yardstick: a Flask application that answers what a profile looks like, or verifies a password, and no more."""

from __future__ import annotations

from argon2 import PasswordHasher
from flask import Flask, request

from tests.client import PASSWORD

PROFILE = {
    "id": "0198c0de-0000-7000-8000-000000000001",
    "email": "user1@example.com",
    "name": "Ada Lovelace",
    "role": "user",
    "created_at": "2026-01-01T00:00:00.000Z",
}
ARGON2ID = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
STORED = ARGON2ID.hash(PASSWORD)

app = Flask(__name__)


@app.get("/api/profile")
def profile() -> dict[str, str]:
    return PROFILE


@app.post("/auth/login")
def verify() -> dict[str, str]:
    """Raw argon2id at the application's cost."""
    ARGON2ID.verify(STORED, request.get_json()["password"])  # raises for another password
    return PROFILE
