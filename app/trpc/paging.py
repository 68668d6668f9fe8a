"""Keyset paging as the REST lists have it: ``limit`` and ``cursor`` in, ``next_cursor`` out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Annotated

from marshmallow import validate

from app.core.paging import MAX_PAGE


@dataclass
class PageQuery:
    limit: Annotated[int, validate.Range(1, MAX_PAGE)] = 50
    cursor: uuid.UUID | None = None
    """``next_cursor`` of the page before."""
