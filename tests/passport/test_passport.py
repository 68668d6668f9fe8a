"""The registry, the order of strategies, and what a guard does with each outcome."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.views import MethodView

from app.passport import AuthenticationFailed, NotAuthenticated, Passport, public
from app.passport.passport import require_guards
from tests.passport.bare import BrokenStrategy, ElsewhereStrategy, HeaderProof, HeaderStrategy, Only, bare_app

GOOD = {"X-Key": "good-ada"}


@pytest.fixture
def passport() -> Passport[str]:
    return Passport()


@pytest.fixture
def key() -> HeaderStrategy:
    return HeaderStrategy()


@pytest.fixture
def badge() -> HeaderStrategy:
    """The same mechanism in another header."""
    return HeaderStrategy("X-Badge")


@pytest.fixture
def app(passport: Passport[str], key: HeaderStrategy, badge: HeaderStrategy) -> Flask:
    strategies = {"key": key, "badge": badge, "elsewhere": ElsewhereStrategy(), "broken": BrokenStrategy()}
    return bare_app(passport, strategies)


@pytest.fixture
def seen() -> list[str | None]:
    """Who reached the view."""
    return []


@pytest.fixture
def view(app: Flask, passport: Passport[str], seen: list[str | None]) -> None:
    """The same view behind each kind of guard."""

    def answer() -> dict[str, str | None]:
        seen.append(passport.user_or_none)
        return {"user": passport.user_or_none}

    guards = {
        "key": passport.authenticate("key"),
        "either": passport.authenticate("key", "badge"),
        "maybe": passport.authenticate("key", optional=True),
        "elsewhere": passport.authenticate("key", "elsewhere"),
        "broken": passport.authenticate("broken", optional=True),
        "admin": passport.authenticate("key", requirement=Only("ada")),
        "maybe-admin": passport.authenticate("key", optional=True, requirement=Only("ada")),
    }
    for name, guard in guards.items():
        app.add_url_rule(f"/{name}", name, guard(answer))
    app.add_url_rule("/public", "public", public(answer))
    require_guards(app)


@pytest.mark.usefixtures("view")
def test_a_good_credential_reaches_the_view_as_its_user(app: Flask) -> None:
    response = app.test_client().get("/key", headers=GOOD)
    assert response.json == {"user": "ada"}
    assert response.headers["X-Auth-State"] == "user"


@pytest.mark.usefixtures("view")
def test_nobody_gets_401_and_the_view_does_not_run(app: Flask, seen: list[str | None]) -> None:
    response = app.test_client().get("/key")
    assert (response.status_code, response.json) == (401, {"code": "not_authenticated"})
    assert response.headers["WWW-Authenticate"] == "Key"
    assert response.headers["X-Auth-State"] == "anonymous"
    assert seen == []


@pytest.mark.usefixtures("view")
def test_the_first_strategy_that_recognises_its_credential_decides(app: Flask, badge: HeaderStrategy) -> None:
    both = {**GOOD, "X-Badge": "good-bob"}
    assert app.test_client().get("/either", headers=both).json == {"user": "ada"}
    assert badge.asked == 0


@pytest.mark.usefixtures("view")
def test_a_strategy_that_finds_nothing_of_its_kind_passes_on_to_the_next(app: Flask, key: HeaderStrategy) -> None:
    assert app.test_client().get("/either", headers={"X-Badge": "good-bob"}).json == {"user": "bob"}
    assert key.asked == 1


@pytest.mark.usefixtures("view")
def test_a_bad_credential_never_falls_through_to_a_good_one(app: Flask, badge: HeaderStrategy) -> None:
    response = app.test_client().get("/either", headers={"X-Key": "stolen", "X-Badge": "good-bob"})
    assert (response.status_code, response.json) == (401, {"code": "bad_key"})
    assert badge.asked == 0


@pytest.mark.usefixtures("view")
def test_a_request_that_nobody_recognises_is_challenged_for_every_strategy(app: Flask) -> None:
    assert app.test_client().get("/either").headers["WWW-Authenticate"] == "Key, Key"


@pytest.mark.usefixtures("view")
def test_a_redirect_outcome_sends_the_browser_away_before_the_view(app: Flask, seen: list[str | None]) -> None:
    response = app.test_client().get("/elsewhere")
    assert (response.status_code, response.location) == (302, "https://id.example.com/start")
    assert seen == []


@pytest.mark.usefixtures("view")
def test_a_redirect_is_not_reached_by_somebody_recognised_before_it(app: Flask) -> None:
    assert app.test_client().get("/elsewhere", headers=GOOD).json == {"user": "ada"}


@pytest.mark.usefixtures("view")
@pytest.mark.parametrize(
    ("headers", "user", "state"),
    [
        ({}, None, "anonymous"),
        ({"X-Key": "stolen"}, None, "anonymous"),
        ({"X-Key": "expired"}, None, "expired"),
        (GOOD, "ada", "user"),
    ],
)
def test_an_optional_guard_lets_everyone_in_and_says_who_they_are(
    app: Flask, headers: dict[str, str], user: str | None, state: str
) -> None:
    response = app.test_client().get("/maybe", headers=headers)
    assert (response.json, response.headers["X-Auth-State"]) == ({"user": user}, state)


@pytest.mark.usefixtures("view")
def test_an_expired_credential_is_told_apart_on_a_guarded_view_too(app: Flask) -> None:
    response = app.test_client().get("/key", headers={"X-Key": "expired"})
    assert (response.status_code, response.headers["X-Auth-State"]) == (401, "expired")


@pytest.mark.usefixtures("view")
def test_an_error_while_finding_out_is_never_anonymous(app: Flask, seen: list[str | None]) -> None:
    with pytest.raises(ConnectionError):
        app.test_client().get("/broken")
    assert seen == []


@pytest.mark.usefixtures("view")
def test_a_requirement_is_asked_about_the_user_and_stops_the_wrong_one(app: Flask, seen: list[str | None]) -> None:
    client = app.test_client()
    assert client.get("/admin", headers=GOOD).status_code == 200
    refused = client.get("/admin", headers={"X-Key": "good-eve"})
    assert (refused.status_code, refused.json) == (403, {"code": "not_you"})
    assert refused.headers["X-Auth-State"] == "user"
    assert client.get("/admin").status_code == 401
    assert seen == ["ada"]


@pytest.mark.usefixtures("view")
def test_a_requirement_of_an_optional_guard_holds_for_somebody_and_lets_nobody_pass(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/maybe-admin").json == {"user": None}
    assert client.get("/maybe-admin", headers={"X-Key": "good-eve"}).status_code == 403


@pytest.mark.usefixtures("view")
def test_a_public_view_asks_no_strategy_and_has_no_state(app: Flask, key: HeaderStrategy) -> None:
    response = app.test_client().get("/public", headers=GOOD)
    assert response.json == {"user": None}
    assert "X-Auth-State" not in response.headers
    assert key.asked == 0


@pytest.mark.usefixtures("view")
def test_nobody_is_remembered_from_one_request_to_the_next(app: Flask) -> None:
    client = app.test_client()
    client.get("/key", headers=GOOD)
    assert client.get("/maybe").json == {"user": None}


def test_a_class_based_view_is_guarded_by_its_decorators(app: Flask, passport: Passport[str]) -> None:
    class Thing(MethodView):
        decorators = [passport.authenticate("key")]  # noqa: RUF012

        def delete(self) -> dict[str, str]:
            return {"user": passport.user}

    app.add_url_rule("/thing", view_func=Thing.as_view("thing"))
    require_guards(app)
    assert app.test_client().delete("/thing").status_code == 401
    assert app.test_client().delete("/thing", headers=GOOD).json == {"user": "ada"}


def test_asking_for_the_user_where_nobody_is_signed_in_is_a_401(app: Flask, passport: Passport[str]) -> None:
    with app.test_request_context("/"):
        assert passport.user_or_none is None
        with pytest.raises(NotAuthenticated) as refusal:
            _ = passport.user
    assert refusal.value.code == "not_authenticated"


def test_run_answers_by_hand_for_views_that_decide_themselves(app: Flask, passport: Passport[str]) -> None:
    with app.test_request_context("/", headers=GOOD):
        assert getattr(passport.run("badge", "key"), "user", None) == "ada"
        assert passport.run("badge") is None
    with app.test_request_context("/", headers={"X-Key": "stolen"}), pytest.raises(AuthenticationFailed):
        passport.run("key", "badge")


def test_each_app_has_strategies_of_its_own(passport: Passport[str]) -> None:
    one, other = bare_app(passport, {"key": HeaderStrategy()}), bare_app(passport, {})
    assert list(passport.strategies(one)) == ["key"]
    assert passport.strategies(other) == {}


def test_a_strategy_is_registered_under_its_own_name_or_another(passport: Passport[str]) -> None:
    app, strategy = bare_app(passport, {}), HeaderStrategy()
    passport.use(app, strategy)
    passport.use(app, strategy, "partner")
    assert passport.strategies(app) == {"key": strategy, "partner": strategy}


def test_a_view_gets_the_proof_that_its_strategy_leaves(app: Flask, passport: Passport[str]) -> None:
    @app.get("/header")
    @passport.authenticate("badge", "key")
    def header() -> str:
        return passport.proved(HeaderProof).proof.header

    assert app.test_client().get("/header", headers=GOOD).text == "X-Key"
    assert app.test_client().get("/header", headers={"X-Badge": "good-eve"}).text == "X-Badge"


def test_a_view_that_expects_the_proof_of_another_strategy_is_an_error(app: Flask, passport: Passport[str]) -> None:
    @app.get("/claims")
    @passport.authenticate("key")
    def claims() -> str:
        return str(passport.proved(dict))

    with pytest.raises(TypeError, match='"key" proves no dict'):
        app.test_client().get("/claims", headers=GOOD)
