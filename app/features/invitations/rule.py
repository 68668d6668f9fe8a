"""The rule of registration: by mode, by domain, and whether an address is of a service for throw-away mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from flask import current_app

from app.accounts import INVITATION_REQUIRED, REGISTRATION_CLOSED, Newcomer, emails
from app.accounts.passwords import Reason
from app.core.languages import said
from app.core.settings import of
from app.features.invitations import accepting
from app.features.invitations.settings import CLOSED, INVITE, Settings
from app.passport import Refusal

DOMAIN_NOT_ALLOWED = Reason("domain_not_allowed", said("An address of this domain cannot be used here."))
DISPOSABLE_ADDRESS = Reason(
    "disposable_address", said("Use an address that you will keep: this one is thrown away soon.")
)


def why_shut(settings: Settings) -> type[Refusal] | None:
    """What whoever has proved nothing is refused with, whatever their address is."""
    return {CLOSED: REGISTRATION_CLOSED, INVITE: INVITATION_REQUIRED}.get(settings.mode)


def judge(newcomer: Newcomer) -> Iterable[Reason]:
    """An invited person passes, once they have shown that the address is theirs: somebody here knows it."""
    settings = of(current_app, Settings)
    if not newcomer.has_account and _is_invited(newcomer, settings):
        return ()
    return tuple(_against(emails.normalize(newcomer.email).rpartition("@")[2], settings))


def _is_invited(newcomer: Newcomer, settings: Settings) -> bool:
    """Raises what the mode refuses with."""
    if settings.mode == CLOSED:
        raise REGISTRATION_CLOSED
    if newcomer.proved and accepting.is_invited(newcomer.email):
        return True
    if settings.mode == INVITE:
        raise INVITATION_REQUIRED
    return False


def _against(domain: str, settings: Settings) -> Iterator[Reason]:
    above = {f".{parent}" for parent in _parents(domain)}
    if settings.domains and not ({domain} | above) & set(settings.domains):
        yield DOMAIN_NOT_ALLOWED
    elif settings.refuse_disposable and not _listed(settings.disposable).isdisjoint({domain, *_parents(domain)}):
        yield DISPOSABLE_ADDRESS


def _parents(domain: str) -> Iterator[str]:
    """Those above it: of a.b.example, b.example and example."""
    labels = domain.split(".")
    return (".".join(labels[start:]) for start in range(1, len(labels)))


@cache
def _listed(path: Path) -> frozenset[str]:
    lines = (line.strip().lower() for line in path.read_text("utf-8").splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))
