"""OpenID Connect by the letter: what social-auth-core leaves out of Core 1.0, Discovery 1.0, RFC 6749 and RFC 9207."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import quote_plus

import jwt as pyjwt
from social_core.backends.open_id_connect import OpenIdConnectAuth
from social_core.exceptions import AuthResponseError
from social_core.utils import cache

ID_TOKEN_ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA", "RS384", "RS512", "ES384", "ES512")
"""Public keys only: "none" and HMAC with a published key are no signatures."""
ALGORITHM_BY_KEY = {"RSA": "RS256", "OKP": "EdDSA", "P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
REFETCH_SECONDS = 60


def unequal(expected: object, found: object) -> dict[str, object]:
    """What the log says of two values that should be equal."""
    return {"expected": expected, "found": found}


class OpenIdConnectRules(OpenIdConnectAuth[Any]):
    """For every backend that speaks OpenID Connect."""

    def auth_complete(self, *args: Any, **kwargs: Any) -> Any:
        self._check_who_answers()
        return super().auth_complete(*args, **kwargs)

    def _check_who_answers(self) -> None:
        """RFC 9207 section 2.4: an answer that names its issuer names ours, and one that was promised to name it does.

        Or the code of one issuer could be carried to another, who would learn it.
        """
        document = self.oidc_config()
        found, issuer = self.data.get("iss"), document.get("issuer")
        if found is None and document.get("authorization_response_iss_parameter_supported") is not True:
            return
        if found != issuer:
            code = "missing_claim" if found is None else "invalid_claim"
            raise AuthResponseError(self, claim="iss", code=code, stage="callback", context=unequal(issuer, found))

    def get_jwks_keys(self) -> list[dict[str, Any]]:
        return self.keys_at(self.jwks_uri())

    @cache(ttl=24 * 60 * 60)
    def keys_at(self, uri: str) -> list[dict[str, Any]]:
        """In the place of social-auth-core's cache, which is emptied for every unknown key that a token names."""
        return self.get_remote_jwks_keys(uri)

    @cache(ttl=REFETCH_SECONDS)
    def keys_anew_at(self, uri: str) -> list[dict[str, Any]]:
        """The set as it is now, but not more often than once a minute."""
        return self.keys_at.refresh(self, uri)

    def find_valid_key(self, id_token: str) -> Any:
        """The key that signed it. A name that is not known is looked for once more, and so is, once a minute, a key
        that the signature does not fit: there may be another under the old name.
        """
        look = cast(Any, super()).find_valid_key
        uri, name = self.jwks_uri(), pyjwt.get_unverified_header(id_token).get("kid")
        if name is not None and name not in [key.get("kid") for key in self.get_jwks_keys()]:
            self.keys_at.refresh(self, uri)
            return look(id_token)
        found = look(id_token)
        if found is None:
            self.keys_anew_at(uri)
            found = look(id_token)
        return found

    def decode_and_validate_id_token(self, id_token: str, access_token: str) -> Any:
        try:
            return cast(Any, super()).decode_and_validate_id_token(id_token, access_token)
        except AuthResponseError as error:
            if isinstance(error.__cause__, pyjwt.InvalidIssuerError):
                claims = pyjwt.decode(id_token, options={"verify_signature": False})  # it has been verified by then
                error.context = unequal(self.id_token_issuer(), claims.get("iss"))
            raise

    def validate_temporal_claims(self, id_token: Any) -> None:
        """All but ``nbf``, which was judged with the leeway before; here it would be judged without."""
        super().validate_temporal_claims({name: value for name, value in id_token.items() if name != "nbf"})

    def use_basic_auth(self) -> bool:
        """By HTTP Basic, unless the issuer takes a secret that would need encoding there in the body, too.

        The body leaves no doubt; of a header some issuers decode what they should, and others do not.
        """
        basic = super().use_basic_auth()
        if not basic or self.setting("TOKEN_ENDPOINT_AUTH_METHOD", self.TOKEN_ENDPOINT_AUTH_METHOD):
            return basic
        plain = all(quote_plus(part) == part for part in self.get_key_and_secret())
        return plain or "client_secret_post" not in (
            self.oidc_config().get("token_endpoint_auth_methods_supported") or []
        )

    def auth_complete_credentials(self) -> Any:
        """Form-encoded before they are joined by the colon of HTTP Basic (RFC 6749 section 2.3.1)."""
        if not self.use_basic_auth():
            return None
        key, secret = self.get_key_and_secret()
        return quote_plus(key), quote_plus(secret)


class StrictOpenIdConnect(OpenIdConnectRules):
    """Any issuer. Nothing that the standards ask for is taken on trust, and nothing optional for granted."""

    JWT_ALGORITHMS = list(ID_TOKEN_ALGORITHMS)

    def oidc_config(self) -> dict[str, Any]:
        document = super().oidc_config()
        # Discovery 1.0 section 4.3: or one issuer's document could speak for another.
        if document.get("issuer") != self.setting("OIDC_ENDPOINT_AS_GIVEN"):
            # It would be remembered for a day, also where it was a page that said "back in an hour".
            self.get_openid_configuration.invalidate(self, self.oidc_config_url())
            difference = unequal(self.setting("OIDC_ENDPOINT_AS_GIVEN"), document.get("issuer"))
            raise AuthResponseError(self, claim="issuer", code="invalid_claim", stage="begin", context=difference)
        return document

    def get_remote_jwks_keys(self, uri: str | None = None) -> list[dict[str, Any]]:
        """The issuer's public keys, each with its algorithm."""
        keys = []
        for key in super().get_remote_jwks_keys(uri):
            algorithm = (
                key.get("alg") or ALGORITHM_BY_KEY.get(str(key.get("crv"))) or ALGORITHM_BY_KEY.get(str(key.get("kty")))
            )
            if algorithm in ID_TOKEN_ALGORITHMS and key.get("use", "sig") == "sig":
                keys.append({**key, "alg": algorithm})
        return keys

    def user_data(self, access_token: str, *args: Any, **kwargs: Any) -> Any:
        """What userinfo says. An issuer need not have it (Discovery 1.0 section 3): then the ID token says all."""
        asks = self.setting("USERINFO_URL") or "userinfo_endpoint" in self.oidc_config()
        return super().user_data(access_token, *args, **kwargs) if asks else self.id_token

    def validate_userinfo_sub(self, userinfo: Any) -> Any:
        """Core section 5.3.2: the subject is always there, and always the ID token's."""
        if not isinstance(userinfo, dict) or userinfo.get("sub") is None:
            raise AuthResponseError(self, claim="sub", code="missing_claim", stage="user_info")
        return super().validate_userinfo_sub(userinfo)
