"""Files that a command writes whole, from what the app says: ``flask types``, ``flask reference``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click


def write(folder: Path, texts: Mapping[str, str], *, check: bool) -> None:
    """Write each text into its file in the folder, unless it stands there; say of each what was done.

    With ``check`` nothing is written, and the command ends with 1 if a file is not current.
    """
    changed = {name for name, text in texts.items() if _said_in(folder / name) != text}
    for name, text in texts.items():
        if name in changed and not check:
            (folder / name).parent.mkdir(exist_ok=True)
            with click.open_file(str(folder / name), "w", encoding="utf-8", atomic=True) as file:
                file.write(text)
        click.echo(f"{folder / name}: {_state(name in changed, check)}")
    if check and changed:
        raise click.exceptions.Exit(1)


def _said_in(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _state(changed: bool, check: bool) -> str:
    if not changed:
        return "current"
    return "not current" if check else "written"
