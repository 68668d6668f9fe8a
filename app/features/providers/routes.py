"""Signing in with an identity provider, and what opens one's account."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import MethodNotAllowed

from app import accounts
from app.accounts import (
    ACCOUNT_BANNED,
    ACCOUNT_DISABLED,
    ADDRESS_REFUSED,
    INVITATION_REQUIRED,
    REGISTRATION_CLOSED,
    Attempt,
    Claimed,
    CurrentUser,
    identities,
)
from app.browser.attempts import SESSION_ENDED, Wishes, finished_place, remember_finished
from app.browser.destinations import NEXT_NOT_ALLOWED, checked_next, go_on_to, with_parameters
from app.browser.presented import presented_session
from app.browser.signed_in import complete
from app.core.errors import refusal, render
from app.core.http import no_content
from app.core.negotiation import is_fetch, is_speculative
from app.core.openapi import SETS_COOKIES, Blueprint, asks_gates, in_query, needs_cookies
from app.core.origin import from_anywhere
from app.core.places import own_path, public_base, sign_in_place
from app.core.refusals import METHOD_NOT_ALLOWED, with_status
from app.features.providers.schemas import (
    ConnectSchema,
    IdentitiesSchema,
    LocationSchema,
    ProvidersSchema,
)
from app.features.providers.strategies import START, providers_of
from app.guards import current_user, fresh_required, login_required, public, require_assurance
from app.passport import AuthenticationFailed, Forbidden, ProviderFailed, Success
from app.passport.strategies.social import returned_state
from app.passport.strategies.social.refusals import ACCESS_DENIED, PROVIDER_POLICY, PROVIDER_REFUSED, SIGN_IN_EXPIRED
from app.sessions import find_active
from app.sessions.signing import NO_SIGNING_KEY

if TYPE_CHECKING:
    from app.passport.strategies.social.strategy import ProviderAnswer, ProviderStrategy

providers = Blueprint("providers", __name__, url_prefix="/auth", tag="auth")

PREFETCH_REFUSED = refusal(503, "prefetch_refused", "Nothing is fetched in advance here.")
UNKNOWN_PROVIDER = refusal(
    404,
    "unknown_provider",
    "This provider is not switched on. GET /auth/providers lists those that are.",
    for_people="Signing in that way is not possible here. Choose another one.",
)
REFUSALS = (
    ACCESS_DENIED,
    with_status(ACCOUNT_BANNED, 401),
    ACCOUNT_DISABLED,
    ADDRESS_REFUSED,
    INVITATION_REQUIRED,
    REGISTRATION_CLOSED,
    identities.ACCOUNT_EXISTS,
    identities.EMAIL_MISSING,
    identities.IDENTITY_TAKEN,
    identities.IDENTITY_UNUSABLE,
    AuthenticationFailed,
    PROVIDER_POLICY,
    PROVIDER_REFUSED,
    SESSION_ENDED,
    SIGN_IN_EXPIRED,
)


@providers.get("/providers")
@public
@providers.response(200, ProvidersSchema)
def list_providers() -> Response:
    """The identity providers that people can sign in with, for a front end's buttons."""
    return jsonify(
        items=[
            {"name": name, "label": strategy.provider.label, "start_url": public_base() + START.format(name)}
            for name, strategy in providers_of(current_app).items()
        ]
    )


@providers.get("/oauth/<provider>")
@asks_gates
@needs_cookies
@public
@providers.doc(
    parameters=in_query(next="Where to come back to.", remember="1: stay signed in.", popup="1: in a window.")
)
@providers.response(302, headers={"Location": "Location"})
@providers.alt_response(200, schema=LocationSchema, description="For fetch: where to go.")
@providers.refuses(UNKNOWN_PROVIDER, NEXT_NOT_ALLOWED, ProviderFailed)
@providers.refuses(PREFETCH_REFUSED, note="Asked for in advance, and by nobody.")
def start_sign_in(provider: str) -> ResponseReturnValue:
    """Go to the provider. ``?next=`` is where to come back to, ``?remember=1`` keeps the browser signed in.

    A ``fetch`` gets ``{"location"}`` instead of a redirect that it could not follow to another origin.
    """
    _only_when_somebody_wants_it("GET")
    strategy = _strategy(provider)
    wishes = strategy.attempts.wishes(request)
    accounts.ask_gates(Claimed(way=provider, what="start"))
    there = strategy.begin(wishes)
    return jsonify(location=there.location) if is_fetch() else redirect(there.location)


@providers.route("/oauth/<provider>/callback", methods=["GET", "POST"])
@needs_cookies
@from_anywhere
@public
@providers.response(303, headers={"Location": "Location", **SETS_COOKIES})
@providers.refuses(*REFUSALS, note="Where there is no page to go to, which gets the code in ``?error=``.")
@providers.refuses(UNKNOWN_PROVIDER, ProviderFailed, NO_SIGNING_KEY, PREFETCH_REFUSED)
def finish_sign_in(provider: str) -> ResponseReturnValue:
    """Where the provider sends people back to: signs in, and goes on to where they wanted. No token is in the URL."""
    _only_when_somebody_wants_it("GET", "POST")
    strategy = _strategy(provider)
    state = returned_state(request) or ""
    try:
        pending = strategy.attempts.take(provider, state)
    except AuthenticationFailed as refusal:
        return _again(state) or _back(provider, refusal, Wishes())
    try:
        return _finished(strategy.finish(request, state, pending), state)
    except (AuthenticationFailed, Forbidden) as refusal:
        return _back(provider, refusal, pending.wishes)


def _finished(success: Success[CurrentUser, ProviderAnswer[Wishes]], state: str) -> Response:
    wishes = success.proof.wishes
    place = wishes.next or own_path("/")
    response = make_response(go_on_to(place))
    if wishes.connect is None:
        attempt = Attempt(success, remember=wishes.remember)
        response = complete(attempt, then=response)
    remember_finished(state, place)
    return response


@providers.get("/identities")
@login_required
@providers.response(200, IdentitiesSchema)
def list_own_identities() -> dict[str, Any]:
    """The accounts at providers that open yours."""
    user = current_user()
    return {"items": identities.list_identities(user.id), "has_password": accounts.has_password(user.id)}


@providers.post("/identities/<provider>")
@asks_gates
@needs_cookies
@fresh_required
@providers.arguments(ConnectSchema, example={"next": "/account"})
@providers.response(200, LocationSchema)
@providers.refuses(UNKNOWN_PROVIDER, NEXT_NOT_ALLOWED, ProviderFailed, accounts.ASSURANCE_REQUIRED)
def connect_identity(wishes: dict[str, Any], provider: str) -> ResponseReturnValue:
    """Connect an account at a provider to yours: send the browser to the ``location`` of the answer.

    Whoever has set up a second factor shows it before.
    """
    require_assurance(current_user(), within="fresh", if_enrolled=True)
    strategy = _strategy(provider)
    session = current_user().own_session()
    wanted = Wishes(checked_next(wishes["next"]), connect=str(session.id))
    accounts.ask_gates(Claimed(way=provider, what="start", user_id=current_user().id))
    there = strategy.begin(wanted)
    return jsonify(location=there.location)


@providers.delete("/identities/<uuid:identity_id>")
@login_required
@providers.response(204)
@providers.refuses(METHOD_NOT_ALLOWED, note="Not an id: the name of a provider, perhaps.")
@providers.refuses(accounts.LAST_WAY_IN)
def disconnect_identity(identity_id: uuid.UUID) -> Response:
    """Disconnect an account at a provider; never the last way in."""
    identities.disconnect(current_user().id, identity_id)
    return no_content()


def _strategy(provider: str) -> ProviderStrategy[CurrentUser, Wishes]:
    strategy = providers_of(current_app).get(provider)
    if strategy is None:
        raise UNKNOWN_PROVIDER
    return strategy


def _only_when_somebody_wants_it(*methods: str) -> None:
    """Each of these requests begins something, or uses it up. Raises what a preview or a prefetch of the link gets."""
    if request.method == "HEAD":
        raise MethodNotAllowed(methods)
    if is_speculative():
        raise PREFETCH_REFUSED


def _again(state: str) -> ResponseReturnValue | None:
    """The answer's address, opened again by somebody who is signed in: on to where it led to."""
    place, session_id = finished_place(state), presented_session()
    if place is None or session_id is None or find_active(session_id) is None:
        return None
    return go_on_to(place)


def _back(provider: str, refusal: AuthenticationFailed | Forbidden, wishes: Wishes) -> ResponseReturnValue:
    """To the sign-in page, or to where they wanted to go, with a code that says why they are not signed in."""
    following = wishes.next
    place = following if wishes.popup else sign_in_place() or following
    if place is None:
        return render(401, refusal.code, refusal.message)
    facts = {"error": refusal.code, "provider": provider}
    if following and place != following:
        facts["next"] = following
    return go_on_to(with_parameters(place, **facts))
