"""The fields in which people type who they are: an address, a password to compare, a password to keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from app.accounts.emails import MAX_LENGTH as MAX_EMAIL
from app.accounts.names import MAX_LENGTH as MAX_NAME
from app.accounts.passwords import MAX_LENGTH as MAX_PASSWORD
from app.accounts.passwords import MIN_LENGTH as MIN_PASSWORD
from app.accounts.roles import ROLES
from app.core.http import Text

MAX_SENT_PASSWORD = 1000
"""Far above what is accepted for a new password: a wrong guess of any length is just a wrong guess."""

ASCII_WHITESPACE = "\t\n\f\r "

ADDRESS = r"^[\t\n\f\r ]*[^\u0000- \u007f\u0085\u2028\u2029][^\u0000-\u001f\u007f\u0085\u2028\u2029]*[\t\n\f\r ]*$"


class AddressText(Text):
    """An e-mail address as it was typed. ASCII white space around it goes, as in a form's field (HTML: type=email).

    Nothing else is changed: what two addresses are compared by is for ``accounts.emails``.
    """

    def __init__(self, **metadata: str) -> None:
        super().__init__(
            required=True,
            one_line=True,
            validate=validate.Length(1, MAX_EMAIL),
            metadata={"pattern": ADDRESS, **metadata},
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        trimmed = value.strip(ASCII_WHITESPACE) if isinstance(value, str) else value
        return super()._deserialize(trimmed, attr, data, **kwargs)


def name_field(**more: Any) -> Text:
    """A name as ``accounts.names`` takes it."""
    return Text(one_line=True, validate=validate.Length(1, MAX_NAME), **more)


def own_name_field(**more: Any) -> Text:
    """What people are called: null for somebody who does not say."""
    return name_field(allow_none=True, metadata={"description": "Printable characters."}, **more)


class RoleName(fields.String):
    """A role's name. The document lists those that are declared by the time it is written."""

    @property
    def metadata(self) -> Mapping[str, Any]:
        return {"description": f"One of: {', '.join(ROLES)}."}

    @metadata.setter
    def metadata(self, _given: Mapping[str, Any]) -> None:
        """marshmallow sets what it was given, which is nothing."""


def password_field(**more: Any) -> fields.String:
    """One that is asked for, to be compared."""
    kwargs = {"required": True, "metadata": {"format": "password"}, **more}
    return fields.String(validate=validate.Length(1, MAX_SENT_PASSWORD), **kwargs)


def new_password_field(**more: Any) -> fields.String:
    """One to be kept. ``accounts`` decides, which tells all that is wrong at once; this is what a document can say."""
    return password_field(
        **more,
        metadata={
            "format": "password",
            "minLength": MIN_PASSWORD,
            "maxLength": MAX_PASSWORD,
            "pattern": r"^[^\u0000]*$",
            "description": "Hashed in NFKC (NIST SP 800-63B-4), in which it must be long enough, too.",
        },
    )
