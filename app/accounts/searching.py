"""Finding people by a part of their address or name, among a million of them, too.

PostgreSQL has an index of trigrams for it (pg_trgm), SQLite a table of them (FTS5). Either may be missing where the
database cannot have it (docs/databases.md): the same people are found then, by reading everybody's row.
"""

from __future__ import annotations

import sqlalchemy as sa

from app.accounts.models import User
from app.extensions import db

SHORT = 2
"""Letters that make no trigram."""
INDEX = "users_search"
"""The table of trigrams. Beside it, users_search_rows has each user's number in it: row ids may change in a VACUUM."""


def matches(q: str, who: type[User] = User) -> sa.ColumnElement[bool]:
    """Is ``q`` in the address or the name, in any case of ASCII letters? One or two letters: does it, or a word of the
    name, begin so? Those are in nearly everybody's, and where they are not, no index would say so.
    """
    if len(q) > SHORT:
        return sa.or_(who.email.icontains(q, autoescape=True), who.name.icontains(q, autoescape=True))
    starts = (column.istartswith(q, autoescape=True) for column in (who.email, who.name))
    return sa.or_(*starts, who.name.icontains(f" {q}", autoescape=True))


def found(q: str) -> sa.ColumnElement[bool]:
    """``matches``, written so that an index finds them, where there is one."""
    if not _has_table():
        return matches(q)
    numbers = sa.table(f"{INDEX}_rows", sa.column("number"), sa.column("user_id", sa.Uuid))
    index = sa.table(INDEX, sa.column("rowid"))
    looked_up = sa.select(numbers.c.user_id).join(index, index.c.rowid == numbers.c.number)
    has_all = sa.literal_column(INDEX).match(_wanted(q))
    # They have all trigrams of it, in whatever places.
    return sa.and_(User.id.in_(looked_up.where(has_all)), matches(q))


def _has_table() -> bool:
    if db.session.connection().dialect.name != "sqlite":
        return False
    named = sa.text("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name")
    return db.session.scalar(named, {"name": INDEX}) is not None


def _wanted(q: str) -> str:
    """The trigrams that a match has, as FTS5 is asked for them. In the table two blanks stand before each word."""
    text = q.replace(" ", "  ")
    if len(q) <= SHORT:
        text = f"  {text}"
    parts = {text[start : start + 3] for start in range(len(text) - 2)}
    return " AND ".join('"' + part.replace('"', '""') + '"' for part in sorted(parts))


_TRIGGERS = """
CREATE TRIGGER IF NOT EXISTS users_search_insert AFTER INSERT ON users BEGIN
    INSERT INTO users_search_rows (user_id) VALUES (NEW.id);
    INSERT INTO users_search (rowid, text) SELECT number, {new} FROM users_search_rows WHERE user_id = NEW.id;
END;
CREATE TRIGGER IF NOT EXISTS users_search_update AFTER UPDATE OF email, name ON users BEGIN
    INSERT INTO users_search (users_search, rowid, text)
        SELECT 'delete', number, {old} FROM users_search_rows WHERE user_id = OLD.id;
    INSERT INTO users_search (rowid, text) SELECT number, {new} FROM users_search_rows WHERE user_id = NEW.id;
END;
CREATE TRIGGER IF NOT EXISTS users_search_delete AFTER DELETE ON users BEGIN
    INSERT INTO users_search (users_search, rowid, text)
        SELECT 'delete', number, {old} FROM users_search_rows WHERE user_id = OLD.id;
    DELETE FROM users_search_rows WHERE user_id = OLD.id;
END;
"""
_HOW_MANY = 3
_ANEW = f"""
INSERT INTO {INDEX} ({INDEX}) VALUES ('delete-all');
DELETE FROM {INDEX}_rows;
INSERT INTO {INDEX}_rows (user_id) SELECT id FROM users ORDER BY id;
INSERT INTO {INDEX} (rowid, text)
    SELECT number, {{everybody}} FROM {INDEX}_rows JOIN users ON users.id = user_id;
"""  # noqa: S608 (our own names)
# What was written, and by the migration that made the table, has to be said again to take it out.
_TEXT = "'  ' || {row}.email || '  ' || replace(coalesce({row}.name, ''), ' ', '  ')"


def keep_current(connection: sa.Connection) -> None:
    """Let SQLite write down who is added, changed and deleted.

    After all migrations, and not in one: where a column goes, SQLite makes the table anew, without its triggers. Nobody
    knows then what else was written meanwhile, so everybody is written down anew.
    """
    named = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'users!_search!_%' ESCAPE '!'"
    if not {INDEX, "users"} <= set(sa.inspect(connection).get_table_names()):
        return
    if connection.exec_driver_sql(named).scalar_one() == _HOW_MANY:
        return
    everybody = _TEXT.format(row="users")
    for statement in _ANEW.format(everybody=everybody).split(";\n")[:-1]:
        connection.exec_driver_sql(statement)
    triggers = _TRIGGERS.format(new=_TEXT.format(row="NEW"), old=_TEXT.format(row="OLD"))
    for trigger in triggers.split("END;\n")[:-1]:
        connection.exec_driver_sql(f"{trigger}END")
