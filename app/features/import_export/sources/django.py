"""Django: ``manage.py dumpdata``, or its ``auth_user`` table as CSV (docs.djangoproject.com, django-admin).

Of allauth come verified addresses and connected accounts, of social-auth-app-django the latter. Groups are roles, by
their names; ``is_staff`` is the role "staff", ``is_superuser`` "superuser". A project's own user model, whatever it is
called, has a ``password`` among its fields, and so is told from all else.
"""

from __future__ import annotations

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
GROUPS = "groups by their numbers"


def owned(record: Record) -> Owned | None:
    model, fields = record.values.get("model"), record.values.get("fields") or {}
    if model == GROUP:
        return Owned(str(record.values.get("pk")), GROUP)
    if model in OF_USERS:
        return Owned(_key(fields.get("user")), str(model))
    return None


def _key(found: Any) -> str:
    """A user by their number; by natural keys it is the name in a list."""
    return str(found[0] if isinstance(found, list) and found else found)


def is_user(record: Record) -> bool:
    fields = record.values.get("fields")
    return not isinstance(fields, dict) or {"password", "last_login"} <= set(fields)


def person(row: Row, beside: Beside, _options: Options) -> Person:
    fields = row.object("fields") if row.value("model") else row
    # With --natural-primary there are no numbers: others refer to people by their names.
    theirs = row.text("pk") or id_of(fields, "id", "username", "email")
    keys = {theirs, fields.text("username") or theirs}
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
    groups = fields.value("groups") or []
    for group in groups if isinstance(groups, list) else []:
        named = [record["fields"]["name"] for record in beside.of(_key(group), GROUP)]
        flags += named or [_key(group)]
    return tuple(flags)


def _of(beside: Beside, keys: set[str], model: str) -> list[Row]:
    return [Row(record["fields"]) for key in sorted(keys) for record in beside.of(key, model)]


def _is_verified(email: str, beside: Beside, keys: set[str]) -> bool:
    addresses = _of(beside, keys, "account.emailaddress")
    return any(each.flag("verified") and (each.text("email") or "").lower() == email.lower() for each in addresses)


def _identities(beside: Beside, keys: set[str]) -> tuple[Elsewhere, ...]:
    models = ("socialaccount.socialaccount", "social_django.usersocialauth")
    rows = (row for model in models for row in _of(beside, keys, model))
    found = ((row.text("provider"), row.text("uid")) for row in rows)
    return tuple(Elsewhere(provider, uid) for provider, uid in found if provider and uid)


def _remarks(beside: Beside, keys: set[str]) -> tuple[Remark, ...]:
    if _of(beside, keys, "otp_totp.totpdevice"):
        return (Remark("second factor", "their authenticator app is not taken over"),)
    return ()


SOURCE = Source(name="django", person=person, owned=owned, in_one_file=True, is_user=is_user)
