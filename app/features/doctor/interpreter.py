"""Was Python itself built with optimisations? pyenv's is not, unless it is told to be."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator

from app.core.doctor import Finding, Severity
from app.core.settings import settings


def look() -> Iterator[Finding]:
    if settings().production and not was_optimized():
        yield Finding(
            "python_not_optimized",
            Severity.NOTE,
            "This Python was built without optimisations: requests take a fifth more CPU time, a start a third.",
            "Take the operating system's, or one built with --enable-optimizations; pyenv does that where"
            " PYTHON_CONFIGURE_OPTS holds it.",
        )


def was_optimized() -> bool:
    """With what it learnt from a run (PGO). Debian's build does that too, and by a way that is not written down."""
    return "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "") or sys.base_prefix == "/usr"
