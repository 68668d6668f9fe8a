"""Signing in and up, one's account, administration. No shell knows who is asking: the API does."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, cast

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    redirect,
    request,
)

from app.accounts import CurrentUser, factor_labels, passwords, registration
from app.accounts.roles import ROLES
from app.accounts.settings import Settings as AccountSettings
from app.browser.destinations import is_allowed, wish
from app.browser.signed_in import add_to_answer
from app.core import languages
from app.core import pages as slots
from app.core.assets import STATIC
from app.core.errors import ERROR_PAGE, HOME_PAGE
from app.core.forms import NOTHING_SENT, Sent
from app.core.headers import PAGE_CSP
from app.core.pages import page
from app.core.places import home_place, own_path
from app.core.settings import of, settings, settings_of
from app.guards import public
from app.pages import words
from app.sessions import cookies
from config import ConfigError

pages = Blueprint("pages", __name__)
popup = Blueprint("popup", __name__)
"""Also there without the pages: the browser client needs it, whoever uses it."""


@pages.get("/sign-in")
@public
def sign_in() -> Response:
    """What a sign-in with a provider or a session came to is said here, also where no script runs."""
    return sign_in_page(Sent(alert=words.declared_sentence(request.args.get("error", "")) or ""))


@pages.get("/sign-up")
@public
def sign_up() -> Response:
    """The form to make an account."""
    return sign_up_page()


@pages.get("/account")
@public
def account() -> Response:
    """One's own account: a shell, which its script fills."""
    return page("account", passwords=passwords)


@pages.get("/admin")
@public
def admin() -> Response:
    """The users, for whoever may read them: a shell, too."""
    factors = {name: languages.sentence(label) for name, label in factor_labels().items()}
    return page("admin", factors=factors)


@pages.get("/admin/users/<uuid:user_id>")
@public
def one_user(user_id: uuid.UUID) -> Response:
    """The same shell: its script opens the person that the address names."""
    del user_id
    return admin()


@pages.get("/.well-known/change-password")
@public
def change_password() -> Response:
    """Where password managers send people to (W3C, "A Well-Known URL for Changing Passwords").

    Who is not signed in is asked to, and comes back; who cannot is offered a reset there.
    """
    return cast(Response, redirect(own_path("/account#password"), 302))


@pages.get('/<any("sign-in", "sign-up", account, admin):name>/')
@public
def without_slash(name: str) -> Response:
    """A slash too many: on to the page, with all that the link carries."""
    query = request.query_string.decode("latin-1")
    return cast(Response, redirect(own_path(f"/{name}?{query}" if query else f"/{name}"), 308))


@popup.get("/signed-in")
@public
def signed_in() -> Response:
    """Where a sign-in in a window of its own ends: it tells the page that opened it, and closes."""
    return page("signed-in")


@popup.get("/favicon.ico")
@public
def favicon() -> Response:
    """What browsers ask for where no page names an icon, as for JSON."""
    return current_app.send_static_file("favicon.ico")


def sign_in_page(sent: Sent = NOTHING_SENT, status: int = 200) -> Response:
    return _form_page("sign-in", sent, status)


def sign_up_page(sent: Sent = NOTHING_SENT, status: int = 200) -> Response:
    return _form_page("sign-up", sent, status)


def _form_page(name: str, sent: Sent, status: int) -> Response:
    response = page(name, status, sent=sent, passwords=passwords, wish=wish())
    # Browsers ask this of where a form leads in the end, too: next may be a front end's.
    places = " ".join(("form-action 'self'", *settings().front_ends))
    response.headers["Content-Security-Policy"] = PAGE_CSP.replace("form-action 'self'", places)
    return response


def _roles() -> Mapping[str, list[str]]:
    """What each role may do: decides what a page offers. What is allowed, the API decides."""
    return {role: sorted(permissions) for role, permissions in ROLES.items()}


def _error_page(body: Mapping[str, Any]) -> Response:
    """With the way on: where somebody wanted to go, or this very page once they are signed in."""
    code = body["code"]
    signed_out = code in words.signed_out(current_app)
    there = own_path(request.full_path.rstrip("?")) if signed_out and request.method == "GET" else None
    wish = there or request.args.get("next")
    following = wish if wish and is_allowed(wish) else None
    return page(
        "error",
        error=body,
        title=words.title(code),
        text=words.sentence(code, body["message"]),
        signed_out=signed_out,
        leads_back=slots.leads_back(code) is not None,
        next=following,
    )


def _home_page() -> Response:
    development = not settings().production
    check = development and "check.show_check" in current_app.view_functions
    mails = "dev_mail.show_mails" in current_app.view_functions
    return page("home", api_docs=settings().api_docs, development=development, check=check, mails=mails)


def _context() -> dict[str, Any]:
    """What each page knows: the brand, and the origins that people may be sent on to, which are no secret."""
    config = settings()
    return {
        "brand": config.brand,
        "front_ends": config.front_ends,
        "home": home_place(),
        "secure_cookies": cookies.attributes(config)["secure"],
        "sign_up_shut": _why_shut(),
        "erasure_days": of(current_app, AccountSettings).erasure_grace.days,
    }


def _why_shut() -> str | None:
    """What the page to sign up says instead of its form, and why no link leads there."""
    shut = registration.shut()
    return None if shut is None else words.sentence(shut.code, shut.message)


def _speak_their_language(response: Response, user: CurrentUser) -> None:
    """Whoever has chosen a language for themselves finds it in each browser in which they sign in."""
    if user.language is not None:
        languages.keep(response, user.language)


def _check_logo(logo: str | None) -> None:
    if logo and not ((STATIC / logo).resolve().is_relative_to(STATIC) and (STATIC / logo).is_file()):
        raise ConfigError(f"BRAND_LOGO is {logo!r}; it must be the name of a file in app/static.")


def _add_sections(app: Flask) -> None:
    for order, name in enumerate(("profile", "password", "devices"), start=1):
        of = "passwords" if name == "password" else None
        slots.add(app, "account", f"pages/account/{name}.html", f"pages/account/{name}.js", 10 * order, of=of)
    slots.add(app, "account", "pages/account/closing.html", "pages/account/closing.js", 90)
    slots.add(app, "confirm", "pages/confirm/password.html", "pages/confirm/password.js", 10, of="passwords")
    of_a_person = {"role": 10, "devices": 20, "ban": 30, "address": 34, "access": 40, "deletion": 90}
    for name, order in of_a_person.items():
        slots.add(app, "person", f"pages/person/{name}.html", f"pages/person/{name}.js", order)


def init_app(app: Flask) -> None:
    """Raises ConfigError for a logo that is not there."""
    _add_sections(app)
    config = settings_of(app)
    _check_logo(config.brand.logo)
    app.context_processor(_context)
    app.add_template_global(_roles, "roles_and_permissions")
    add_to_answer(app, _speak_their_language)
    if config.cookies:
        app.register_blueprint(popup)
    if config.hosted_pages:
        app.register_blueprint(pages)
        app.extensions[ERROR_PAGE] = _error_page
        app.extensions[HOME_PAGE] = _home_page
