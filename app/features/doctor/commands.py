"""``flask auth doctor``."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core import doctor
from app.core.cli import as_json, print_json
from app.core.doctor import Finding, Report, Severity

EXIT_CODES = {
    None: 0,
    Severity.NOTE: 0,
    Severity.WARNING: 10,
    Severity.ERROR: 20,
    Severity.UNSAFE: 30,
}
"""By the worst finding. 1 and 2 are click's, 4 is said where the settings do not let the app start."""
COLOURS = {Severity.NOTE: "cyan", Severity.WARNING: "yellow", Severity.ERROR: "red", Severity.UNSAFE: "magenta"}
WIDTH = max(len(severity.name) for severity in Severity)


@click.command("doctor")
@as_json
@with_appcontext
def examine(as_json: bool) -> None:
    """Say what is amiss with this installation, and what to do about it.

    It asks the database, the mail server and PUBLIC_URL, each for some seconds at most, and changes nothing. Exit code:
    0 nothing, or notes only; 10 warnings; 20 errors; 30 unsafe.
    """
    report = doctor.examine(current_app._get_current_object())  # type: ignore[attr-defined]
    if as_json:
        findings = [asdict(finding) | {"severity": finding.severity.name.lower()} for finding in report.findings]
        print_json({"findings": findings, "checks": report.looked, "left_out": report.left_out})
    else:
        _print(report)
    sys.exit(EXIT_CODES[report.severity])


def _print(report: Report) -> None:
    for finding in report.findings:
        click.echo(_shown(finding))
    counts = {severity: sum(each.severity is severity for each in report.findings) for severity in Severity}
    said = ", ".join(f"{count} {severity.name.lower()}" for severity, count in reversed(counts.items()) if count)
    click.echo(f"{len(report.looked)} checks made: {said or 'nothing is amiss'}.")
    if report.left_out:
        click.echo(f"Not made: {', '.join(report.left_out)}.")


def _shown(finding: Finding) -> str:
    label = click.style(f"{finding.severity.name.lower():{WIDTH}}", fg=COLOURS[finding.severity], bold=True)
    beside = " " * (WIDTH + 2)
    return f"{label}  {_plain(finding.sentence)} [{finding.code}]\n{beside}{_plain(finding.todo)}\n"


def _plain(text: str) -> str:
    """Without what would steer a terminal: servers elsewhere have written some of it."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
