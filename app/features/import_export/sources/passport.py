"""Passport: the users table of the guide's Express app, in which bcrypt has hashed the passwords.

``password`` is null for whoever came by a provider; apps name those columns ``googleId``, or ``provider`` and
``providerId`` (passportjs.org/tutorials/google).
"""

from __future__ import annotations

from app.features.import_export.people import Person
from app.features.import_export.reading import Beside
from app.features.import_export.sources.common import address_of, ban_of, connected, full_name, id_of, verified
from app.features.import_export.sources.source import Options, Source
from app.features.import_export.values import Row

PROVIDERS = ("google", "github", "facebook", "twitter", "apple", "gitlab", "linkedin", "discord", "microsoft")


def person(row: Row, _beside: Beside, _options: Options) -> Person:
    columns = [(name, row.text(f"{name}id"), None) for name in PROVIDERS]
    role = row.text("role")
    disabled = row.flag("disabled", "isdisabled", "blocked", "isblocked")
    active = row.flag("active", "isactive", "enabled", "isenabled")
    return Person(
        id=id_of(row, "id"),
        email=address_of(row),
        name=full_name(row) or row.text("username"),
        password_hash=row.text("password", "passwordhash", "hashedpassword", "hash"),
        roles=(role,) if role else row.words("roles"),
        verified=verified(row, "emailverifiedat", "emailverified", "isverified", "verified"),
        created_at=row.moment("createdat", "created"),
        last_sign_in_at=row.moment("lastloginat", "lastlogin"),
        enabled=not disabled and active is not False,
        banned=ban_of(row, "banned", "banreason", "banneduntil", "banexpires"),
        identities=connected([(row.text("provider"), row.text("providerid"), None), *columns]),
    )


SOURCE = Source(name="passport", person=person)
