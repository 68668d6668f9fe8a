"""Steps of a sign-in in a browser: bound to it by a cookie, and each with a page that a redirect leads to."""

from __future__ import annotations

from contextlib import AbstractContextManager

from flask import Flask, Response, current_app

from app.accounts import Attempt, Pending, steps
from app.browser import binding as bindings
from app.browser.destinations import with_parameters
from app.core.places import own_path, sign_in_place
from app.passport.strategies.social import SIGN_IN_EXPIRED

PAGES = "flaskport.step_pages"


def add_page(app: Flask, step: str, path: str) -> None:
    """Say which page of this app asks for the step. ``step``, ``token``, ``next`` and the facts are in its query."""
    app.extensions.setdefault(PAGES, {})[step] = path


def keep(pending: Pending) -> tuple[str, str]:
    """The token of the step, and the cookie's value that it is bound to, which ``bind`` puts into the answer.

    A browser has one such value, so that sign-ins in several tabs do not disturb each other. Whoever reads the token on
    its way, out of the address of the step's page, has not got the cookie.
    """
    binding = bindings.of_browser() or bindings.new()
    return steps.keep(pending, bound_to=binding), binding


def bind(response: Response, binding: str) -> None:
    bindings.keep(response, binding)


def resumed(token: str, step: str) -> AbstractContextManager[Attempt]:
    """``accounts.steps.resumed`` for the browser that was given the token. Raises as that does."""
    binding = bindings.of_browser()
    if not binding:
        raise SIGN_IN_EXPIRED
    return steps.resumed(token, step, bound_to=binding)


def page_of(pending: Pending, token: str) -> str | None:
    """The address of the step's page, from this server's root on, without ``next``. None: it has no page."""
    page = current_app.extensions.get(PAGES, {}).get(pending.step.name)
    return _leading_to(own_path(page), pending, token) if page else None


def place_of(pending: Pending, token: str, then: str) -> str:
    """Where a browser goes on that would have gone to ``then``: the step's page, else the sign-in page, else there."""
    place = page_of(pending, token) or _leading_to(sign_in_place() or then, pending, token)
    return with_parameters(place, next=then)


def _leading_to(place: str, pending: Pending, token: str) -> str:
    return with_parameters(place, **{**pending.step.facts, "step": pending.step.name, "token": token})
