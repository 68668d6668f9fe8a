"""Flask with Werkzeug's hashes, and Flask-Security, whose columns are ``confirmed_at``, ``active`` and
``create_datetime`` (flask-security-too.readthedocs.io/en/stable/models.html).
"""

from __future__ import annotations

from app.features.import_export.people import Person
from app.features.import_export.reading import Beside
from app.features.import_export.sources.common import address_of, connected, full_name, id_of, verified
from app.features.import_export.sources.source import Options, Source
from app.features.import_export.values import Row


def person(row: Row, _beside: Beside, _options: Options) -> Person:
    role = row.text("role")
    active = row.flag("active", "isactive", "enabled")
    is_admin = row.flag("isadmin", "admin")
    return Person(
        id=id_of(row),
        email=address_of(row),
        name=full_name(row) or row.text("username"),
        password_hash=row.text("passwordhash", "password", "pwhash"),
        roles=((role,) if role else row.words("roles")) + (("admin",) if is_admin else ()),
        verified=verified(row, "confirmedat", "emailconfirmedat", "emailverifiedat", "confirmed", "emailverified"),
        created_at=row.moment("createdatetime", "createdat", "created", "registeredon"),
        last_sign_in_at=row.moment("currentloginat", "lastloginat", "lastlogin", "lastseen"),
        enabled=active is not False,
        identities=connected([(row.text("provider"), row.text("providerid", "oauthid"), None)]),
    )


SOURCE = Source(name="werkzeug", person=person)
