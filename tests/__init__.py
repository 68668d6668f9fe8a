"""Tests, in the shape of ``app/``. Every one that needs a database runs on SQLite and on PostgreSQL."""
