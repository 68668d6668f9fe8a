"""Supabase: ``auth.users`` as CSV, with ``auth.identities`` in a file beside it; or both in one dump, ``.sql``.

    \\copy (select * from auth.users) to 'users.csv' with (format csv, header)
    supabase db dump --data-only --use-copy --schema auth -f auth.sql

Passwords are bcrypt's. The column ``role`` is that of PostgreSQL; roles of an app stand in ``raw_app_meta_data``
(supabase.com/docs/guides/auth/users, /docs/guides/troubleshooting/migrating-auth-users-between-projects).
"""

from __future__ import annotations

from app.core import clock
from app.features.import_export.files import Record
from app.features.import_export.people import Banned, Person, Refused, Remark
from app.features.import_export.reading import Beside
from app.features.import_export.sources.common import address_of, connected, full_name, id_of
from app.features.import_export.sources.source import Options, Owned, Source
from app.features.import_export.values import Row

OWN = {"email", "phone"}
"""Identities that are no account elsewhere."""


def owned(record: Record) -> Owned | None:
    owner = record.values.get("user_id")
    if not owner:
        return None
    if record.table in {"", "auth.identities"} and record.values.get("provider"):
        return Owned(str(owner), "identity")
    if record.table in {"", "auth.mfa_factors"} and record.values.get("factor_type"):
        return Owned(str(owner), "factor")
    return None


def person(row: Row, beside: Beside, _options: Options) -> Person:
    if row.value("deletedat") is not None:
        raise Refused("it was deleted there")
    if row.flag("isanonymous"):
        raise Refused("it is anonymous")
    theirs, of_app = id_of(row), row.object("rawappmetadata")
    identities = [Row(record) for record in beside.of(theirs, "identity")]
    until = row.moment("banneduntil")
    role = of_app.text("role")
    return Person(
        id=theirs,
        email=address_of(row),
        name=full_name(row.object("rawusermetadata")),
        password_hash=row.text("encryptedpassword"),
        roles=(*((role,) if role else ()), *of_app.words("roles"), *_super(row)),
        verified=row.moment("emailconfirmedat") or False,
        created_at=row.moment("createdat"),
        last_sign_in_at=row.moment("lastsigninat"),
        banned=Banned("", until) if until is not None and until > clock.now() else None,
        identities=connected(
            (each.text("provider"), each.text("providerid", "id"), each.object("identitydata").text("email"))
            for each in identities
            if each.text("provider") not in OWN
        ),
        remarks=_remarks(beside, theirs),
    )


def _super(row: Row) -> tuple[str, ...]:
    return ("super_admin",) if row.flag("issuperadmin") else ()


def _remarks(beside: Beside, theirs: str) -> tuple[Remark, ...]:
    if any(record.get("status") == "verified" for record in beside.of(theirs, "factor")):
        return (Remark("second factor", "their second factor is not taken over"),)
    return ()


SOURCE = Source(
    name="supabase", person=person, people=("auth.users",), tables=("auth.users",), owned=owned, in_one_file=True
)
