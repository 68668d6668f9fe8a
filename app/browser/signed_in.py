"""How every way in ends over HTTP: the session in cookies or in the body, or a step; and how cookies are taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask, Response, current_app, jsonify, make_response
from werkzeug import Response as BaseResponse

from app import accounts
from app.accounts import Attempt, CurrentUser, Pending, SignedIn
from app.accounts import steps as waiting
from app.accounts.schemas import show_user
from app.browser import device, steps
from app.browser.destinations import go_on_to
from app.browser.presented import presented_session
from app.core.http import no_content
from app.core.logging import note
from app.core.places import own_path
from app.guards import passport
from app.sessions import cookies
from app.sessions.tokens import Signed, issue

ADDITIONS = "flaskport.signed_in_additions"


def add_to_answer(app: Flask, add: Callable[[Response, CurrentUser], object]) -> None:
    """Let a part add to the answer that signs a browser in: a cookie of its own, say."""
    app.extensions.setdefault(ADDITIONS, []).append(add)


def complete(attempt: Attempt, *, then: BaseResponse | None = None) -> Response:
    """The end of every way in for browsers: 200 with the user and the cookies, or 202 with the step to take.

    The session that this browser had before is ended. ``then`` is the redirect for a browser that followed a link or
    posted a form. It gets the cookies, or leads to the page of the step instead. Raises what ``accounts.sign_in`` does.
    """
    with _nobody_where_refused():
        outcome = accounts.sign_in(attempt, replacing=presented_session())
        if isinstance(outcome, SignedIn):
            answer = with_cookies(outcome.user, outcome.session, remember=outcome.session.remember, then=then)
            device.remember(answer, outcome.user.id)
            for add in current_app.extensions.get(ADDITIONS, ()):
                add(answer, outcome.user)
            return answer
    passport.forget()
    token, binding = steps.keep(outcome)
    if then is None:
        response = _step(outcome, token, steps.page_of(outcome.step, token=token))
    else:
        response = make_response(go_on_to(steps.place_of(outcome, token, then.location or own_path("/"))))
    steps.bind(response, binding)
    return response


def in_body(attempt: Attempt) -> Response:
    """The end of every way in for programs: the tokens, or 202 with the step to take. Raises as ``complete`` does."""
    with _nobody_where_refused():
        outcome = accounts.sign_in(attempt)
        if isinstance(outcome, SignedIn):
            return tokens_in_body(outcome.user, outcome.session)
    passport.forget()
    return _step(outcome, waiting.keep(outcome), None)  # a page is for browsers, and their tokens


@contextmanager
def _nobody_where_refused() -> Iterator[None]:
    """The view's guard has recognised somebody by what they proved. If they are not let in, nobody is signed in."""
    try:
        yield
    except Exception:
        passport.forget()
        raise


def _step(pending: Pending, token: str, page: str | None) -> Response:
    response = jsonify(step=pending.step.name, facts=dict(pending.step.facts), token=token, page=page)
    response.status_code = 202
    return response


def with_cookies(user: CurrentUser, session: Signed, *, remember: bool, then: BaseResponse | None = None) -> Response:
    """The user, or the way to where they wanted, and the session's tokens in cookies only."""
    note(user=str(user.id), session=str(session.id))
    tokens = issue(user, session)
    response = make_response(then or jsonify(user=show_user(user), expires_in=tokens.expires_in))
    cookies.write(response, tokens, remember=remember)
    return response


def renewed(signed_in: SignedIn) -> Response:
    """204 with the cookies of a session that takes the place of another."""
    response = no_content()
    cookies.write(response, issue(signed_in.user, signed_in.session), remember=signed_in.session.remember)
    return response


def tokens_in_body(user: CurrentUser, session: Signed) -> Response:
    """The answer of RFC 6749 section 5.1."""
    note(user=str(user.id), session=str(session.id))
    tokens = issue(user, session)
    return jsonify(
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        token_type="Bearer",  # noqa: S106 (RFC 6750's word, not a password)
        expires_in=tokens.expires_in,
    )


def without_cookies() -> Response:
    response = no_content()
    cookies.clear(response)
    return response
