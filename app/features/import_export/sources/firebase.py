"""Firebase: ``firebase auth:export users.json`` (or .csv, whose first line is somebody).

The fields, and the columns of the CSV, are those of the tool (github.com/firebase/firebase-tools, accountExporter.ts).
Hash and salt are of Firebase's own scrypt (docs/hashes-from-elsewhere.md); custom claims stand in ``customAttributes``,
as JSON.
"""

from __future__ import annotations

from app.features.import_export.people import Elsewhere, Person, Remark
from app.features.import_export.reading import Beside
from app.features.import_export.sources.common import address_of, id_of
from app.features.import_export.sources.source import Options, Source
from app.features.import_export.values import Row

OF_CSV = {"google.com": "google", "facebook.com": "facebook", "twitter.com": "twitter", "github.com": "github"}
OWN = {"password", "phone", "emailLink", "anonymous", "firebase"}
"""Ways to sign in that are no account elsewhere."""
COLUMNS = (
    *("localId", "email", "emailVerified", "passwordHash", "salt", "displayName", "photoUrl"),
    *(f"{name}{part}" for name in OF_CSV.values() for part in ("Id", "Email", "Name", "Photo")),
    *("createdAt", "lastSignedInAt", "phoneNumber", "disabled", "customAttributes"),
)


def person(row: Row, _beside: Beside, options: Options) -> Person:
    key, salt = row.text("passwordhash"), row.text("salt")
    claims = row.object("customattributes")
    role = claims.text("role")
    roles = (*((role,) if role else ()), *claims.words("roles"))
    return Person(
        id=id_of(row, "localid"),
        email=address_of(row),
        name=row.text("displayname"),
        password_hash=None if key is None or salt is None else _hash(key, salt, options),
        roles=(*roles, *(name for name, value in claims.raw.items() if value is True)),
        verified=bool(row.flag("emailverified")),
        created_at=row.moment("createdat"),
        last_sign_in_at=row.moment("lastsignedinat", "lastloginat"),
        enabled=not row.flag("disabled"),
        identities=tuple(_identities(row)),
        remarks=(Remark("password", "it has no salt"),) if key is not None and salt is None else (),
    )


def _hash(key: str, salt: str, options: Options) -> str:
    cost = f"m={options['mem_cost']}$r={options['rounds']}$s={options['salt_separator']}"
    return f"$f_scrypt${_plain(key)}${_plain(salt)}${cost}"


def _plain(text: str) -> str:
    """The REST interface writes base64 for URLs."""
    return text.replace("_", "/").replace("-", "+")


def _identities(row: Row) -> list[Elsewhere]:
    found = [
        (each.text("providerid"), each.text("rawid"), each.text("email")) for each in row.objects("provideruserinfo")
    ]
    found += [(name, row.text(f"{column}id"), row.text(f"{column}email")) for name, column in OF_CSV.items()]
    return [
        Elsewhere(provider, raw_id, email)
        for provider, raw_id, email in found
        if provider and raw_id and provider not in OWN
    ]


SOURCE = Source(name="firebase", person=person, people=("users",), tables=("users",), columns=COLUMNS)
