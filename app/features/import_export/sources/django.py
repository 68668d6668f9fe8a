"""Django: ``manage.py dumpdata``, or its ``auth_user`` table as CSV (docs.djangoproject.com, django-admin).

Of allauth come verified addresses and connected accounts, of social-auth-app-django the latter. Groups are roles, by
their names; ``is_staff`` is the role "staff", ``is_superuser`` "superuser". A project's own user model, whatever it is
called, has a ``password`` among its fields, and so is told from all else.
"""

from __future__ import annotations

import json
from typing import Any

from app.features.import_export.files import Record
from app.features.import_export.people import Elsewhere, Person, Remark
from app.features.import_export.reading import Beside
from app.features.import_export.sources.common import address_of, full_name, id_of
from app.features.import_export.sources.source import Options, Owned, Source
from app.features.import_export.values import Row

UNUSABLE = "!"
OF_USERS = {
    "account.emailaddress",
    "socialaccount.socialaccount",
    "social_django.usersocialauth",
    "otp_totp.totpdevice",
}
GROUP = "auth.group"


def owned(record: Record) -> Owned | None:
    model, fields = record.values.get("model"), record.values.get("fields")
    if not isinstance(fields, dict):
        return None
    if model == GROUP:
        return _owned(record.values.get("pk"), GROUP)
    return _owned(fields.get("user"), model) if isinstance(model, str) and model in OF_USERS else None


def _owned(whose: Any, kind: str) -> Owned | None:
    key = _key(whose)
    return None if key is None else Owned(key, kind)


def _key(found: Any) -> str | None:
    """A natural key is a list, everything else a number or a UUID. Nobody may be called by another's number."""
    if isinstance(found, list):
        return f"named {json.dumps(found)}" if found else None
    return None if found is None or isinstance(found, dict) else f"numbered {found}"


def _keys(pk: str | None, fields: Row) -> list[str]:
    """How others refer to this user. A name that is an address has to be their own: in some projects the natural key is
    the address, and a name is whatever somebody likes.
    """
    email, name = fields.raw.get("email"), fields.raw.get("username")
    natural = email if name is None else name if "@" not in str(name) or name == email else None
    found = (_key(pk), _key([natural] if natural else None))
    return [key for key in found if key is not None]


def is_user(record: Record) -> bool:
    fields = record.values.get("fields")
    return not isinstance(fields, dict) or {"password", "last_login"} <= set(fields)


def person(row: Row, beside: Beside, _options: Options) -> Person:
    fields = row.object("fields") if row.value("model") else row
    # With --natural-primary there are no numbers: others refer to people by their names.
    pk = row.text("pk") or fields.text("id")
    theirs = pk or id_of(fields, "username", "email")
    keys = _keys(pk, fields)
    email = address_of(fields)
    stored = fields.text("password")
    return Person(
        id=theirs,
        email=email,
        name=full_name(fields),
        password_hash=None if stored is None or stored.startswith(UNUSABLE) else stored,
        roles=_roles(fields, beside),
        verified=_is_verified(email, beside, keys),
        created_at=fields.moment("datejoined", "created", "createdat"),
        last_sign_in_at=fields.moment("lastlogin"),
        enabled=fields.flag("isactive") is not False,
        identities=_identities(beside, keys),
        remarks=_remarks(beside, keys),
    )


def _roles(fields: Row, beside: Beside) -> tuple[str, ...]:
    flags = [role for role in ("superuser", "staff") if fields.flag(f"is{role}")]
    groups = fields.value("groups")
    for group in groups if isinstance(groups, list) else []:
        flags += _names_of(group, beside)
    return tuple(flags)


def _names_of(group: Any, beside: Beside) -> list[str]:
    """By natural keys it is the name in a list; a number without its group stays a number."""
    if isinstance(group, list):
        return [str(group[0])] if group else []
    key = _key(group)
    found = [] if key is None else [Row(record["fields"]).text("name") for record in beside.of(key, GROUP)]
    return [name for name in found if name] or ([] if key is None else [str(group)])


def _of(beside: Beside, keys: list[str], model: str) -> list[Row]:
    return [Row(record["fields"]) for key in keys for record in beside.of(key, model)]


def _is_verified(email: str, beside: Beside, keys: list[str]) -> bool:
    addresses = _of(beside, keys, "account.emailaddress")
    return any(each.flag("verified") and (each.text("email") or "").lower() == email.lower() for each in addresses)


def _identities(beside: Beside, keys: list[str]) -> tuple[Elsewhere, ...]:
    models = ("socialaccount.socialaccount", "social_django.usersocialauth")
    rows = (row for model in models for row in _of(beside, keys, model))
    found = ((row.text("provider"), row.text("uid")) for row in rows)
    return tuple(Elsewhere(provider, uid) for provider, uid in found if provider and uid)


def _remarks(beside: Beside, keys: list[str]) -> tuple[Remark, ...]:
    if _of(beside, keys, "otp_totp.totpdevice"):
        return (Remark("second factor", "their authenticator app is not taken over"),)
    return ()


SOURCE = Source(name="django", person=person, owned=owned, in_one_file=True, is_user=is_user)
