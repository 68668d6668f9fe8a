"""What several systems have in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from app.features.import_export.people import Banned, Elsewhere, Refused
from app.features.import_export.values import Row


def address_of(row: Row, *names: str) -> str:
    """Raises Refused: without an address nobody has an account here."""
    email = row.text(*(names or ("email", "emailaddress", "mail")))
    if email is None:
        raise Refused("it has no e-mail address")
    return email


def id_of(row: Row, *names: str) -> str:
    """Raises Refused: by the id an import knows whom it has taken already."""
    found = row.text(*(names or ("id", "pk", "uid", "userid")))
    if found is None:
        raise Refused("it has no id")
    return found


def full_name(row: Row) -> str | None:
    whole = row.text("name", "fullname", "displayname")
    parts = [part for part in (row.text("firstname", "givenname"), row.text("lastname", "familyname")) if part]
    return whole or " ".join(parts) or None


def verified(row: Row, *names: str) -> bool | dt.datetime:
    """From a yes or no, or from the moment when it was."""
    found = row.value(*names)
    if isinstance(found, bool) or found is None:
        return bool(found)
    if str(found).strip().lower() in {"true", "t", "false", "f", "1", "0", "yes", "no"}:
        return bool(row.flag(*names))
    return row.moment(*names) or False


def ban_of(row: Row, flag: str, reason: str, *until: str) -> Banned | None:
    if not row.flag(flag):
        return None
    return Banned(row.text(reason) or "", row.moment(*until))


def connected(pairs: Iterable[tuple[str | None, str | None, str | None]]) -> tuple[Elsewhere, ...]:
    """Of provider, subject and address, those that have the first two."""
    return tuple(Elsewhere(provider, subject, email) for provider, subject, email in pairs if provider and subject)
