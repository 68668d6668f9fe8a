"""What a configured identity provider is, how far it is trusted, and what a sign-in with it is while under way."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Generic, Literal, Protocol, TypeVar

from flask import Request

W = TypeVar("W")

Kind = Literal["oauth1", "oauth2", "oidc", "openid", "other"]
Callback = Literal["get", "post"]

USE_PKCE = "USE_PKCE"
"""The setting of social-auth-core."""

AS_TEXT = " as text"
"""Behind the name of a claim: the text "true" counts as well. Apple writes it, and Amazon's Cognito in userinfo."""

STATE_PARAMETERS = ("state", "redirect_state")
MAX_STATE = 128

TRUST_FILE = Path(__file__).with_name("trust.toml")


@dataclass(frozen=True, slots=True)
class Trust:
    """What is known of a provider; the defaults hold for all that trust.toml does not name.

    ``email`` says when the provider vouches for an address: "no" (never), "always" (it hands out none that it has not
    verified), or the claim of its answer that must be exactly true; see AS_TEXT. ``scope`` has to be asked for to
    learn that. ``needs`` are settings without which there is no address to go to.
    """

    email: str = "no"
    pkce: bool = True
    callback: Callback = "get"
    scope: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provider:
    """``backend`` is a class of social-auth-core, ``settings`` what it may ask for."""

    name: str
    label: str
    kind: Kind
    backend: type[Any]
    trust: Trust
    settings: Mapping[str, Any] = field(repr=False)


@cache
def trust_table() -> Mapping[str, Trust]:
    """trust.toml, by the provider's name."""
    table = tomllib.loads(TRUST_FILE.read_text())
    return {name: _row(row) for name, row in table.items()}


def _row(row: dict[str, Any]) -> Trust:
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return Trust(**fields)


def trust_in(name: str) -> Trust:
    return trust_table().get(name, Trust())


@dataclass(frozen=True, slots=True)
class Pending(Generic[W]):
    """A sign-in under way: what the backend has to remember, and what the person wanted."""

    session: dict[str, Any]
    wishes: W


class Attempts(Protocol[W]):
    """Where sign-ins under way are kept: bound to the browser and the provider, good for one use, not for long."""

    def wishes(self, request: Request) -> W:
        """What a request that begins a sign-in asks for."""

    def keep(self, provider: str, state: str, pending: Pending[W]) -> None: ...

    def take(self, provider: str, state: str) -> Pending[W]:
        """Use it up. Raises SIGN_IN_EXPIRED where there is none, for this provider and in this browser."""


def returned_state(request: Request) -> str | None:
    """The state that a provider sent back, in the query or (form_post) in the body. "" is one that cannot be ours."""
    for name in STATE_PARAMETERS:
        state = request.values.get(name)
        if state:
            return state if len(state) <= MAX_STATE else ""
    return None
