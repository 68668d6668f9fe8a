"""What the doctor finds in an app."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import Flask

from app.core import doctor
from app.core.doctor import Finding, Severity

PRODUCTION = {
    "environment": "production",
    "public_url": "https://auth.example.com",
    "trusted_hosts": ("auth.example.com",),
    "api_docs": False,
}
"""In order."""


def codes(app: Flask, name: str) -> list[str]:
    """Of what the check of this name finds."""
    return [finding.code for finding in findings(app, name)]


def findings(app: Flask, name: str) -> list[Finding]:
    (check,) = [check for check in doctor.checks_of(app) if check.name == name]
    with app.app_context():
        return list(check.look())


def told(look: Callable[[], Iterable[Finding]], app: Flask) -> list[tuple[str, Severity]]:
    with app.app_context():
        return [(finding.code, finding.severity) for finding in look()]
