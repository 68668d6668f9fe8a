"""Any OAuth 2 server: its three addresses, and which of its claims are which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from social_core.backends.oauth import BaseOAuth2PKCE
from social_core.exceptions import AuthResponseError

FIELDS = ("subject", "email", "name", "email_verified")


def claim_map(value: Any) -> dict[str, str]:
    """``subject=id,email=mail,name=display_name``, or the same as a JSON object. Raises ValueError."""
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list):
        value = dict(part.partition("=")[::2] for part in value)
    if not isinstance(value, dict) or not all(isinstance(claim, str) and claim for claim in value.values()):
        raise ValueError("write it as subject=id,email=mail,name=display_name")
    unknown = set(value) - set(FIELDS)
    if unknown or "subject" not in value:
        raise ValueError(f"it names {', '.join(FIELDS)}, of which subject is needed")
    return {str(field): claim for field, claim in value.items()}


class GenericOAuth2(BaseOAuth2PKCE[Any]):
    """The authorization code grant (RFC 6749 section 4.1), then one GET with the token for the profile."""

    name = "oauth2"
    REDIRECT_STATE = False
    ID_KEY = "subject"

    def get_scope(self) -> list[str]:
        return list(self.setting("SCOPE", []))

    def user_data(self, access_token: str, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
        found = self.get_json(
            self.setting("PROFILE_URL"),
            headers={"Authorization": f"Bearer {access_token}", "Accept": "application/json"},
        )
        if not isinstance(found, dict):
            raise AuthResponseError(self, code="malformed_response", stage="user_info")
        return {field: at(found, claim) for field, claim in self.setting("CLAIMS").items()}

    def get_user_details(self, response: Mapping[str, Any]) -> dict[str, Any]:
        return {"email": response.get("email"), "fullname": response.get("name")}


def at(found: Any, path: str) -> Any:
    """The claim at a path such as ``data.user.id``, or None."""
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found
