"""``flask users import`` and ``flask users export``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from app.accounts import ROLES
from app.core.choices import Choice
from app.core.cli import EXIT_REFUSED, Refused, as_json, print_json, refusals
from app.core.tables import print_labelled
from app.features.import_export import exporting, private_files, service
from app.features.import_export.files import Broken
from app.features.import_export.judging import PROVIDER, Wishes
from app.features.import_export.report import Report
from app.features.import_export.service import Outcome
from app.features.import_export.sources import SOURCES

A_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
OUT = click.Path(dir_okay=False, writable=True, path_type=Path)
OUT_OR_DASH = click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path)


EXIT_BROKEN_OFF = 3


class Pair(click.ParamType[tuple[str, str]]):
    """THEIRS=OURS."""

    name = "theirs=ours"

    def convert(self, value: Any, _param: click.Parameter | None, _ctx: click.Context | None) -> tuple[str, str]:
        theirs, equals, ours = str(value).rpartition("=")
        if not (theirs and equals and ours):
            self.fail(f'"{value}" is not THEIRS=OURS.')
        return theirs, ours


@click.command("import")
@click.argument("file", type=A_FILE)
@click.option("--from", "source", required=True, type=Choice(tuple(SOURCES)), help="The system that wrote the file.")
@click.option("--beside", multiple=True, type=A_FILE, help="Its other files: identities, accounts, password hashes.")
@click.option("--role", "roles", multiple=True, type=Pair(), help="THEIRS=OURS. Without, everybody is a user.")
@click.option("--provider", "providers", multiple=True, type=Pair(), help="THEIRS=OURS, of connected accounts.")
@click.option("--identity", help="Keep everybody's id there as an identity of this provider, too.")
@click.option("--keep-ids", is_flag=True, help="Their ids, which are UUIDs, are ours.")
@click.option("--rounds", type=click.IntRange(1, 20), default=8, show_default=True, help="Of Firebase's scrypt.")
@click.option("--mem-cost", type=click.IntRange(1, 20), default=14, show_default=True, help="Of Firebase's scrypt.")
@click.option("--salt-separator", default="Bw==", show_default=True, help="Of Firebase's scrypt.")
@click.option("--dry-run", is_flag=True, help="Change nothing: say what would be.")
@click.option("--report", type=OUT, help="Where what is refused is named. [default: FILE.report.jsonl]")
@click.option("--ids", type=OUT, help="Write whose ids there are whose here.")
@as_json
@with_appcontext
@refusals
def import_(file: Path, source: str, report: Path | None, ids: Path | None, as_json: bool, **wanted: Any) -> None:
    """Import the people of another system, with their passwords.

    Nobody who has an account here is touched. It may be interrupted, and run again: it goes on where it stopped.
    """
    wishes = _wishes(source, wanted)
    path = report or file.with_name(f"{file.name}.report.jsonl")
    _check_files(file, wanted["beside"], path, ids)
    with private_files.said_in_a_sentence(), Report(path, ids) as told, _progress(file) as advance:
        try:
            outcome = service.import_people(
                wishes, file, wanted["beside"], dry_run=wanted["dry_run"], tell=told.tell, told=advance
            )
        except Broken as why:
            raise Refused("broken_file", f"{why}. Nobody is imported.") from None
    _print(outcome, path, as_json=as_json, dry_run=wanted["dry_run"])
    _end(outcome, file)


def _end(outcome: Outcome, file: Path) -> None:
    """The exit code: 3 for a file that broke off after somebody, 1 where nobody came of it."""
    somebody = outcome.imported + outcome.unchanged
    if outcome.broken is not None:
        rows = somebody + outcome.refused
        what = f"The {rows} rows before it are judged as any others" if rows else "Nobody stands before it"
        click.echo(f"broken_file: {file.name}: {outcome.broken}. {what}.", err=True)
        sys.exit(EXIT_BROKEN_OFF if somebody else EXIT_REFUSED)
    if not somebody:
        why = "each row is refused" if outcome.refused else "no row stands in it"
        click.echo(f"nobody: {file.name}: {why}. Is it a file of this system?", err=True)
        sys.exit(EXIT_REFUSED)


def _check_files(file: Path, beside: Sequence[Path], report: Path, ids: Path | None) -> None:
    """Before anything is opened: what is written takes the place of what was there."""
    for path in (file, *beside):
        if not path.is_file():
            raise Refused("file_refused", f"{path}: it is no regular file, and may have to be read twice.")
    out = {"--report": report, **({} if ids is None else {"--ids": ids})}
    for path in out.values():
        private_files.check(path)
    private_files.check_apart(out, {"FILE": file, **{f"--beside {path}": path for path in beside}})


def _wishes(source: str, wanted: Mapping[str, Any]) -> Wishes:
    roles, providers = dict(wanted["roles"]), dict(wanted["providers"])
    for ours in roles.values():
        if ours not in ROLES:
            raise click.BadParameter(f'There is no role "{ours}". One of: {", ".join(ROLES)}.', param_hint="--role")
    for ours in (*providers.values(), *([wanted["identity"]] if wanted["identity"] else [])):
        if PROVIDER.fullmatch(ours) is None:
            raise click.BadParameter(f'"{ours}" is no name of a provider.', param_hint="--provider, --identity")
    found = SOURCES[source]
    return Wishes(
        source=found,
        roles=roles,
        providers=providers,
        identity=wanted["identity"],
        keep_ids=wanted["keep_ids"] or found.keeps_ids,
        options={name: str(wanted[name]) for name in ("rounds", "mem_cost", "salt_separator")},
    )


@contextmanager
def _progress(file: Path) -> Iterator[Any]:
    """How far the file was read, on stderr, where somebody looks at it."""
    length, hidden = file.stat().st_size, not sys.stderr.isatty()
    with click.progressbar(length=length, label="Importing", file=sys.stderr, hidden=hidden) as bar:
        yield bar.update


def _print(outcome: Outcome, report: Path, *, as_json: bool, dry_run: bool) -> None:
    counts = {"imported": outcome.imported, "unchanged": outcome.unchanged, "refused": outcome.refused}
    if as_json:
        more = {"without": outcome.without, "unknown_roles": outcome.roles, "report": str(report)}
        print_json({**counts, **more, "dry_run": dry_run, "broken": outcome.broken})
        return
    without = {f"  without their {what}": str(count) for what, count in sorted(outcome.without.items())}
    roles = ", ".join(f"{role} ({count})" for role, count in outcome.roles.items())
    print_labelled(
        {
            "Would be imported" if dry_run else "Imported": str(outcome.imported),
            **without,
            "Imported before": str(outcome.unchanged),
            "Refused": str(outcome.refused),
            **({"Roles without --role": roles} if roles else {}),
            "Report": str(report),
        }
    )


@click.command("export")
@click.argument("file", type=OUT_OR_DASH)
@click.option("--with-hashes", is_flag=True, help="With password hashes: whoever has the file can guess at them.")
@as_json
@with_appcontext
@refusals
def export(file: Path, with_hashes: bool, as_json: bool) -> None:
    """Write every account into a file, CSV or JSON lines by its name, which only you can read; "-" is standard output.

    `flask users import --from flaskport` reads it.
    """
    with private_files.said_in_a_sentence():
        count = exporting.export_users(file, with_hashes=with_hashes)
    to_stderr = file == private_files.STDOUT
    if as_json:
        click.echo(json.dumps({"exported": count, "file": str(file)}, indent=2), err=to_stderr)
    else:
        click.echo(f"{count} exported to {file}.", err=to_stderr)
