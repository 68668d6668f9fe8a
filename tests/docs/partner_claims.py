"""What docs/writing-a-strategy.md claims of its strategy and its views. It runs in the copy that holds them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, Request

from app import accounts
from app.accounts import User
from app.guards import passport
from app.passport import Redirect, Strategy
from app.passport.passport import require_guards
from app.passport.registry import off_strategies_of, strategies_of
from tests.client import PASSWORD, Browser, browser_of
from tests.docs.snippets import ROOT, blocks

KEY = "sTz0Wc7qYp4KfVb1nRj8LxGm5HdEa2Uo"
EMAIL = "partner@example.com"
DOCUMENT = "writing-a-strategy.md"


def nothing() -> str:
    return ""


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(variables={"PARTNER_KEY": KEY, "PARTNER_EMAIL": EMAIL})


@pytest.fixture
def partner(context: Flask) -> User:
    return accounts.register(EMAIL, None, role="staff")


@pytest.fixture
def caller(app: Flask, partner: User) -> Browser:
    return browser_of(app)


def test_a_good_key_is_the_partner(caller: Browser) -> None:
    answer = caller.get("/api/stock", headers={"X-Partner-Key": KEY})
    assert answer.json == {"caller": EMAIL}
    assert answer.headers["X-Auth-State"] == "user"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("key", ["", "wrong", KEY[:-1], KEY + "x", "ÿ"])
def test_a_bad_key_is_refused_with_the_strategys_challenge(caller: Browser, key: str) -> None:
    answer = caller.get("/api/stock", headers={"X-Partner-Key": key})
    assert answer.status_code == 401
    assert answer.json is not None
    assert (answer.json["code"], answer.json["message"]) == ("invalid_partner_key", "The partner's key is wrong.")
    assert answer.headers["WWW-Authenticate"] == 'PartnerKey realm="flaskport"'


def test_no_key_is_nobody(caller: Browser) -> None:
    answer = caller.get("/api/stock")
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["code"] == "not_authenticated"
    assert answer.headers["WWW-Authenticate"] == 'PartnerKey realm="flaskport"'


def test_the_key_in_the_query_string_is_nothing(caller: Browser) -> None:
    assert caller.get(f"/api/stock?X-Partner-Key={KEY}").status_code == 401


def test_a_disabled_partner_is_refused_like_a_wrong_key(caller: Browser, partner: User) -> None:
    accounts.set_active(partner, False)
    answer = caller.get("/api/stock", headers={"X-Partner-Key": KEY})
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["code"] == "invalid_partner_key"


def test_of_several_strategies_the_one_that_recognises_its_credential_decides(app: Flask, caller: Browser) -> None:
    assert caller.get("/api/stock/shared", headers={"X-Partner-Key": KEY}).json == {"caller": f"{EMAIL} by partner"}
    ada = browser_of(app)
    ada.register()
    ada.sign_in()
    both = ada.get("/api/stock/shared", headers={"X-Partner-Key": KEY})
    assert both.json == {"caller": "ada@example.com by jwt"}
    nobody = caller.get("/api/stock/shared")
    assert nobody.headers["WWW-Authenticate"] == 'Bearer realm="flaskport", PartnerKey realm="flaskport"'


def test_a_bad_credential_stops_the_request_though_another_is_good(caller: Browser) -> None:
    answer = caller.get("/api/stock/shared", headers={"Authorization": "Bearer expired", "X-Partner-Key": KEY})
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["code"] == "invalid_token"


@pytest.mark.parametrize(
    ("headers", "expected", "state"),
    [
        ({"X-Partner-Key": KEY}, EMAIL, "user"),
        ({"X-Partner-Key": "wrong"}, None, "anonymous"),
        ({}, None, "anonymous"),
    ],
)
def test_optional_lets_everyone_in(caller: Browser, headers: dict[str, str], expected: str | None, state: str) -> None:
    answer = caller.get("/api/stock/prices", headers=headers)
    assert (answer.status_code, answer.json) == (200, {"caller": expected})
    assert answer.headers["X-Auth-State"] == state


def test_a_role_is_asked_for_by_whichever_way_in(caller: Browser) -> None:
    headers = {"X-Partner-Key": KEY}
    assert caller.post("/api/stock/orders", headers=headers).json == {"caller": EMAIL}
    assert caller.post("/api/stock/orders").status_code == 401
    accounts.set_role(EMAIL, "user")
    answer = caller.post("/api/stock/orders", headers=headers)
    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["code"] == "role_required"


def test_this_way_in_has_no_session_and_so_is_never_fresh(partner: User) -> None:
    assert accounts.CurrentUser.of(partner).session is None


def test_a_redirect_is_followed_under_optional_too(app: Flask) -> None:
    class Elsewhere(Strategy[accounts.CurrentUser]):
        name = "elsewhere"

        def authenticate(self, request: Request) -> Redirect:  # noqa: ARG002 (the contract)
            return Redirect("https://id.example.com/")

    passport.use(app, Elsewhere())
    app.add_url_rule("/go", view_func=passport.authenticate("elsewhere", optional=True)(nothing))
    answer = browser_of(app).get("/go")
    assert (answer.status_code, answer.location) == (302, "https://id.example.com/")


def test_an_error_stays_an_error_under_optional(app: Flask) -> None:
    class Broken(Strategy[accounts.CurrentUser]):
        name = "broken"

        def authenticate(self, request: Request) -> None:  # noqa: ARG002 (the contract)
            raise RuntimeError("out of order")

    passport.use(app, Broken(), "spare")
    app.add_url_rule("/go", view_func=passport.authenticate("spare", optional=True)(nothing))
    assert browser_of(app).get("/go").status_code == 500


def test_a_misspelt_strategy_is_refused_in_the_words_of_the_document(app: Flask) -> None:
    app.view_functions["stock.show_stock"] = passport.authenticate("partnr")(nothing)
    with pytest.raises(RuntimeError) as refusal:
        require_guards(app)
    assert str(refusal.value) in "".join(blocks(DOCUMENT, "text"))


def test_the_document_names_every_built_in_strategy(app: Flask) -> None:
    text = (ROOT / "docs" / DOCUMENT).read_text(encoding="utf-8")
    names = {*strategies_of(app), *off_strategies_of(app)} - {"partner"}
    assert {name for name in names if f"| `{name}` |" not in text} == set()


def test_the_partner_has_no_password_to_sign_in_with(caller: Browser) -> None:
    assert caller.post("/auth/login", json={"email": EMAIL, "password": PASSWORD}).status_code == 401


def test_the_key_is_in_no_settings_that_are_printed(make_app: Callable[..., Flask]) -> None:
    printed = (
        make_app(variables={"PARTNER_KEY": KEY, "PARTNER_EMAIL": EMAIL})
        .test_cli_runner()
        .invoke(args=["auth", "strategies"])
    )
    assert KEY not in printed.output
