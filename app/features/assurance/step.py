"""The step of a sign-in in which a second factor is shown."""

from __future__ import annotations

from flask import current_app

from app import sessions
from app.accounts import SECOND_FACTOR, Attempt, Step, is_exempt, second_factors
from app.core.settings import of
from app.features.assurance.settings import Settings

BY_PROVIDER = "fed"


def check(attempt: Attempt) -> Step | None:
    """Asks whoever has set up a second factor, and has not shown two by now. ``methods`` are those that they have.

    Whoever brings a second factor has routes for this step: ``browser.second_factor.taken`` judges it in them.
    """
    if sessions.are_two_factors(attempt.done) or _is_enough(attempt):
        return None
    methods = second_factors(attempt.user.id)
    if not methods or (attempt.opens_session and is_exempt(attempt.user.id)):
        return None
    return Step(SECOND_FACTOR, {"methods": " ".join(methods)})


def _is_enough(attempt: Attempt) -> bool:
    """By setting a provider's word is."""
    return BY_PROVIDER in sessions.amr_of(attempt.done) and not of(current_app, Settings).after_providers
