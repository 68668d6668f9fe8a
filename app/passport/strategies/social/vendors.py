"""Backends of social-auth-core that are right but for one thing each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

import jwt as pyjwt
from social_core.backends.apple import AppleIdAuth
from social_core.backends.cognito import CognitoOAuth2
from social_core.backends.google import GoogleOAuth2
from social_core.backends.google_openidconnect import GoogleOpenIdConnect
from social_core.backends.open_id_connect import OpenIdConnectAuth
from social_core.backends.utils import jwt_error

GOOGLE_ISSUERS = ("https://accounts.google.com", "accounts.google.com")
"""Google documents that its ID tokens name either."""
GOOGLE_USERINFO = "https://www.googleapis.com/oauth2/v3/userinfo"


class Apple(AppleIdAuth[Any]):
    """With the allowance for clocks that all other ID tokens have."""

    def decode_id_token(self, id_token: str) -> Any:
        try:
            kid = pyjwt.get_unverified_header(id_token).get("kid")
            key = pyjwt.PyJWK.from_json(self.get_apple_jwk(kid), algorithm="RS256")
            return pyjwt.decode(
                id_token,
                key,
                algorithms=["RS256"],
                audience=cast(Any, self).get_audience(),
                issuer=self.ID_TOKEN_ISSUER,
                leeway=self.setting("JWT_LEEWAY", 0),
            )
        except pyjwt.PyJWTError as error:
            raise jwt_error(cast(Any, self), error) from error


class Cognito(CognitoOAuth2[Any]):
    """With all that its userinfo says; ``email_verified`` is among what is left out otherwise."""

    def user_data(self, access_token: str, *_args: Any, **_kwargs: Any) -> Any:
        return self.get_json(self.user_data_url(), headers={"Authorization": f"Bearer {access_token}"})


class GoogleByOpenIdConnect(GoogleOpenIdConnect[Any]):
    """Its userinfo is where ``USERINFO_URL`` or the discovery document says, and the token is not in the address."""

    def id_token_issuer(self) -> Any:
        return self.setting("ID_TOKEN_ISSUER", GOOGLE_ISSUERS)

    def user_data(self, access_token: str, *args: Any, **kwargs: Any) -> Any:
        document = OpenIdConnectAuth.user_data(self, access_token, *args, **kwargs)
        self.validate_email_verified(document)
        return document


class GoogleByOAuth2(GoogleOAuth2[Any]):
    """Its userinfo may be elsewhere, where ``USERINFO_URL`` says."""

    def user_data(self, access_token: str, *_args: Any, **_kwargs: Any) -> Any:
        address = self.setting("USERINFO_URL", GOOGLE_USERINFO)
        document = self.get_json(address, headers={"Authorization": f"Bearer {access_token}"})
        self.validate_email_verified(document)
        return document


OURS: Mapping[type[Any], type[Any]] = MappingProxyType(
    {
        AppleIdAuth: Apple,
        CognitoOAuth2: Cognito,
        GoogleOAuth2: GoogleByOAuth2,
        GoogleOpenIdConnect: GoogleByOpenIdConnect,
    }
)
"""What is used in the place of a class of the catalogue."""
