"""Keycloak: ``kc.sh export --realm NAME --users realm_file --file realm.json``, or the files of ``--dir``.

People are the realm's ``users`` (keycloak.org/server/importExport). Of a password, ``secretData`` and
``credentialData`` are JSON in a text: argon2 since version 25, PBKDF2 before.
"""

from __future__ import annotations

import base64
import binascii

from app.features.import_export.people import Person, Refused, Remark
from app.features.import_export.reading import Beside
from app.features.import_export.sources.common import address_of, connected, full_name, id_of
from app.features.import_export.sources.source import Options, Source
from app.features.import_export.values import Row

PBKDF2 = {"pbkdf2": ("pbkdf2", 20), "pbkdf2-sha256": ("pbkdf2-sha256", 32), "pbkdf2-sha512": ("pbkdf2-sha512", 64)}
EVERYBODYS = {"offline_access", "uma_authorization"}
NOT_READ = "no password can be checked that was kept so: {}"


def person(row: Row, _beside: Beside, _options: Options) -> Person:
    if row.text("serviceaccountclientid"):
        raise Refused("it is the account of a client, and nobody's")
    credentials = list(row.objects("credentials"))
    password = next((each for each in credentials if each.text("type") == "password"), None)
    stored, why = (None, None) if password is None else hash_of(password)
    return Person(
        id=id_of(row, "id"),
        email=address_of(row),
        name=full_name(row),
        password_hash=stored,
        password_changed_at=None if password is None else password.moment("createddate"),
        roles=_roles(row),
        verified=bool(row.flag("emailverified")),
        created_at=row.moment("createdtimestamp"),
        enabled=row.flag("enabled") is not False,
        identities=connected(
            (each.text("identityprovider"), each.text("userid"), None) for each in row.objects("federatedidentities")
        ),
        remarks=(*_second_factors(row, credentials), *((Remark("password", why),) if why else ())),
    )


def hash_of(credential: Row) -> tuple[str | None, str | None]:
    """A password's hash as it is read here, or why it is not."""
    secret, how = credential.object("secretdata"), credential.object("credentialdata")
    algorithm = how.text("algorithm") or ""
    try:
        key, salt = _bytes(secret.text("value")), _bytes(secret.text("salt"))
        if algorithm in PBKDF2:
            return _pbkdf2(algorithm, how.text("hashiterations") or "", salt, key), None
        if algorithm == "argon2":
            return _argon2(how, salt, key), None
    except (binascii.Error, ValueError):
        return None, "it is cut off, or changed"
    return None, NOT_READ.format(algorithm[:40] if algorithm.isprintable() else "?")


def _bytes(text: str | None) -> bytes:
    return base64.b64decode(text or "", validate=True)


def _pbkdf2(algorithm: str, rounds: str, salt: bytes, key: bytes) -> str:
    """Keycloak derives 64 bytes and more, of which as many as one digest has hang on no others (RFC 8018, 5.2)."""
    name, length = PBKDF2[algorithm]
    if len(key) < length:
        raise ValueError("too short")
    return f"${name}${int(rounds)}${_of_passlib(salt)}${_of_passlib(key[:length])}"


def _of_passlib(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=").replace("+", ".")


def _argon2(how: Row, salt: bytes, key: bytes) -> str:
    more = how.object("additionalparameters")
    values = {name: (more.words(name) or ("",))[0] for name in ("type", "version", "memory", "parallelism")}
    version = {"1.3": 19, "1.0": 16}[values["version"]] if values["version"] in {"1.3", "1.0"} else 19
    cost = f"m={int(values['memory'])},t={int(how.text('hashiterations') or '')},p={int(values['parallelism'])}"
    texts = (base64.b64encode(raw).decode().rstrip("=") for raw in (salt, key))
    return f"$argon2{values['type']}$v={version}${cost}${'$'.join(texts)}"


def _roles(row: Row) -> tuple[str, ...]:
    clients = row.value("clientroles")
    of_clients = [
        f"{client}:{role}"
        for client, roles in (clients if isinstance(clients, dict) else {}).items()
        for role in (roles if isinstance(roles, list) else [])
    ]
    of_realm = [
        role for role in row.words("realmroles") if role not in EVERYBODYS and not role.startswith("default-roles-")
    ]
    return (*of_realm, *of_clients, *row.words("groups"))


def _second_factors(row: Row, credentials: list[Row]) -> tuple[Remark, ...]:
    kinds = {each.text("type") for each in credentials} - {"password", None}
    if kinds or row.flag("totp"):
        return (Remark("second factor", "their second factor is not taken over"),)
    return ()


SOURCE = Source(name="keycloak", person=person, people=("users",), tables=("users",))
