"""A second step to sign in with, as a feature would bring it: after the password, say the word."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from flask import Blueprint, Flask, Request, Response

from app import accounts
from app.accounts import Attempt, CurrentUser, Step
from app.accounts import steps as any_steps
from app.accounts.steps import StepProof, continued
from app.browser import steps
from app.browser.signed_in import complete, in_body
from app.core.origin import programs_only
from app.guards import passport
from app.passport import Strategy, Success, unauthorized
from app.passport.strategies.social import SIGN_IN_EXPIRED

WORD = "xyzzy"
WRONG_WORD = unauthorized("wrong_word", "This is not the word.")
PAGE = "/say-the-word"
Resumed = Callable[[str, str], AbstractContextManager[Attempt]]


class WordStrategy(Strategy[CurrentUser, StepProof]):
    name = "word"
    refusals = (WRONG_WORD, SIGN_IN_EXPIRED)

    def __init__(self, resumed: Resumed) -> None:
        self._resumed = resumed

    def authenticate(self, request: Request) -> Success[CurrentUser, StepProof]:
        sent = request.get_json()
        with self._resumed(sent["token"], "word") as attempt:
            if sent["word"] != WORD:
                raise WRONG_WORD
        return Success(attempt.user, self.name, StepProof(attempt))


def ask_for_the_word(attempt: Attempt) -> Step | None:
    return None if "word" in attempt.done else Step("word", {"letters": str(len(WORD))})


def init_app(app: Flask) -> None:
    views = Blueprint("word", __name__)

    @views.post("/auth/word")
    @passport.authenticate("word")
    def say_it() -> Response:
        return complete(continued(passport.proved(StepProof)))

    @views.post("/auth/token/word")
    @programs_only
    @passport.authenticate("word of programs")
    def say_it_for_tokens() -> Response:
        return in_body(continued(passport.proved(StepProof)))

    passport.use(app, WordStrategy(steps.resumed))
    passport.use(app, WordStrategy(any_steps.resumed), "word of programs")
    accounts.add_check(app, ask_for_the_word)
    steps.add_page(app, "word", PAGE)
    app.register_blueprint(views)
