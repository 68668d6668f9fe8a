"""docs/writing-a-strategy.md: its Python is executed in order, and its claims are tried."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask, Request

from app import accounts
from app.accounts import User
from app.guards import passport
from app.passport import Redirect, Strategy
from app.passport.passport import off_strategies_of, require_guards, strategies_of
from tests.client import PASSWORD, Browser, browser_of
from tests.docs.snippets import ROOT, blocks, changed
from tests.strategy_kit import StrategyConformance

KEY = "sTz0Wc7qYp4KfVb1nRj8LxGm5HdEa2Uo"
DOCUMENT = "writing-a-strategy.md"
DOCUMENT_TEXT = (ROOT / "docs" / DOCUMENT).read_text(encoding="utf-8")


def nothing() -> str:
    return ""


def run_the_document() -> dict[str, Any]:
    """What the document's blocks define, run in this order as one module. They may import from it, as from a file."""
    module = ModuleType("app.auth.partner")
    with patch.dict(sys.modules, {module.__name__: module}):
        for number, block in enumerate(blocks(DOCUMENT, "python")):
            exec(compile(block, f"{DOCUMENT}[{number}]", "exec"), vars(module))  # noqa: S102 (our own document)
    return vars(module)


TestPartnerKey: type[StrategyConformance] = run_the_document()["TestPartnerKey"]
"""The document's own proof: pytest finds it here, and runs it."""


@pytest.fixture
def partner(context: Flask) -> User:
    return accounts.register("partner@example.com", None, role="staff")


@pytest.fixture
def page(make_app: Callable[..., Flask], partner: User) -> dict[str, Any]:
    """What the document's blocks define, and ``app``: with its strategy and its views."""
    names = run_the_document()
    names["app"] = app = make_app()
    names["init_app"](app, KEY, partner.id)
    app.register_blueprint(names["stock"])
    require_guards(app)
    return names


@pytest.fixture
def caller(page: dict[str, Any]) -> Browser:
    return browser_of(page["app"])


def test_the_documents_own_test_passes(page: dict[str, Any], caller: Browser) -> None:
    page["try_all_three"](caller, KEY)


def test_a_good_key_is_the_partner(caller: Browser) -> None:
    answer = caller.get("/stock/", headers={"X-Partner-Key": KEY})
    assert answer.json == {"caller": "partner@example.com"}
    assert answer.headers["X-Auth-State"] == "user"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("key", ["", "wrong", KEY[:-1], KEY + "x", "ÿ"])
def test_a_bad_key_is_refused_with_the_strategys_challenge(caller: Browser, key: str) -> None:
    answer = caller.get("/stock/", headers={"X-Partner-Key": key})
    assert answer.status_code == 401
    assert answer.json is not None
    assert (answer.json["code"], answer.json["message"]) == ("invalid_partner_key", "Invalid key")
    assert answer.headers["WWW-Authenticate"] == 'PartnerKey realm="flaskport"'


def test_no_key_is_nobody(caller: Browser) -> None:
    answer = caller.get("/stock/")
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["code"] == "not_authenticated"
    assert answer.headers["WWW-Authenticate"] == 'PartnerKey realm="flaskport"'


def test_the_key_in_the_query_string_is_nothing(caller: Browser) -> None:
    assert caller.get(f"/stock/?X-Partner-Key={KEY}").status_code == 401


def test_a_disabled_partner_is_refused_like_a_wrong_key(caller: Browser, partner: User) -> None:
    accounts.set_active(partner, False)
    answer = caller.get("/stock/", headers={"X-Partner-Key": KEY})
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["code"] == "invalid_partner_key"


def test_of_several_strategies_the_one_that_recognises_its_credential_decides(
    page: dict[str, Any], caller: Browser
) -> None:
    assert caller.get("/stock/shared", headers={"X-Partner-Key": KEY}).json == {
        "caller": "partner@example.com",
        "by": "partner",
    }
    ada = browser_of(page["app"])
    ada.register()
    ada.sign_in()
    both = ada.get("/stock/shared", headers={"X-Partner-Key": KEY})
    assert both.json == {"caller": "ada@example.com", "by": "jwt"}
    nobody = caller.get("/stock/shared")
    assert nobody.headers["WWW-Authenticate"] == 'Bearer realm="flaskport", PartnerKey realm="flaskport"'


def test_a_bad_credential_stops_the_request_though_another_is_good(caller: Browser) -> None:
    answer = caller.get("/stock/shared", headers={"Authorization": "Bearer expired", "X-Partner-Key": KEY})
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["code"] == "invalid_token"


@pytest.mark.parametrize(
    ("headers", "expected", "state"),
    [
        ({"X-Partner-Key": KEY}, "partner@example.com", "user"),
        ({"X-Partner-Key": "wrong"}, None, "anonymous"),
        ({}, None, "anonymous"),
    ],
)
def test_optional_lets_everyone_in(caller: Browser, headers: dict[str, str], expected: str | None, state: str) -> None:
    answer = caller.get("/stock/prices", headers=headers)
    assert (answer.status_code, answer.json) == (200, {"caller": expected})
    assert answer.headers["X-Auth-State"] == state


def test_a_role_is_asked_for_by_whichever_way_in(page: dict[str, Any], caller: Browser) -> None:
    headers = {"X-Partner-Key": KEY}
    assert caller.post("/stock/orders", headers=headers).json == {"caller": "partner@example.com"}
    assert caller.post("/stock/orders").status_code == 401
    accounts.set_role("partner@example.com", "user")
    answer = caller.post("/stock/orders", headers=headers)
    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["code"] == "role_required"


def test_this_way_in_has_no_session_and_so_is_never_fresh(page: dict[str, Any]) -> None:
    user = page["accounts"].load(accounts.get("partner@example.com").id)
    assert user.session is None


def test_a_redirect_is_followed_under_optional_too(page: dict[str, Any]) -> None:
    class Elsewhere(Strategy[accounts.CurrentUser]):
        name = "elsewhere"

        def authenticate(self, request: Request) -> Redirect:  # noqa: ARG002 (the contract)
            return Redirect("https://id.example.com/")

    app: Flask = page["app"]
    passport.use(app, Elsewhere())
    app.add_url_rule("/go", view_func=passport.authenticate("elsewhere", optional=True)(nothing))
    answer = browser_of(app).get("/go")
    assert (answer.status_code, answer.location) == (302, "https://id.example.com/")


def test_an_error_stays_an_error_under_optional(page: dict[str, Any]) -> None:
    class Broken(Strategy[accounts.CurrentUser]):
        name = "broken"

        def authenticate(self, request: Request) -> None:  # noqa: ARG002 (the contract)
            raise RuntimeError("out of order")

    app: Flask = page["app"]
    passport.use(app, Broken(), "spare")
    app.add_url_rule("/go", view_func=passport.authenticate("spare", optional=True)(nothing))
    assert browser_of(app).get("/go").status_code == 500


def test_a_misspelt_strategy_is_refused_in_the_words_of_the_document(page: dict[str, Any]) -> None:
    app: Flask = page["app"]
    app.view_functions["stock.show_stock"] = passport.authenticate("partnr")(nothing)
    with pytest.raises(RuntimeError) as refusal:
        require_guards(app)
    assert str(refusal.value) in "".join(blocks(DOCUMENT, "text"))


def test_the_document_names_every_test_of_the_kit() -> None:
    tests = [name.removeprefix("test_") for name in vars(StrategyConformance) if name.startswith("test_")]
    assert [name for name in tests if f"| `{name}` |" not in DOCUMENT_TEXT] == []


def test_the_document_names_every_built_in_strategy(page: dict[str, Any]) -> None:
    app: Flask = page["app"]
    names = {*strategies_of(app), *off_strategies_of(app)} - {"partner"}
    assert {name for name in names if f"| `{name}` |" not in DOCUMENT_TEXT} == set()


def test_the_change_to_create_app_fits() -> None:
    [diff] = blocks(DOCUMENT, "diff")
    changed((ROOT / "app/__init__.py").read_text(encoding="utf-8"), diff)


def test_the_partner_has_no_password_to_sign_in_with(caller: Browser, partner: User) -> None:
    answer = caller.post("/auth/login", json={"email": partner.email, "password": PASSWORD})
    assert answer.status_code == 401
