"""Passport in somebody's own Flask app: how its refusals are answered."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue

from app.passport import AuthenticationFailed, Passport, ProviderFailed, public
from tests.passport.bare import VOCABULARY, HeaderStrategy, Only
from tests.refusals import NOT_YOU, TOO_MANY

GOOD, BAD = {"X-Key": "good-ada"}, {"X-Key": "bad"}


def hello() -> str:
    return "hello"


def app_of_somebody(passport: Passport[str], app: Flask) -> Flask:
    passport.init_app(app, VOCABULARY)
    passport.use(app, HeaderStrategy())
    app.add_url_rule("/mine", "mine", passport.authenticate("key")(hello))
    app.add_url_rule("/eves", "eves", passport.authenticate("key", requirement=Only("eve"))(hello))
    return app


def test_refusals_are_401_and_403_in_json_without_anything_else() -> None:
    client = app_of_somebody(Passport(), Flask(__name__)).test_client()
    nobody = client.get("/mine")
    assert (nobody.status_code, nobody.json) == (401, {"code": "not_authenticated", "message": "Sign in first."})
    assert nobody.headers["WWW-Authenticate"] == "Key"
    bad = client.get("/mine", headers=BAD)
    assert (bad.status_code, bad.json) == (401, {"code": "bad_key", "message": "Bad key"})
    other = client.get("/eves", headers=GOOD)
    assert (other.status_code, other.json) == (403, {"code": "not_you", "message": "Not you."})
    assert client.get("/mine", headers=GOOD).text == "hello"


def test_a_forbidden_with_fields_names_them_and_a_provider_that_failed_is_502() -> None:
    app = app_of_somebody(Passport(), Flask(__name__))

    @app.get("/role")
    @public
    def role() -> str:
        raise NOT_YOU(errors={"role": ["One of: admin."]})

    @app.get("/limit")
    @public
    def limit() -> str:
        raise TOO_MANY(facts={"left": 0})

    @app.get("/provider")
    @public
    def provider() -> str:
        raise ProviderFailed("github", "the secret reason")

    client = app.test_client()
    assert client.get("/role").json == {
        "code": "not_you",
        "message": "Not you.",
        "errors": {"role": ["One of: admin."]},
    }
    assert client.get("/limit").json == {"code": "too_many", "message": "Wait.", "facts": {"left": 0}}
    failed = client.get("/provider")
    assert (failed.status_code, (failed.json or {})["code"]) == (502, "provider_failed")
    assert "secret" not in failed.text


@pytest.mark.parametrize(
    ("kind", "first"), [(AuthenticationFailed, True), (AuthenticationFailed, False), (Exception, True)]
)
def test_an_app_with_errors_of_its_own_keeps_them(kind: type[Exception], first: bool) -> None:
    app = Flask(__name__)
    if first:
        app.register_error_handler(kind, theirs)
    app_of_somebody(Passport(), app)
    if not first:
        app.register_error_handler(kind, theirs)
    refused = app.test_client().get("/mine")
    assert (refused.status_code, refused.text) == (418, "theirs: not_authenticated")


def theirs(error: Exception) -> ResponseReturnValue:
    assert isinstance(error, AuthenticationFailed)
    return f"theirs: {error.code}", 418
