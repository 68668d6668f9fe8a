"""Auth0: the file of a users-exports job, one JSON object a line, with the password hashes in a file beside it.

A job's fields are chosen: user_id, email, email_verified, name, created_at, last_login, blocked, identities,
app_metadata, multifactor (auth0.com/docs/manage-users/user-migration/bulk-user-exports). Hashes are bcrypt's, and come
by a support ticket: ``_id``, or ``alt_id`` where it is there, is the user's id without "auth0|" before it
(support.auth0.com, "How to Use the Password Hashes Export from Auth0"). That file alone is enough, too.
"""

from __future__ import annotations

from app.features.import_export.files import Record
from app.features.import_export.people import Person, Refused, Remark
from app.features.import_export.reading import Beside
from app.features.import_export.sources.common import address_of, connected, full_name
from app.features.import_export.sources.source import Options, Owned, Source
from app.features.import_export.values import Row

DATABASE = "auth0"
"""The provider of whoever has a password."""
OWN = {DATABASE, "email", "sms"}
"""Identities that are no account elsewhere."""


def owned(record: Record) -> Owned | None:
    """A password, of the support's file."""
    row = Row(record.values)
    return Owned(_of_support(row), "password") if row.text("passwordhash") and row.value("id", "altid") else None


def _of_support(row: Row) -> str:
    found = row.text("altid", "id")
    return f"{DATABASE}|{found}"


def person(row: Row, beside: Beside, _options: Options) -> Person:
    theirs = row.text("userid") or (_of_support(row) if row.text("passwordhash") else row.text("id"))
    if theirs is None:
        raise Refused("it has no id")
    passwords = [Row(record) for record in beside.of(theirs, "password")] or [row]
    of_app = row.object("appmetadata")
    addresses = [each for each in row.objects("identifiers") if each.text("type") == "email"]
    known = row if row.text("email") or not addresses else Row({"email": addresses[0].text("value")})
    role = of_app.text("role")
    return Person(
        id=theirs,
        email=address_of(known),
        name=_name(row),
        password_hash=passwords[0].text("passwordhash"),
        password_changed_at=passwords[0].moment("passwordsetdate"),
        roles=(*((role,) if role else ()), *of_app.words("roles")),
        verified=bool(row.flag("emailverified") if known is row else addresses[0].flag("verified")),
        created_at=row.moment("createdat"),
        last_sign_in_at=row.moment("lastlogin"),
        enabled=not row.flag("blocked"),
        identities=connected(_identities(row)),
        remarks=_remarks(row),
    )


def _name(row: Row) -> str | None:
    """Whoever has told none is called by their address there."""
    found = full_name(row)
    return row.text("nickname") if found is not None and "@" in found else found


def _identities(row: Row) -> list[tuple[str | None, str | None, str | None]]:
    found = row.objects("identities")
    return [
        (each.text("provider"), each.text("userid"), each.object("profiledata").text("email"))
        for each in found
        if each.text("provider") not in OWN
    ]


def _remarks(row: Row) -> tuple[Remark, ...]:
    if row.value("multifactor"):
        return (Remark("second factor", "their second factor is not taken over"),)
    return ()


SOURCE = Source(name="auth0", person=person, owned=owned)
