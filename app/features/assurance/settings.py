"""What is told about second factors."""

from __future__ import annotations

from dataclasses import dataclass

from config import Declared, boolean, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """When a second factor is shown."""

    after_providers: bool = setting("SECOND_FACTOR_AFTER_PROVIDERS", boolean, "true", heading="Second factors")
    """Is a second factor asked for after a sign-in with an identity provider, too? false: what the provider has asked
    for is enough."""
