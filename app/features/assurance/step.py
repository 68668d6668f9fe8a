"""The step of a sign-in in which a second factor is shown."""

from __future__ import annotations

from collections.abc import Iterable

from flask import current_app

from app import sessions
from app.accounts import SECOND_FACTOR, Attempt, Step, is_asked_for_two, is_exempt, second_factors, time_to_show
from app.core.settings import of
from app.features.assurance.settings import Settings

BY_PROVIDER = "fed"


def check(attempt: Attempt) -> Step | None:
    """Asks whoever has set up a second factor that asks, and has not shown two. ``methods`` are those that they have.

    Whoever brings a second factor has routes for this step: a strategy of ``browser.second_factor`` judges it in them.
    """
    if sessions.are_two_factors(attempt.done) or is_enough(attempt.done):
        return None
    user_id = attempt.user.id
    if not is_asked_for_two(user_id, attempt.done) or (attempt.opens_session and is_exempt(user_id)):
        return None
    methods = second_factors(user_id, attempt.done)
    return Step(SECOND_FACTOR, {"methods": " ".join(methods)}, time_to_show(methods))


def is_enough(done: Iterable[str]) -> bool:
    """By setting a provider's word is."""
    return BY_PROVIDER in sessions.amr_of(done) and not of(current_app, Settings).after_providers
