"""searching people

A part of a name or an address is looked up, as are those of a role and those who are kept out: nothing reads everybody
any more. On PostgreSQL the indexes are built beside those who write ("concurrently"), which takes a minute or so for a
million users, and what was left half-built is built anew. SQLite has one writer, who is the migration for as long.

Revision: 3c7f1a9e5b28, after 8c1f4a6e0d72
"""

import logging

import sqlalchemy as sa
from alembic import op

revision = "3c7f1a9e5b28"
down_revision = "8c1f4a6e0d72"
branch_labels = None
depends_on = None

log = logging.getLogger("alembic.runtime.migration")

INDEXES = {
    "ix_users_role_id": "users (role, id)",
    "ix_users_disabled": "users (id) WHERE is_active = {false}",
    "ix_users_banned": "users (id) WHERE banned_until IS NOT NULL",
}
BEFORE = {"ix_users_role": "users (role)"}

SEARCH = (
    "CREATE INDEX CONCURRENTLY ix_users_search ON users"
    " USING gin (email {schema}gin_trgm_ops, name {schema}gin_trgm_ops) WITH (fastupdate = off)"
)
"""With fast updates, what was written last would be a heap that each search reads."""
SCHEMA = """
SELECT extnamespace::regnamespace::text, has_schema_privilege(extnamespace, 'USAGE')
FROM pg_extension WHERE extname = 'pg_trgm'
"""
EXTENSION = """
DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE 'no pg_trgm: %', SQLERRM;
END $$
"""
MISSING = (
    "Searching users reads all of their rows: %s. The same people are found; with a million users it takes seconds."
    " docs/databases.md says how to add it later."
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _exchange(BEFORE, INDEXES)
        _make_search_of_sqlite()
        return
    op.execute(EXTENSION)
    with op.get_context().autocommit_block():
        _build(INDEXES)
        _drop(BEFORE)
        schema = _schema_of_trigrams()
        if schema is not None:
            _drop({"ix_users_search": ""})
            op.execute(SEARCH.format(schema=schema))
        op.execute("ANALYZE users")


def downgrade() -> None:
    """The extension stays: others may use it."""
    if op.get_bind().dialect.name == "sqlite":
        _exchange(INDEXES, BEFORE)
        for trigger in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER IF EXISTS users_search_{trigger}")
        for table in ("users_search", "users_search_rows"):
            op.execute(f"DROP TABLE IF EXISTS {table}")
        return
    with op.get_context().autocommit_block():
        _build(BEFORE)
        _drop({**INDEXES, "ix_users_search": ""})


def _build(indexes: dict[str, str]) -> None:
    _drop(indexes)
    for name, what in indexes.items():
        op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {what.format(false='false')}")


def _drop(indexes: dict[str, str]) -> None:
    for name in indexes:
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def _schema_of_trigrams() -> str | None:
    """As the operators are called there, with a dot; None where there are none to be had, which is said."""
    if op.get_context().as_sql:
        return ""
    found = op.get_bind().exec_driver_sql(SCHEMA).first()
    if found is None:
        log.warning(MISSING, "the database has no extension pg_trgm, and its user may not create it")
        return None
    schema, usable = found
    if not usable:
        log.warning(MISSING, f"the extension pg_trgm is in the schema {schema}, which its user may not use")
        return None
    return f"{schema}."


def _exchange(before: dict[str, str], after: dict[str, str]) -> None:
    for name in before:
        op.execute(f"DROP INDEX IF EXISTS {name}")
    for name, what in after.items():
        op.execute(f"CREATE INDEX {name} ON {what.format(false='0')}")


def _make_search_of_sqlite() -> None:
    """migrations/env.py fills it, and adds the triggers that keep it."""
    try:
        op.execute("CREATE VIRTUAL TABLE users_search USING fts5(text, content='', detail=none, tokenize='trigram')")
    except sa.exc.OperationalError as error:
        log.warning(MISSING, f"this SQLite cannot keep trigrams ({error.orig})")
        return
    op.execute("CREATE TABLE users_search_rows (number INTEGER PRIMARY KEY, user_id CHAR(32) NOT NULL UNIQUE)")
