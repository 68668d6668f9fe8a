"""social-auth-core as this application uses it: one exchange with a provider, begun and completed.

Its own idea of a strategy, which stands for the web framework, is an object that lives for one request. What a
backend wants to remember between the two requests is a plain mapping, which the caller keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

import requests
from social_core.backends.oauth import BaseOAuth2PKCE
from social_core.backends.open_id_connect import OpenIdConnectAuth
from social_core.exceptions import AuthConfigurationError, AuthPolicyError, AuthProviderError, AuthResponseError
from social_core.strategy import BaseStrategy
from social_core.utils import http_error, redact_request_error

from app.passport import outgoing
from app.passport.addresses import is_acceptable
from app.passport.bearer import LEEWAY_SECONDS
from app.passport.outcome import Redirect
from app.passport.strategies.social.openid_connect import OpenIdConnectRules
from app.passport.strategies.social.profiles import profile
from app.passport.strategies.social.provider import Provider


class ExchangeStorage:
    """What social-auth-core calls storage: the nonces of this one exchange, in the mapping that the caller keeps."""

    def __init__(self, session: dict[str, Any]) -> None:
        self._session = session
        self.nonce = self
        self.association = self

    def use(self, _scope: str, _timestamp: int, salt: str) -> bool:
        """A state is new: it is random, and the attempt that it names is stored by the caller."""
        self._session["state_in_use"] = salt
        return True

    def consume(self, _scope: str, _timestamp: int, salt: str) -> bool:
        """Once: the caller redeems the attempt before, this is the second look."""
        return bool(self._session.pop("state_in_use", None) == salt)

    def store(self, _url: str, association: Any) -> None:
        self._session["nonce"] = [association.handle, association.assoc_type]

    def get(self, server_url: str, handle: str) -> list[Nonce]:  # noqa: ARG002 (its interface)
        known = self._session.get("nonce")
        return [Nonce(handle, known[1])] if known and known[0] == handle else []

    def remove(self, _ids: list[str]) -> None:
        self._session.pop("nonce", None)


class Nonce:
    """What a backend asks of a stored nonce. The attempt's own expiry has been checked by then."""

    def __init__(self, handle: str, state: str) -> None:
        self.id = handle
        self.assoc_type = state

    def is_expired(self) -> bool:
        return False


def set_back(session: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping with its timestamps moved back by the leeway: the server that takes the answer may have a slow clock.

    social-auth-core refuses an exchange that began in the future. The caller enforces the expiry of the attempt.
    """
    return {
        name: {**value, "timestamp": value["timestamp"] - LEEWAY_SECONDS}
        if isinstance(value, dict) and "timestamp" in value
        else value
        for name, value in session.items()
    }


class Exchange(BaseStrategy[Any]):
    """The web framework, as far as one exchange needs it."""

    def __init__(
        self, provider: Provider, callback: str, state: str, data: Mapping[str, Any], session: dict[str, Any]
    ) -> None:
        super().__init__()
        self.callback = callback
        self.provider = provider
        self.state = state
        self._data = dict(data)
        self._session = session
        self._kept = ExchangeStorage(session)

    @property
    def storage(self) -> Any:
        return self._kept

    def setting(self, name: str, default: Any = None, backend: Any = None) -> Any:  # noqa: ARG002 (its interface)
        """Only what was configured for this provider. By default it would look for bare names as well."""
        return self.provider.settings.get(name, default)

    def get_request_data(self, merge: bool = True) -> dict[str, Any]:  # noqa: ARG002 (its interface)
        return self._data

    def session_get(self, name: str, default: Any = None) -> Any:
        return self._session.get(name, default)

    def session_set(self, name: str, value: Any) -> None:
        self._session[name] = value

    def session_pop(self, name: str) -> Any:
        return self._session.pop(name, None)

    def build_absolute_uri(self, path: str | None = None) -> str:
        return urljoin(self.callback, path or "")

    def redirect(self, url: str) -> Redirect:
        """Where the browser goes. The address may come from the provider's own documents, so it is looked at."""
        if not is_acceptable(url):
            raise AuthResponseError(claim="authorization_endpoint", code="invalid_claim", stage="begin")
        return Redirect(url)

    def openid_store(self) -> Any:
        """None: OpenID 2 without associations, each answer checked with the provider itself."""
        return None

    def html(self, content: str) -> Any:  # noqa: ARG002 (its interface)
        raise AuthConfigurationError(code="unsupported_feature", parameter="a page of its own", stage="begin")

    def authenticate(self, backend: Any, *_args: Any, **kwargs: Any) -> Any:
        """Where social-auth-core would run its pipeline, a Profile: the answer is complete and verified."""
        response = kwargs["response"]
        details = backend.get_user_details(response)
        if not backend.auth_allowed(response, details):
            raise AuthPolicyError(backend, stage="user_info")
        subject = backend.get_user_id(details, response)
        # A number is an id; what a wrong claim map finds (true, an object) would be the same for everybody.
        if isinstance(subject, bool) or not isinstance(subject, (str, int)) or subject == "":
            raise AuthResponseError(backend, claim="subject", code="missing_claim", stage="user_info")
        answer = response if backend.document is None else backend.answer
        documents = (backend.document, getattr(backend, "id_token", None), answer)
        return profile(self.provider, str(subject), details, documents)


class Guarded:
    """Mixed into every backend: its calls go through ``outgoing``, its state is the attempt's."""

    strategy: Exchange
    setting: Any
    document: Any = None
    """What the provider said of the person, without what came with the token."""
    answer: Any = None
    """What came with the token, before social-auth-core lays the document over it."""

    def user_data(self, *args: Any, **kwargs: Any) -> Any:
        self.answer = dict(kwargs.get("response") or {})
        self.document = super().user_data(*args, **kwargs)  # type: ignore[misc]
        return None if self.document is None else dict(self.document)

    def state_token(self) -> str:
        return self.strategy.state

    def request(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, Any] | None = None,
        timeout: float | None = None,  # noqa: ARG002 (its interface)
        stage: Any = "user_info",
        **options: Any,
    ) -> requests.Response:
        try:
            response = outgoing.send(method, url, headers={"User-Agent": "Flaskport", **(headers or {})}, **options)
        except requests.RequestException as error:
            redact_request_error(error, request_url=url)
            code = "timeout" if isinstance(error, requests.Timeout) else "connection_failed"
            raise AuthProviderError(self, code=code, stage=stage) from error  # type: ignore[arg-type]
        try:
            response.raise_for_status()
        except requests.HTTPError as error:
            raise http_error(self, error, stage=stage) from error  # type: ignore[arg-type]
        return response


def guarded(name: str, backend: type[Any], *, pkce: bool, redirects: bool = False) -> type[Any]:
    """The backend's class with our calls, and with PKCE (RFC 7636) where it has none of its own.

    ``redirects``: it begins with a redirect although it would rather send a form by itself, as OpenID 2 would.
    """
    bases: tuple[type[Any], ...] = (Guarded, backend)
    if issubclass(backend, OpenIdConnectAuth) and not issubclass(backend, OpenIdConnectRules):
        bases = (Guarded, OpenIdConnectRules, backend)
    elif pkce and not issubclass(backend, BaseOAuth2PKCE):
        bases = (Guarded, BaseOAuth2PKCE, backend)
    ours: dict[str, Any] = {"name": name}
    if redirects:
        ours["uses_redirect"] = lambda _self: True
    return type(f"Guarded{backend.__name__}", bases, ours)
