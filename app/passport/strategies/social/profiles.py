"""What a provider said of a person, as a Profile; and whether it vouches for the address in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.passport.outcome import Profile
from app.passport.strategies.social.provider import AS_TEXT, Provider


def profile(provider: Provider, subject: str, details: Mapping[str, Any], documents: Sequence[Any]) -> Profile:
    """``documents``: what the provider said, each by itself, the one that counts most first."""
    email = details.get("email")
    email = email if isinstance(email, str) and email else None
    full_name = details.get("fullname") or " ".join(
        part for part in (details.get("first_name"), details.get("last_name")) if isinstance(part, str) and part
    )
    return Profile(
        provider=provider.name,
        subject=subject,
        email=email,
        email_verified=email is not None and vouched_for(provider.trust.email, email, documents),
        name=" ".join(full_name.split()) or None if isinstance(full_name, str) else None,
    )


def vouched_for(rule: str, email: str, documents: Sequence[Any]) -> bool:
    """Does the provider say that this very address is the person's? Anything but a plain yes is a no.

    Only a document that names the address can vouch for it. The first of them that says anything at all decides:
    where userinfo leaves the claim out, the ID token may have it.
    """
    if rule in ("no", "always"):
        return rule == "always"
    claim = rule.removesuffix(AS_TEXT)
    for said in documents:
        if isinstance(said, dict) and said.get("email") == email and claim in said:
            if claim == "emails":
                return _lists(said[claim], email)
            return said[claim] is True or (claim != rule and said[claim] == "true")
    return False


def _lists(claim: object, email: str) -> bool:
    """GitHub's list, where each address says for itself."""
    entries = claim if isinstance(claim, list) else []
    return any(
        isinstance(entry, dict) and entry.get("email") == email and entry.get("verified") is True for entry in entries
    )
