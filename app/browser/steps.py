"""Steps of a sign-in in a browser: bound to it by a cookie, and each with a page that a redirect leads to."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager

from flask import Flask, Response, current_app, jsonify

from app.accounts import Attempt, Pending, Step, steps
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


def waiting_for(token: str, step: str) -> uuid.UUID | None:
    """``accounts.steps.waiting_for`` for the browser that was given the token."""
    binding = bindings.of_browser()
    return steps.waiting_for(token, step, bound_to=binding) if binding else None


def require_waiting(token: str, step: str) -> uuid.UUID:
    """``accounts.steps.require_waiting`` for the browser that was given the token. Raises as that does."""
    binding = bindings.of_browser()
    return steps.require_waiting(token if binding else "", step, bound_to=binding or "")


def page_of(step: Step, **more: str) -> str | None:
    """The address of the step's page, from this server's root on, without ``next``. None: it has no page."""
    page = current_app.extensions.get(PAGES, {}).get(step.name)
    return _leading_to(own_path(page), step, more) if page else None


def next_step(step: Step) -> Response:
    """202 for what goes on with this step later, and elsewhere maybe: nobody is given a token for it."""
    response = jsonify(step=step.name, facts=dict(step.facts), page=page_of(step))
    response.status_code = 202
    return response


def place_of(pending: Pending, token: str, then: str) -> str:
    """Where a browser goes on that would have gone to ``then``: the step's page, else the sign-in page, else there."""
    return place_for(pending.step, then, token=token)


def place_for(step: Step, then: str, **more: str) -> str:
    """The same for a step that nobody was given a token for."""
    place = page_of(step, **more) or _leading_to(sign_in_place() or then, step, more)
    return with_parameters(place, next=then)


def _leading_to(place: str, step: Step, more: Mapping[str, str]) -> str:
    return with_parameters(place, **{**step.facts, "step": step.name, **more})
