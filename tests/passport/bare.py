"""A Flask app with nothing but Passport, and strategies of a few lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Flask, Request
from flask.typing import ResponseReturnValue

from app.passport import AuthenticationFailed, Forbidden, Passport, Redirect, Refusal, Strategy, Success
from app.passport.bearer import TOKEN_EXPIRED
from tests.refusals import BAD_KEY, NOT_YOU

VOCABULARY = {"role": ("user", "admin"), "permission": ("users:read", "users:write")}


@dataclass(frozen=True)
class HeaderProof:
    header: str


class HeaderStrategy(Strategy[str, HeaderProof]):
    """``X-Key: good-ada`` is Ada; any other value of the header is a bad key."""

    name = "key"
    challenge = "Key"

    def __init__(self, header: str = "X-Key") -> None:
        self.header = header
        self.asked = 0

    def authenticate(self, request: Request) -> Success[str, HeaderProof] | None:
        self.asked += 1
        sent = request.headers.get(self.header)
        if sent is None:
            return None
        if sent == "expired":
            raise TOKEN_EXPIRED("Expired")
        if not sent.startswith("good-"):
            raise BAD_KEY(challenge=self.challenge)
        return Success(sent.removeprefix("good-"), self.name, HeaderProof(self.header))


class ElsewhereStrategy(Strategy[str]):
    """Sends everyone to a provider."""

    name = "elsewhere"

    def authenticate(self, request: Request) -> Redirect:  # noqa: ARG002
        return Redirect("https://id.example.com/start")


class BrokenStrategy(Strategy[str]):
    """Its database does not answer."""

    name = "broken"

    def authenticate(self, request: Request) -> Success[str]:  # noqa: ARG002
        raise ConnectionError("the database does not answer")


@dataclass(frozen=True)
class Only:
    """A requirement: this person, and nobody else."""

    person: str
    kind: str = "role"
    names: tuple[str, ...] = ("admin",)
    refusals: tuple[type[Refusal], ...] = (NOT_YOU,)
    asked_about: list[str] = field(default_factory=list)

    def __call__(self, user: str) -> None:
        self.asked_about.append(user)
        if user != self.person:
            raise NOT_YOU


def bare_app(passport: Passport[str], strategies: Mapping[str, Strategy[str]]) -> Flask:
    """An app whose strategies are registered under these names."""
    app = Flask(__name__)
    app.testing = True
    passport.init_app(app, VOCABULARY)
    for name, strategy in strategies.items():
        passport.use(app, strategy, name)
    app.register_error_handler(AuthenticationFailed, on_failed)
    app.register_error_handler(Forbidden, on_forbidden)
    return app


def on_failed(error: AuthenticationFailed) -> ResponseReturnValue:
    return {"code": error.code}, 401, {"WWW-Authenticate": error.challenge} if error.challenge else {}


def on_forbidden(error: Forbidden) -> ResponseReturnValue:
    return {"code": error.code}, 403
