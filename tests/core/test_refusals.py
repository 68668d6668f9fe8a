"""Refusals: declared once, raised as often as wanted, and known to whoever lists them."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from flask import Flask

from app.core.errors import NOT_FOUND, Refusal, invalid, refusal, with_status
from app.core.refusals import leave_out, of_status, refusals_of
from app.features import posts
from app.passport import AuthenticationFailed, BadDeclaration, Forbidden, unauthorized
from app.passport.bearer import BAD_TOKEN, INVALID_TOKEN
from app.passport.refusals import declared
from tests.refusals import TOO_MANY

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("*.py"))
RAISED = r"(raise|return|refuse\(|refusal =|wrong=) *{0}\b|\b{0}\(|, {0}\)"
"""A name that is raised, called, or handed to what raises it."""
BY_STATUS = {"BODY_TOO_LARGE", "EXPECTATION_FAILED", "HEADERS_TOO_LARGE", "NOT_IMPLEMENTED", "RANGE_NOT_SATISFIABLE"}
BY_STATUS |= {"LENGTH_REQUIRED", "METHOD_NOT_ALLOWED", "URI_TOO_LONG"}
"""What Werkzeug and the server say by its status alone (``of_status``)."""


def test_each_raise_makes_another_instance() -> None:
    seen = []
    for _ in range(2):
        with pytest.raises(TOO_MANY) as caught:
            raise TOO_MANY
        seen.append(caught.value)

    assert seen[0] is not seen[1]
    assert (seen[0].status, seen[0].code, seen[0].message) == (429, "too_many", "Wait.")


def test_a_case_may_say_more_than_the_declaration() -> None:
    refused = TOO_MANY("Wait a minute.", errors={"name": ["Again."]}, facts={"left": 0}, headers={"Retry-After": "60"})

    assert (refused.code, refused.message, refused.errors) == ("too_many", "Wait a minute.", {"name": ["Again."]})
    assert refused.facts == {"left": 0}
    assert refused.headers == {"Retry-After": "60"}
    assert str(refused) == "Wait a minute. name: Again."


def test_401_and_403_are_caught_as_what_they_are() -> None:
    assert issubclass(refusal(401, "test_nobody", "Who?"), AuthenticationFailed)
    assert issubclass(refusal(403, "test_not_you", "Not you."), Forbidden)
    assert not issubclass(TOO_MANY, AuthenticationFailed | Forbidden)


def test_what_a_kind_says_by_itself_is_not_said_of_what_is_declared_of_it() -> None:
    assert AuthenticationFailed.for_people
    assert unauthorized("test_no_key", "Which key?").for_people is None


def test_a_challenge_stands_in_its_header_and_a_case_may_have_another() -> None:
    assert INVALID_TOKEN().headers == {"WWW-Authenticate": BAD_TOKEN}
    assert INVALID_TOKEN(challenge="Key").headers == {"WWW-Authenticate": "Key"}
    assert unauthorized("test_no_key", "Which key?")().headers == {}


@pytest.mark.parametrize(
    ("status", "message", "for_people"),
    [(400, "Wait.", None), (403, "Wait.", None), (429, "Go away.", None), (429, "Wait.", "Come back later.")],
)
def test_another_declaration_of_a_code_is_refused(status: int, message: str, for_people: str | None) -> None:
    told = r'^tests\.core\.test_refusals: the refusal "too_many" is declared in tests\.refusals already'
    with pytest.raises(BadDeclaration, match=told):
        refusal(status, "too_many", message, for_people=for_people)


@pytest.mark.parametrize("code", ["", "Too_many", "too many", "too-many", "_too_many", "too__many", "2_many"])
def test_a_code_is_lower_case_words_with_underscores(code: str) -> None:
    with pytest.raises(BadDeclaration, match=rf'^tests\.core\.test_refusals: "{code}" is no code of a refusal\.'):
        refusal(409, code, "Wait.")
    assert code not in declared()


@pytest.mark.parametrize("status", [200, 399, 600])
def test_the_status_of_a_refusal_is_that_of_an_error(status: int) -> None:
    with pytest.raises(BadDeclaration, match=f'"test_no_error" has the status {status}'):
        refusal(status, "test_no_error", "Wait.")


def test_the_same_declaration_again_gives_the_first() -> None:
    assert refusal(429, "too_many", "Wait.") is TOO_MANY


def test_another_status_is_the_same_refusal_and_not_on_the_list() -> None:
    busy = with_status(TOO_MANY, 409)

    assert (busy.status, busy.code, busy.message) == (409, "too_many", "Wait.")


def test_what_is_wrong_with_fields_is_said_by_their_names() -> None:
    assert invalid(email="Use another.").errors == {"email": ["Use another."]}
    both = invalid({"scopes": ["Unknown.", "Not yours."]}, name="Too long.")
    assert (both.status, both.code) == (422, "validation_failed")
    assert both.errors == {"name": ["Too long."], "scopes": ["Unknown.", "Not yours."]}


def test_an_http_error_is_a_refusal_by_its_status() -> None:
    assert of_status(404) is NOT_FOUND
    assert (of_status(418).status, of_status(418).code) == (418, "i'm_a_teapot")


def test_an_app_has_those_of_its_package_but_for_a_feature_that_it_does_without(app: Flask) -> None:
    found = refusals_of(Flask(app.import_name))
    assert list(found) == sorted(found)
    assert "too_many" not in found
    without = Flask(app.import_name)
    leave_out(without, [posts])
    assert set(refusals_of(without)) == set(found) - {"account_gone"}


def names_of(app: Flask) -> dict[str, type[Refusal]]:
    """What each refusal is called in its module."""
    return {
        next(name for name, what in vars(importlib.import_module(kind.__module__)).items() if what is kind): kind
        for kind in refusals_of(app).values()
    }


def test_each_is_called_like_its_code_and_is_raised_somewhere(app: Flask) -> None:
    for name, kind in names_of(app).items():
        assert name == kind.code.upper() or kind.__module__ == "app.passport.refusals" or name in BY_STATUS
        assert name in BY_STATUS or re.search(RAISED.format(name), SOURCES), f"{name} is never raised"
