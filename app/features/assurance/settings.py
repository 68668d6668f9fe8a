"""What is told about second factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from config import ConfigError, Declared, Whole, boolean, setting

Policy = Literal["none", "admins", "staff", "all"]
POLICIES: tuple[Policy, ...] = ("none", "admins", "staff", "all")


def policy(variable: str, text: str) -> Policy:
    for known in POLICIES:
        if text == known:
            return known
    raise ConfigError(f"{variable} is {text!r}; it must be one of {', '.join(POLICIES)}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """When a second factor is shown."""

    after_providers: bool = setting("SECOND_FACTOR_AFTER_PROVIDERS", boolean, "true", heading="Second factors")
    """Is a second factor asked for after a sign-in with an identity provider, too? false: what the provider has asked
    for is enough."""

    required_of: Policy = setting("REQUIRE_SECOND_FACTOR", policy, "none")
    """Who has to have a second factor: admins, staff (whoever has another role than `user`), all, or none. Whoever has
    none when it is due can do nothing but set one up, whichever way they come."""

    grace_days: int = setting("SECOND_FACTOR_GRACE_DAYS", Whole(0, 365), "7")
    """For how many days somebody who has to have one may go on without, from when they were first seen so."""
