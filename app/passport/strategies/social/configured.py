"""Which providers are switched on: read from SOCIAL_… variables, each checked, nothing guessed.

``SOCIAL_<PROVIDER>_KEY`` and ``_SECRET`` switch on a provider of the catalogue, ``SOCIAL_OIDC_<NAME>_ISSUER`` with
both any OpenID Connect issuer, ``SOCIAL_OAUTH2_<NAME>_AUTHORIZATION_URL`` and its fellows any OAuth 2 server.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, cast

from social_core.backends.base import BaseAuth

from app.passport.addresses import is_acceptable
from app.passport.bearer import LEEWAY_SECONDS
from app.passport.strategies.social.adapter import guarded
from app.passport.strategies.social.catalogue import catalogue, load, prefix_of
from app.passport.strategies.social.generic import GenericOAuth2, claim_map
from app.passport.strategies.social.openid_connect import StrictOpenIdConnect
from app.passport.strategies.social.provider import AS_TEXT, USE_PKCE, Kind, Provider, Trust, trust_in
from app.passport.strategies.social.vendors import OURS

NAMED = re.compile(r"SOCIAL_(OIDC|OAUTH2)_([A-Z0-9]+)_([A-Z0-9_]+)")
ORDER = "SOCIAL_ORDER"
"""Which of the providers come first in GET /auth/providers, and in which order: their names, with commas."""
NAMELESS = "Give the issuer a name of yours: SOCIAL_OIDC_WORK_ISSUER, _KEY and _SECRET."
COMMON = ("KEY", "SECRET")
OAUTH2_URLS = ("AUTHORIZATION_URL", "TOKEN_URL", "PROFILE_URL")
TRUST_EMAIL = "TRUST_EMAIL"
NEED_AN_IDENTIFIER = frozenset({"livejournal", "openid"})
"""OpenID 2 without a provider: the person would have to say first who theirs is."""
LABEL = "LABEL"
SCOPE = "SCOPE"
ALLOW_LISTS = frozenset({"WHITELISTED_DOMAINS", "WHITELISTED_EMAILS"})
JWT_LEEWAY = "JWT_LEEWAY"
MAX_LEEWAY_SECONDS = 300


class ProviderConfigError(ValueError):
    """The variables of a provider do not belong together. Each of the ``problems`` names the one."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def providers_from(variables: Mapping[str, str]) -> dict[str, Provider]:
    """The providers that the variables switch on, by name. Raises ProviderConfigError with everything that is wrong."""
    problems: list[str] = []
    by_provider: dict[str, dict[str, str]] = {}
    for variable, value in variables.items():
        found = _tried(problems, _split, variable) if variable != ORDER else None
        if found is not None:
            provider, setting = found
            by_provider.setdefault(provider, {})[setting] = value
    names = sorted(by_provider)
    made = {name: _tried(problems, _provider, name, by_provider[name]) for name in names}
    in_order = _tried(problems, _in_order, names, variables.get(ORDER, ""))
    if problems:
        raise ProviderConfigError(*problems)
    return {name: chosen for name in in_order or () if (chosen := made[name]) is not None}


def _tried(problems: list[str], function: Callable[..., Any], *arguments: Any) -> Any:
    """What it answers; or None, and what it refuses is added to the problems."""
    try:
        return function(*arguments)
    except ProviderConfigError as error:
        problems.extend(error.problems)
        return None


def why_not(name: str) -> str | None:
    """Why a provider of the catalogue cannot be switched on here; None: it can."""
    try:
        _backend(name)
    except ProviderConfigError as error:
        return str(error)
    return None


def _in_order(names: list[str], order: str) -> list[str]:
    """Those that SOCIAL_ORDER names come first, as it says."""
    first = [name.strip() for name in order.split(",") if name.strip()]
    unknown = [name for name in first if name not in names]
    if unknown:
        raise ProviderConfigError(f"{ORDER} names {unknown[0]}, which is not on. On: {', '.join(names) or 'none'}.")
    return [*dict.fromkeys(first), *(name for name in names if name not in first)]


def _split(variable: str) -> tuple[str, str]:
    named = NAMED.fullmatch(variable)
    if named is not None:
        return f"{named[1].lower()}-{named[2].lower()}", named[3]
    fitting = [name for name in catalogue() if variable.startswith(prefix_of(name))]
    if not fitting:
        close = get_close_matches(variable, [f"{prefix_of(name)}KEY" for name in catalogue()], n=1, cutoff=0.7)
        hint = f" Did you mean {close[0]}?" if close else ' "flask auth providers" lists them.'
        raise ProviderConfigError(f"{variable} belongs to no provider that is known.{hint}")
    provider = max(fitting, key=len)
    return provider, variable.removeprefix(prefix_of(provider))


def _provider(name: str, settings: Mapping[str, str]) -> Provider:
    backend, kind, label = _backend(name)
    family = name.partition("-")[0]
    required = (*COMMON, *trust_in(name).needs)
    if family == "oidc":
        required = ("ISSUER", *COMMON)
    elif family == "oauth2":
        required = (*COMMON, *OAUTH2_URLS, "CLAIMS")
    missing = [f"{prefix_of(name)}{setting}" for setting in required if setting not in settings]
    if missing:
        _check_name(name, required, settings)
        raise ProviderConfigError(f"{name} is half configured: {', '.join(missing)} is missing.")
    parsed = {setting: parse(value) for setting, value in settings.items() if setting not in COMMON}
    parsed |= {setting: settings[setting] for setting in COMMON}
    if isinstance(parsed.get(SCOPE), str):
        parsed[SCOPE] = parsed[SCOPE].split()
    for setting in ALLOW_LISTS & parsed.keys():
        parsed[setting] = parsed[setting] if isinstance(parsed[setting], list) else [parsed[setting]]
    _check_leeway(name, parsed)
    if family == "oidc":
        parsed |= _issuer(name, parsed)
    elif family == "oauth2":
        parsed |= _server(name, parsed)
    trust = _trust(name, kind, parsed)
    pkce = trust.pkce and kind in ("oauth2", "oidc")
    return Provider(
        name=name,
        label=str(parsed.get(LABEL, label)),
        kind=kind,
        backend=guarded(name, backend, pkce=pkce, redirects=kind == "openid"),
        trust=trust,
        # Not a weaker method of the settings; and two classes write it in lower case, RFC 7636 section 4.3 does not.
        settings={
            SCOPE: list(trust.scope),
            JWT_LEEWAY: LEEWAY_SECONDS,
            **parsed,
            USE_PKCE: pkce,
            "PKCE_CODE_CHALLENGE_METHOD": "S256",
        },
    )


def _check_name(name: str, required: Iterable[str], settings: Mapping[str, str]) -> None:
    """SOCIAL_OIDC_MY_WORK_KEY is the provider oidc-my and its setting WORK_KEY, which nobody means."""
    endings = [(setting, ending) for setting in settings for ending in required if setting.endswith(f"_{ending}")]
    if not NAMED.fullmatch(f"{prefix_of(name)}KEY") or not endings or any(ending in settings for ending in required):
        return
    setting, ending = endings[0]
    given = prefix_of(name) + setting
    start = prefix_of(name).removesuffix("_") + setting.removesuffix(f"_{ending}").replace("_", "")
    raise ProviderConfigError(f"{given}: there are no underscores in names. Write {start}_{ending}, and so on.")


def _backend(name: str) -> tuple[type[Any], Kind, str]:
    """The class, what it speaks, and what people call the provider unless the settings say."""
    family, _, own_name = name.partition("-")
    if name == "oidc":
        raise ProviderConfigError(NAMELESS)
    if family == "oidc":
        return StrictOpenIdConnect, "oidc", own_name.title()
    if family == "oauth2":
        return GenericOAuth2, "oauth2", own_name.title()
    row = catalogue()[name]
    try:
        backend = load(name)
    except ImportError as error:
        raise ProviderConfigError(f"{name} needs more than is installed here: {error}.") from error
    if getattr(backend, "ASSOCIATION_ONLY", False):
        raise ProviderConfigError(f"{name} tells nobody who a person is: it is no way to sign in.")
    if name in NEED_AN_IDENTIFIER or (row["kind"] != "openid" and not _begins_with_a_link(backend)):
        raise ProviderConfigError(f"{name} begins on a page of its own: it is not one of those that a link leads to.")
    return OURS.get(backend, backend), cast(Kind, row["kind"]), row["label"]


def _begins_with_a_link(backend: type[Any]) -> bool:
    has_address = backend.auth_url is not BaseAuth.auth_url
    return has_address and backend.uses_redirect is BaseAuth.uses_redirect


def _issuer(name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """An issuer's address, as social-auth-core asks for it."""
    issuer = str(settings["ISSUER"])
    _check_url(f"{prefix_of(name)}ISSUER", issuer)
    return {"OIDC_ENDPOINT": issuer.rstrip("/"), "OIDC_ENDPOINT_AS_GIVEN": issuer, "ID_TOKEN_ISSUER": issuer}


def _server(name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """A server's addresses and its claims, as GenericOAuth2 asks for them."""
    for setting in OAUTH2_URLS:
        _check_url(f"{prefix_of(name)}{setting}", str(settings[setting]))
    try:
        claims = claim_map(settings["CLAIMS"])
    except ValueError as error:
        raise ProviderConfigError(f"{prefix_of(name)}CLAIMS: {error}") from None
    return {"ACCESS_TOKEN_URL": settings["TOKEN_URL"], "CLAIMS": claims}


def _trust(name: str, kind: Kind, settings: Mapping[str, Any]) -> Trust:
    """The table's row, and what the operator says differently."""
    trust = trust_in(name)
    if TRUST_EMAIL in settings:
        claim = f"email_verified{AS_TEXT}" if kind == "oidc" else "email_verified"
        rule = {"True": claim, "False": "no", "always": "always"}.get(str(settings[TRUST_EMAIL]))
        if rule is None:
            raise ProviderConfigError(f"{prefix_of(name)}{TRUST_EMAIL} must be true, false or always.")
        trust = replace(trust, email=rule)
    if USE_PKCE in settings:
        if not isinstance(settings[USE_PKCE], bool):
            raise ProviderConfigError(f"{prefix_of(name)}{USE_PKCE} must be true or false.")
        trust = replace(trust, pkce=settings[USE_PKCE])
    return trust


def _check_leeway(name: str, settings: Mapping[str, Any]) -> None:
    seconds = settings.get(JWT_LEEWAY, LEEWAY_SECONDS)
    if type(seconds) is not int or not 0 <= seconds <= MAX_LEEWAY_SECONDS:
        variable = f"{prefix_of(name)}{JWT_LEEWAY}"
        raise ProviderConfigError(f"{variable} must be a whole number of seconds from 0 to {MAX_LEEWAY_SECONDS}.")


def parse(value: str) -> Any:
    """A setting's value: true and false, numbers, JSON, a list with commas, or text.

    A backend would take the text "false" for true.
    """
    if value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if value[:1] in {"[", "{"} or re.fullmatch("[0-9]{1,9}", value):
        try:
            return json.loads(value)
        except ValueError:
            return value
    if "," in value:
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _check_url(variable: str, value: str) -> None:
    if not is_acceptable(value):
        raise ProviderConfigError(f"{variable} must be an https:// address.")
