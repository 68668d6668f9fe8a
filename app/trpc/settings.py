"""What tRPC is told."""

from __future__ import annotations

from dataclasses import dataclass

from config import Declared, Whole, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """How much one request may ask for."""

    batch_limit: int = setting("TRPC_BATCH_LIMIT", Whole(1, 1000), "20", heading="tRPC")
    """How many calls one tRPC batch may hold."""
