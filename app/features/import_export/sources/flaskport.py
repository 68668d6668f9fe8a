"""Another Flaskport: what ``flask users export`` writes."""

from __future__ import annotations

from app.core import clock
from app.features.import_export.people import Banned, Person
from app.features.import_export.reading import Beside
from app.features.import_export.sources.common import address_of, connected, id_of
from app.features.import_export.sources.source import Options, Source
from app.features.import_export.values import Row


def person(row: Row, _beside: Beside, _options: Options) -> Person:
    role = row.text("role")
    return Person(
        id=id_of(row),
        email=address_of(row),
        name=row.text("name"),
        password_hash=row.text("passwordhash"),
        password_changed_at=row.moment("passwordchangedat"),
        roles=(role,) if role else (),
        verified=row.moment("emailverifiedat") or False,
        created_at=row.moment("createdat"),
        last_sign_in_at=row.moment("lastsigninat"),
        language=row.text("language"),
        enabled=row.flag("isenabled") is not False,
        erase_at=row.moment("eraseat"),
        banned=_ban(row),
        identities=connected(
            (each.text("provider"), each.text("subject"), each.text("email")) for each in row.objects("identities")
        ),
    )


def _ban(row: Row) -> Banned | None:
    """One that is over is none any more. ``banned_until`` null: for good."""
    since, until = row.moment("bannedat"), row.moment("banneduntil")
    if since is None or (until is not None and until <= clock.now()):
        return None
    return Banned(row.text("banreason") or "", until, since)


SOURCE = Source(name="flaskport", person=person, keeps_ids=True)
