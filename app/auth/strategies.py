"""Which strategies this app uses, and what their credentials mean here."""

from __future__ import annotations

from functools import partial

from flask import Flask

from app import accounts
from app.accounts.current import from_claims
from app.auth.refresh_strategy import RefreshStrategy
from app.auth.schemas import LoginSchema
from app.core.openapi import read_fields
from app.core.settings import settings_of
from app.guards import passport
from app.passport.registry import state_of
from app.passport.strategies.jwt import JwtStrategy
from app.passport.strategies.local import LocalStrategy
from app.sessions import cookies, tokens


def init_app(app: Flask) -> None:
    config = settings_of(app)
    names = cookies.names(config)
    state = state_of(app)
    passport.use(app, LocalStrategy(partial(read_fields, schema=LoginSchema), accounts.authenticate))
    passport.use(
        app,
        JwtStrategy(
            tokens.decode_access,
            from_claims,
            cookie=names.access if config.cookies else None,
            csrf_cookie=names.csrf_access,
            recognises=lambda token: not any(strategy.recognises(token) for strategy in state.by_looks),
        ),
    )
    if config.cookies:
        passport.use(app, RefreshStrategy(names, accounts.refresh))
    else:
        passport.off(app, RefreshStrategy.name)
