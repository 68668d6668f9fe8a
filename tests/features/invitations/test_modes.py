"""Every mode over every way in which somebody makes an account by themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import accounts
from app.accounts import identities
from app.core import mail
from app.core.errors import Refusal
from app.features.invitations import accepting, service
from app.features.invitations.models import Invitation
from app.features.invitations.settings import Settings
from app.passport import Profile
from config import ConfigError
from tests import people
from tests.client import PASSWORD, browser_of

GRACE = "grace@example.com"
MODES = ("open", "invite", "closed")
ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what asks the database nothing of its own."""

By = Callable[[Flask], str]


def by_json(app: Flask, email: str = GRACE) -> str:
    answer = browser_of(app).post("/auth/register", json={"email": email, "password": PASSWORD})
    body = answer.json or {}
    reasons = ((body.get("facts") or {}).get("reasons") or {}).get("email")
    return str(reasons[0] if reasons else body.get("code") or body["role"])


def by_form(app: Flask) -> str:
    sent = FlaskClient(app).post(
        "/sign-up",
        data={"email": GRACE, "password": PASSWORD},
        headers={"Origin": "http://localhost", "Accept": "text/html", "Sec-Fetch-Mode": "navigate"},
    )
    told = {"by invitation": "invitation_required", "cannot be made here": "registration_closed"}
    return next((code for text, code in told.items() if text in sent.text), "user" if sent.status_code == 303 else "")


def by_provider(app: Flask, email: str = GRACE, *, vouched: bool = True) -> str:
    profile = Profile(provider="github", subject="1", email=email, email_verified=vouched, name="Grace")
    with app.app_context():
        try:
            return identities.user_of(profile).role
        except Refusal as refused:
            return refused.code


def by_unvouched(app: Flask) -> str:
    return by_provider(app, vouched=False)


def by_link(app: Flask, token: str) -> str:
    answer = browser_of(app).post("/auth/invitations/accept", json={"token": token, "password": PASSWORD})
    body = answer.json or {}
    return str(body.get("code") or body["user"]["role"])


def invited(app: Flask, email: str = GRACE) -> str:
    """The token of an invitation to be staff."""
    with app.app_context():
        made = accepting.new_secret(service.invite(email, "staff", send=False).id)
        assert made is not None
        return made[1]


@pytest.fixture
def app_of(shared_app: Callable[..., Flask]) -> Callable[..., Flask]:
    """``app_of("invite")``: the app with this mode."""
    return lambda mode="open", **variables: shared_app(
        variables={"MAIL_URL": "memory:", "REGISTRATION": mode, **variables}
    )


@pytest.mark.parametrize("way", [by_json, by_form, by_unvouched, by_provider])
@pytest.mark.parametrize(
    ("mode", "told"), [("open", "user"), ("invite", "invitation_required"), ("closed", "registration_closed")]
)
def test_whoever_was_not_invited(app_of: Callable[..., Flask], mode: str, told: str, way: By) -> None:
    assert way(app_of(mode)) == told


@pytest.mark.parametrize(
    ("way", "told"),
    [
        (by_json, "invitation_required"),
        (by_form, "invitation_required"),
        (by_unvouched, "invitation_required"),
        (by_provider, "staff"),
    ],
)
def test_whoever_was_invited_has_to_show_that_the_address_is_theirs(
    app_of: Callable[..., Flask], way: By, told: str
) -> None:
    app = app_of("invite")
    invited(app)
    assert way(app) == told


@pytest.mark.parametrize("mode", ["open", "invite"])
def test_the_link_and_the_provider_make_one_account_of_an_invitation(app_of: Callable[..., Flask], mode: str) -> None:
    app = app_of(mode)
    token = invited(app)
    assert by_provider(app) == "staff"
    assert by_link(app, token) == "link_over"
    with app.app_context():
        (invitation,), _ = service.list_invitations()
        user = accounts.get(GRACE)
        assert (invitation.status, invitation.accepted_by) == ("accepted", user.id)
        assert user.email_verified_at is not None


@ONE_ENGINE
def test_a_provider_s_look_alike_of_the_address_is_not_invited(app_of: Callable[..., Flask]) -> None:
    app = app_of("invite")
    invited(app, "strauss@example.com")
    assert by_provider(app, "strauß@example.com") == "invitation_required"
    assert by_provider(app, "STRAUSS@example.com") == "staff"


@ONE_ENGINE
def test_where_registration_is_closed_nobody_invites_and_no_invitation_is_good(app_of: Callable[..., Flask]) -> None:
    token = invited(app_of("open"))
    app = app_of("closed")
    assert (by_provider(app), by_link(app, token)) == ("registration_closed", "link_over")
    with app.app_context(), pytest.raises(accounts.REGISTRATION_CLOSED):
        service.invite("linus@example.com", "user", send=False)
    with app.app_context():
        assert accounts.register("operators@example.com", None).role == "user"


@ONE_ENGINE
@pytest.mark.needs("email_verification")
def test_where_addresses_have_to_be_verified_the_link_has_done_that(app_of: Callable[..., Flask]) -> None:
    app = app_of("invite", REQUIRE_VERIFIED_EMAIL="true")
    with app.app_context():
        mail.memory(app).clear()
    assert by_json(app) == "invitation_required"
    assert by_link(app, invited(app)) == "staff"
    with app.app_context():
        mail.deliver_due()
        assert mail.memory(app) == []


@ONE_ENGINE
@pytest.mark.parametrize("mode", MODES)
def test_a_front_end_can_ask_which_it_is(app_of: Callable[..., Flask], mode: str) -> None:
    assert app_of(mode).test_client().get("/auth/registration").json == {"mode": mode}


@ONE_ENGINE
@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("a@example.com", "user"),
        ("a@EXAMPLE.com", "user"),
        ("a@sub.example.com", "domain_not_allowed"),
        ("a@notexample.com", "domain_not_allowed"),
        ("a@deep.below.example.org", "user"),
        ("a@example.org", "domain_not_allowed"),
        ("a@xn--bcher-kva.example", "user"),
        ("a@bücher.example", "user"),
    ],
)
def test_domains(app_of: Callable[..., Flask], email: str, told: str) -> None:
    app = app_of(REGISTRATION_DOMAINS="example.com, .example.org, bücher.example")
    assert by_json(app, email) == told
    assert by_provider(app, f"x{email}") == ("user" if told == "user" else "address_refused")


@ONE_ENGINE
@pytest.mark.needs("email_change")
@pytest.mark.parametrize("mode", MODES)
def test_an_address_is_not_changed_to_one_of_another_domain(app_of: Callable[..., Flask], mode: str) -> None:
    """In no mode: whoever has an account is not registering."""
    ada = people.signed_in(app_of(mode, REGISTRATION_DOMAINS="example.com"), "ada@example.com", "user")

    refused = ada.browser.post("/auth/email-change", json={"email": "ada@elsewhere.example"})

    assert refused.status_code == 422
    assert (refused.json or {})["facts"]["reasons"] == {"email": ["domain_not_allowed"]}
    assert ada.browser.post("/auth/email-change", json={"email": "countess@example.com"}).status_code == 202


@ONE_ENGINE
@pytest.mark.parametrize(("email", "told"), [("a@mailinator.com", 1), ("a@any.MAILINATOR.com", 1), ("a@gmail.com", 0)])
def test_addresses_that_are_thrown_away(app_of: Callable[..., Flask], email: str, told: int) -> None:
    refused = app_of(REGISTRATION_REFUSE_DISPOSABLE="true")
    assert by_json(refused, email) == ("disposable_address" if told else "user")
    assert by_json(app_of(), f"x{email}") == "user"


@ONE_ENGINE
def test_a_list_of_one_s_own_takes_the_place_of_ours(app_of: Callable[..., Flask], tmp_path: Path) -> None:
    (tmp_path / "list").write_text("# mine\nThrown.example\n")
    app = app_of(REGISTRATION_REFUSE_DISPOSABLE="true", REGISTRATION_DISPOSABLE_FILE=str(tmp_path / "list"))
    assert by_json(app, "a@thrown.example") == "disposable_address"
    assert by_json(app, "a@mailinator.com") == "user"


@ONE_ENGINE
def test_whoever_was_invited_may_have_any_domain(app_of: Callable[..., Flask]) -> None:
    app = app_of(REGISTRATION_DOMAINS="example.org")
    assert by_provider(app) == "address_refused"
    token = invited(app)
    assert by_json(app) == "domain_not_allowed"
    assert by_link(app, token) == "staff"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("REGISTRATION", "maybe"),
        ("REGISTRATION_DOMAINS", "example.com, @"),
        ("REGISTRATION_DISPOSABLE_FILE", "/nowhere/at/all"),
        ("INVITATION_DAYS", "0"),
    ],
)
def test_a_setting_that_cannot_be_stops_the_start(variable: str, value: str) -> None:
    with pytest.raises(ConfigError, match=variable):
        Settings.read({variable: value})


def test_the_status_is_of_this_moment() -> None:
    assert "status" not in Invitation.__table__.columns
