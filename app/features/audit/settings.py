"""What is told about the audit trail."""

from __future__ import annotations

from dataclasses import dataclass

from config import Declared, Whole, boolean, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """How much is recorded, and how long."""

    days: int = setting("AUDIT_DAYS", Whole(1, 36_500), "365", heading="Audit trail")
    """After how many days `flask prune` deletes a row of the audit trail. docs/audit.md"""
    personal_days: int = setting("AUDIT_PERSONAL_DAYS", Whole(1, 36_500), "90")
    """After how many days it blanks the client's address and device in a row; the rest of it stays."""
    refused_per_hour: int = setting("AUDIT_REFUSED_PER_HOUR", Whole(10, 10_000_000), "2000")
    """How many refusals of one class (wrong proofs, full limits, all else) are recorded in an hour, so that nobody
    fills the disk with them. That there were more is recorded, too."""
    log: bool = setting("AUDIT_LOG", boolean, "false")
    """Log each row as well, once it is committed: a JSON line on stderr, for whoever collects such lines (a SIEM)."""
