"""Why a token of the other issuer is good or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from flask import Flask, current_app

from app.accounts.current import CurrentUser
from app.core import explaining
from app.core.explaining import Explainer, Step
from app.core.settings import of
from app.features.external_tokens.settings import Settings
from app.passport import Refusal
from app.passport.bearer import CLAIMS, HEAD, peek
from app.passport.registry import strategies_of
from app.passport.strategies.external_jwt import ExternalJwtStrategy


def explain(token: str) -> Iterator[Step]:
    """As far as the strategy itself says; its log line, which names the claim, is on stderr."""
    own = of(current_app, Settings)
    yield Step("strategy", "external_jwt: in Authorization: Bearer <token>, on routes that take programs")
    yield Step("expected", f"{own.algorithm}, issuer {own.issuer}, audience {own.audience}")
    head, claims = peek(token, HEAD) or {}, peek(token, CLAIMS) or {}
    told = {
        "alg": head.get("alg"),
        "kid": head.get("kid"),
        **{name: claims.get(name) for name in ("aud", "exp", "sub")},
    }
    yield Step("says", ", ".join(f"{name} {str(value)[:60]}" for name, value in told.items()))
    try:
        strategy = cast("ExternalJwtStrategy[CurrentUser]", strategies_of(current_app)[ExternalJwtStrategy.name])
        user = strategy.judge(token).user
    except Refusal as refusal:
        yield Step("judged", refusal.message, good=False, code=refusal.code)
    else:
        yield Step("judged", f"It stands for {user.id}, whose role is {user.role}.", good=True)


def init_app(app: Flask) -> None:
    strategy = strategies_of(app).get(ExternalJwtStrategy.name)
    if strategy is not None:
        explaining.add(app, Explainer("token of another issuer", strategy.recognises, explain))
