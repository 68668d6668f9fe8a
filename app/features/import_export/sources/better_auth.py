"""Better Auth: its tables ``user`` and ``account``, in one JSON object, or the accounts in a file beside the users.

The columns are those of better-auth.com/docs/concepts/database, those of bans and roles of its admin plugin. A password
stands in the account whose provider is "credential": ``salt:key`` in hexadecimal, of scrypt with N 16384, r 16, p 1, 64
bytes, where the salt is its text (github.com/better-auth/better-auth, src/crypto/password.ts). Werkzeug writes scrypt
just so, with other words before it.
"""

from __future__ import annotations

import re

from app.features.import_export.files import Record
from app.features.import_export.people import Person, Remark
from app.features.import_export.reading import Beside
from app.features.import_export.sources.common import address_of, ban_of, connected, full_name, id_of, verified
from app.features.import_export.sources.source import Options, Owned, Source
from app.features.import_export.values import Row

PASSWORD = "credential"  # noqa: S105 (a provider's name)
SHAPE = re.compile(r"([0-9a-f]+):([0-9a-f]+)", re.ASCII)


def owned(record: Record) -> Owned | None:
    row = Row(record.values)
    owner = row.text("userid")
    return Owned(owner, "account") if owner and row.text("providerid") else None


def person(row: Row, beside: Beside, _options: Options) -> Person:
    theirs = id_of(row)
    accounts = [Row(record) for record in beside.of(theirs, "account")]
    passwords = [each.text("password") for each in accounts if each.text("providerid") == PASSWORD]
    return Person(
        id=theirs,
        email=address_of(row),
        name=full_name(row),
        password_hash=hash_of(passwords[0]) if passwords and passwords[0] else None,
        roles=row.words("role"),
        verified=verified(row, "emailverified"),
        created_at=row.moment("createdat"),
        banned=ban_of(row, "banned", "banreason", "banexpires"),
        identities=connected(
            (each.text("providerid"), each.text("accountid"), None)
            for each in accounts
            if each.text("providerid") != PASSWORD
        ),
        remarks=_remarks(row),
    )


def hash_of(stored: str) -> str:
    """What is written otherwise, as by a ``hash`` function of the app's own, stays as it is."""
    found = SHAPE.fullmatch(stored)
    return stored if found is None else f"scrypt:16384:16:1${found[1]}${found[2]}"


def _remarks(row: Row) -> tuple[Remark, ...]:
    return (Remark("second factor", "their second factor is not taken over"),) if row.flag("twofactorenabled") else ()


SOURCE = Source(
    name="better-auth",
    person=person,
    people=("user", "users"),
    tables=("user", "users", "account", "accounts"),
    owned=owned,
    in_one_file=True,
)
