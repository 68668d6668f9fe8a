"""Who may make an account by themselves, and with which address: rules decide, which features add. Operators are not
asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from flask import Flask, current_app

from app.accounts import emails
from app.accounts.passwords import Reason
from app.core.errors import Refusal, invalid, refusal

EXTENSION = "flaskport.registration_rules"

REGISTRATION_CLOSED = refusal(
    403,
    "registration_closed",
    "Nobody can make an account by themselves.",
    for_people="New accounts cannot be made here at the moment. If you have one already, sign in.",
)
INVITATION_REQUIRED = refusal(
    403,
    "invitation_required",
    "Accounts are made by invitation.",
    for_people="Accounts here are by invitation. If you were invited, open the link in that mail.",
)
ADDRESS_REFUSED = refusal(
    403,
    "address_refused",
    "No account can be made with the address that the provider gave.",
    for_people="No account can be made here with the e-mail address that we were given. Use another one.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody who is about to make an account by themselves, or who ``has_account`` and wants this address for it.

    ``way`` is "register", or the strategy that has recognised them: a provider's name, say. ``proved``: they have shown
    that they read the address, or the provider vouches for it.
    """

    email: str
    way: str
    proved: bool = False
    has_account: bool = False


Rule = Callable[[Newcomer], Iterable[Reason]]
"""Says all that is wrong with the address, or raises what refuses whatever the address is.

It must not ask whether the address has an account: what it answers is told to anybody.
"""


@dataclass(slots=True)
class _Rules:
    rules: list[Rule] = field(default_factory=list)
    shut: type[Refusal] | None = None


def add_registration_rule(app: Flask, rule: Rule, *, shut: type[Refusal] | None = None) -> None:
    """Ask the rule about everybody who makes an account by themselves, whichever way they come.

    ``shut`` is what whoever has proved nothing is refused with, whatever they fill in. So the page to sign up says it,
    and has no form.
    """
    held = app.extensions.setdefault(EXTENSION, _Rules())
    held.rules.append(rule)
    held.shut = held.shut or shut


def shut() -> type[Refusal] | None:
    """What everybody gets who only fills in a form. None: they may."""
    return _rules().shut


def check_newcomer(newcomer: Newcomer) -> None:
    """For ways with a form. Raises VALIDATION_FAILED with all that is wrong with ``email``, and what rules raise."""
    reasons = _against(newcomer)
    if reasons:
        raise invalid({"email": [each.sentence for each in reasons]}, {"email": [each.code for each in reasons]})


def admit(newcomer: Newcomer) -> None:
    """The same for ways without a form, where nobody can type another address: raises ADDRESS_REFUSED instead."""
    reasons = _against(newcomer)
    if reasons:
        raise ADDRESS_REFUSED(facts={"reasons": {"email": [each.code for each in reasons]}})


def _against(newcomer: Newcomer) -> list[Reason]:
    held = _rules()
    if held.shut is not None and not newcomer.proved and not newcomer.has_account:
        raise held.shut
    emails.normalize(newcomer.email)
    return [reason for rule in held.rules for reason in rule(newcomer)]


def _rules() -> _Rules:
    found: _Rules = current_app.extensions.get(EXTENSION) or _Rules()
    return found
