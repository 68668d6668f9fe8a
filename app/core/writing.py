"""Does the database take writes?"""

from __future__ import annotations

import sqlalchemy as sa

from app.core.database import reading, timed_out


def takes_writes() -> bool:
    """Is it not a standby, a read-only file or a full disk? Raises SQLAlchemy's errors where nothing answers.

    SQLite is asked by the smallest write that there is, since only a write can tell.
    """
    with reading() as connection:
        if connection.dialect.name == "postgresql":
            return bool(connection.exec_driver_sql("SHOW transaction_read_only").scalar_one() == "off")
        try:
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            connection.exec_driver_sql(f"PRAGMA user_version={version}")
        except sa.exc.OperationalError as error:
            return timed_out(error.orig)  # somebody else is writing
        finally:
            connection.invalidate()  # rather than give back one that waits for nobody
    return True
