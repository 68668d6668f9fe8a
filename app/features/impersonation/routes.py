"""Impersonation over HTTP: it begins by somebody's address among the users, and ends in the browser that it is in."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, jsonify, make_response, redirect, request

from app import sessions
from app.accounts import ASSURANCE_REQUIRED, ROLE_ABOVE_YOURS
from app.browser import binding
from app.browser.presented import presented_claims, presented_session
from app.browser.schemas import SignedInSchema
from app.browser.signed_in import with_cookies
from app.core import forms
from app.core.errors import NOT_FOUND
from app.core.openapi import SETS_COOKIES, Blueprint, needs_cookies
from app.core.places import own_path
from app.features.impersonation import cookie, service
from app.features.impersonation.models import Impersonation
from app.features.impersonation.rules import USERS_IMPERSONATE
from app.features.impersonation.schemas import BeginSchema, EndedSchema
from app.guards import current_user, permission_required, public, require_assurance
from app.sessions import cookies
from app.sessions.signing import NO_SIGNING_KEY
from app.sessions.tokens import claimed_actor, claimed_id

of_users = Blueprint("impersonation_of_users", __name__, url_prefix="/api/users", tag="api")
impersonation = Blueprint("impersonation", __name__, url_prefix="/auth/impersonation", tag="auth")


@of_users.post("/<uuid:user_id>/impersonate")
@needs_cookies
@permission_required(USERS_IMPERSONATE)
@of_users.arguments(BeginSchema, example={"reason": "Ticket 4711: the list is empty for them."})
@of_users.response(200, SignedInSchema, headers=SETS_COOKIES)
@of_users.refuses(NOT_FOUND, note="No such user.")
@of_users.refuses(ROLE_ABOVE_YOURS, service.NOT_TO_BE_IMPERSONATED, service.KEPT_OUT)
@of_users.refuses(ASSURANCE_REQUIRED, NO_SIGNING_KEY)
def begin_impersonation(fields: dict[str, Any], user_id: uuid.UUID) -> Response:
    """Act for a user in this browser, for a while. Whoever does has shown a second factor lately; no key does it.

    What opens, keeps or ends the account stays closed, and so does all that changes anything and is not opened to it.
    """
    actor = current_user()
    require_assurance(actor, within="fresh")
    began = service.begin(actor, user_id, binding.ensured(), **fields)
    answer = with_cookies(began.user, began.session, remember=False)
    cookie.keep(answer, began)
    return answer


@impersonation.post("/end")
@needs_cookies
@forms.takes_forms
@public
@impersonation.response(200, EndedSchema, headers=SETS_COOKIES)
@impersonation.refuses(NO_SIGNING_KEY)
def end_impersonation() -> Response:
    """End it, also after its time, and come back to your own session. The browser's cookie shows which that is.

    A form that a page of ours sends is led back to the person, or to the page to sign in.
    """
    found = cookie.presented()
    if found is None:
        return _without_a_way_back()
    if presented_session() not in {found.session_id, found.actor_session_id, None}:
        return _on("/admin", _nobody(signs_out=False))  # somebody has signed in here since
    answer = _back(found)
    cookie.forget(answer)
    return answer


def _back(found: Impersonation) -> Response:
    user_id, own = found.user_id, service.end(found)
    if own is None:
        return _on("/sign-in", _nobody(signs_out=True))
    return _on(f"/admin/users/{user_id}", with_cookies(own[0], own[1], remember=own[1].remember))


def _without_a_way_back() -> Response:
    """Its cookie is gone: it was ended already, or its time is over for long."""
    claims = presented_claims()
    if claims is None or "act" not in claims:
        return _on("/admin", _nobody(signs_out=False))
    sessions.revoke(claimed_id(claims, "sid"), service.ENDED, by=claimed_actor(claims))
    return _on("/sign-in", _nobody(signs_out=True))


def _nobody(*, signs_out: bool) -> Response:
    answer = jsonify(user=None)
    if signs_out:
        cookies.clear(answer)
    return answer


def _on(place: str, answer: Response) -> Response:
    """The answer, or for a form the way on with its cookies."""
    if not forms.is_sent(request):
        return answer
    way = make_response(redirect(own_path(place), 303))
    for name, value in answer.headers:
        if name in {"Set-Cookie", "Clear-Site-Data"}:
            way.headers.add(name, value)
    return way
