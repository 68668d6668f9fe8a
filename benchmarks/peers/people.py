"""The users of the peers, in a table as the Passport guide's application has it, and tokens as each signs them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import jwt
import sqlalchemy as sa

from benchmarks.population import NAME
from tests.databases import SETTINGS

LIFE_SECONDS = 3600
TABLE = """
CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE,
    password text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
)"""
FILL = """
INSERT INTO users (id, email, password, name, role)
SELECT lpad(to_hex(number), 32, '0')::uuid, 'user' || number || '@example.com', :password, :name, 'user'
FROM generate_series(1, :users) AS number"""
HASH = "$argon2id$v=19$m=65536,t=3,p=4$" + "c2FsdHNhbHRzYWx0c2FsdA$" + "a" * 43
"""As long as one. Nobody signs in with it."""


def fill(url: str, users: int) -> None:
    """Into an empty database on PostgreSQL."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(TABLE)
        connection.execute(sa.text(FILL), {"users": users, "password": HASH, "name": NAME})
        connection.exec_driver_sql("VACUUM ANALYZE users")
    engine.dispose()


def guide_token(users: int, number: int) -> str:
    """What the guide's sign-in makes for the user of this session: three claims and two times."""
    return _signed(users, number, {"email": f"user{_owner(users, number)}@example.com", "role": "user"})


def naive_token(users: int, number: int) -> str:
    """What ``create_access_token`` of flask-jwt-extended makes."""
    claims = {"fresh": False, "jti": str(uuid.UUID(int=number)), "type": "access", "nbf": int(time.time()) - 1}
    return _signed(users, number, claims)


def tokens(make: Callable[[int, int], str], users: int, count: int) -> list[str]:
    """Sessions are numbered from 1, and go round the users."""
    return [make(users, number) for number in range(1, count + 1)]


def _owner(users: int, number: int) -> int:
    return (number - 1) % users + 1


def _signed(users: int, number: int, claims: dict[str, object]) -> str:
    # Signed at different times: no two tokens of a user are the same.
    signed_at = int(time.time()) - 1 - number // users
    times = {"iat": signed_at, "exp": int(time.time()) + LIFE_SECONDS}
    subject = {"sub": str(uuid.UUID(int=_owner(users, number)))}
    return jwt.encode(subject | claims | times, SETTINGS.jwt_secret, algorithm="HS256")
