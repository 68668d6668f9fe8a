"""The kit itself: a sound strategy passes every test of it, and each kind of bad one fails the test that is for it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import NoReturn

import pytest
from flask import Request

from app.passport import AuthenticationFailed, Success
from app.passport.csrf import CSRF_MISSING
from tests.passport.bad_strategies import (
    AnswersForAnother,
    BelievesAnything,
    BelievesBeginnings,
    CallsAnOutageABadKey,
    FallsThrough,
    HashesForKnownNamesOnly,
    KeepsItsRefusalsToItself,
    KeepsTheRequest,
    LogsTheKey,
    NamesAnother,
    PrintsTheHeaders,
    RaisesKeyError,
    RaisesOnOddInput,
    ReadsTheQueryString,
    Refuses,
    SaysWhichPartWasWrong,
    SetsACookie,
    SwallowsItsErrors,
    TakesTheRequestForEverybodys,
    TakesWhatIsNotItsOwn,
    TellsTheKey,
    TellsTheKeyInItsCause,
    TellsTheKeyInItsProof,
    WritesARow,
    WritesTheSession,
)
from tests.passport.sound_strategy import ADAS, BOBS, WRONG, Sound, TrustsACookie, case_of, in_a_cookie, kit, sent
from tests.strategy_kit import Example, StrategyCase, StrategyConformance
from tests.strategy_kit.case import Otherwise


class TestASoundStrategy(StrategyConformance):
    @pytest.fixture
    def case(self) -> StrategyCase:
        return case_of(Sound())


class TestASoundStrategyThatAnswersOnce(StrategyConformance):
    """Its credentials are good for one use, as a provider's answer is."""

    @pytest.fixture
    def case(self) -> StrategyCase:
        live: dict[str, str] = {}

        class Once(Sound):
            name = "once"

            def verify(self, key: str) -> str | None:
                return live.pop(key, None)

        def good() -> Example:
            key = f"once-{time.monotonic_ns():024x}-{len(live)}"
            live[key] = "ada"
            return sent("a key for once", key, user="ada")

        return case_of(Once(), good=[good])


class TestACookieThatIsGoodForReading(StrategyConformance):
    @pytest.fixture
    def case(self) -> StrategyCase:
        class Reading(TrustsACookie):
            def authenticate(self, request: Request) -> Success[str] | None:
                outcome = super().authenticate(request)
                if outcome is not None and request.method != "GET":
                    raise CSRF_MISSING
                return outcome

        class BrokenReading(Reading):
            def authenticate(self, request: Request) -> NoReturn:  # noqa: ARG002 (the contract)
                raise RuntimeError("the database does not answer")

        good, bad = in_a_cookie("ada's cookie", ADAS), in_a_cookie("a wrong cookie", WRONG)
        return StrategyCase(Reading(), good=[good], bad=[bad], broken=BrokenReading())


Check = Callable[..., None]


FAILS: Mapping[type[Sound], tuple[Check, str]] = {
    FallsThrough: (kit.test_bad_credentials_stop_the_request, "a wrong key: it returns None"),
    BelievesAnything: (kit.test_bad_credentials_stop_the_request, "a wrong key: it returns Success"),
    RaisesKeyError: (kit.test_bad_credentials_stop_the_request, "it raises KeyError"),
    KeepsItsRefusalsToItself: (kit.test_every_refusal_is_declared, "a wrong key: invalid_key is not in its `refusals`"),
    BelievesBeginnings: (kit.test_a_changed_credential_is_never_good, "without its last character: it returns Success"),
    RaisesOnOddInput: (kit.test_odd_input_is_no_error_of_ours, "it raises ValueError"),
    NamesAnother: (kit.test_good_credentials_are_recognised, "names the strategy 'jwt'"),
    TakesTheRequestForEverybodys: (kit.test_absent_credentials_are_left_to_others, "nothing: it returns Success"),
    Refuses: (kit.test_absent_credentials_are_left_to_others, "nothing: it raises Forbidden"),
    TakesWhatIsNotItsOwn: (kit.test_alien_credentials_are_left_to_others, "Basic YTpi: it raises INVALID_KEY"),
    ReadsTheQueryString: (kit.test_alien_credentials_are_left_to_others, "in the query string: it returns Success"),
    KeepsTheRequest: (kit.test_it_holds_under_threads, r"requests have changed \['request'\]"),
    AnswersForAnother: (kit.test_it_holds_under_threads, "belong to another request"),
    HashesForKnownNamesOnly: (kit.test_failure_times_do_not_tell, "take different times"),
    SaysWhichPartWasWrong: (kit.test_failures_that_must_look_alike_do, "told apart by their errors"),
    WritesTheSession: (kit.test_it_opens_no_session_by_itself, "ada's key: it sets a cookie"),
    SetsACookie: (kit.test_it_opens_no_session_by_itself, "it sets a cookie"),
}


@pytest.mark.parametrize("strategy", FAILS, ids=lambda strategy: strategy.__name__)
def test_a_bad_strategy_fails_the_test_that_is_for_it(strategy: type[Sound]) -> None:
    check, words = FAILS[strategy]
    with pytest.raises(AssertionError, match=words):
        check(case_of(strategy()))


@pytest.mark.parametrize(
    ("strategy", "where"),
    [
        (TellsTheKey, "a wrong key: INVALID_KEY"),
        (TellsTheKey, "a wrong key: the answer, its body"),
        (TellsTheKeyInItsProof, "ada's key: Success"),
        (TellsTheKeyInItsCause, "a wrong key: INVALID_KEY, its cause"),
        (LogsTheKey, r"the log \(app.of.an.adopter, DEBUG\)"),
        (PrintsTheHeaders, "what was printed"),
    ],
)
def test_a_secret_that_is_told_is_found(strategy: type[Sound], where: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AssertionError, match=where) as failure:
        kit.test_nothing_secret_in_errors_or_logs(case_of(strategy()), capfd)
    assert not [secret for secret in (ADAS, BOBS, WRONG) if secret in str(failure.value)]


def test_a_strategy_that_shows_its_own_key_is_found(capfd: pytest.CaptureFixture[str]) -> None:
    class Shows(Sound):
        def __repr__(self) -> str:
            return "Shows(pepper='a-pepper-of-the-server')"

    with pytest.raises(AssertionError, match=r"repr\(strategy\)"):
        kit.test_nothing_secret_in_errors_or_logs(case_of(Shows(), secrets=("a-pepper-of-the-server",)), capfd)


def test_levels_and_handlers_of_logs_are_afterwards_as_they_were(capfd: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("app.of.an.adopter.who.wants.quiet")
    logger.setLevel(logging.ERROR)
    before = list(logging.getLogger().handlers)
    kit.test_nothing_secret_in_errors_or_logs(case_of(Sound()), capfd)
    assert (logger.level, logging.getLogger().handlers) == (logging.ERROR, before)


def test_a_row_that_a_strategy_writes_is_found() -> None:
    rows: list[str] = []
    case = case_of(WritesARow(rows), count_rows=lambda: {"users": 2, "sessions": len(rows)})
    with pytest.raises(AssertionError, match=r"ada's key: rows came or went in \['sessions'\]"):
        kit.test_it_opens_no_session_by_itself(case)


@pytest.mark.parametrize("broken", [SwallowsItsErrors, CallsAnOutageABadKey, Sound])
def test_an_outage_that_looks_like_nobody_is_found(broken: type[Sound]) -> None:
    with pytest.raises(AssertionError, match="et the error through"):
        kit.test_an_outage_is_not_taken_for_nobody(case_of(Sound(), broken=broken()))


def test_a_cookie_that_is_believed_on_an_unsafe_request_is_found() -> None:
    good, bad = in_a_cookie("ada's cookie", ADAS), in_a_cookie("a wrong cookie", WRONG)
    with pytest.raises(AssertionError, match="in a POST of another site: it returns Success"):
        kit.test_a_cookie_alone_changes_nothing(StrategyCase(TrustsACookie(), good=[good], bad=[bad]))


def test_a_refusal_that_the_app_answers_with_an_error_of_its_own_is_found() -> None:
    case = case_of(RaisesKeyError(), refusals=(AuthenticationFailed, KeyError))
    with pytest.raises(AssertionError, match="a wrong key: 500 for it raises KeyError"):
        kit.test_it_does_not_fall_through(case)


def test_a_strategy_that_falls_through_is_seen_behind_a_guard_too() -> None:
    with pytest.raises(AssertionError, match="a wrong key: the next strategy was asked, and let the request in"):
        kit.test_it_does_not_fall_through(case_of(FallsThrough()))


def test_somebody_else_than_was_meant_is_found() -> None:
    case = case_of(Sound(), good=[sent("ada's key", ADAS, user="bob")])
    with pytest.raises(AssertionError, match="it is 'ada', and should be 'bob'"):
        kit.test_good_credentials_are_recognised(case)


@pytest.mark.parametrize("otherwise", ["redirect", "refusal"])
def test_a_strategy_that_leaves_others_alone_is_not_one_that_sends_them_away_or_refuses(otherwise: Otherwise) -> None:
    case = case_of(Sound(), otherwise=otherwise)
    for check in (kit.test_absent_credentials_are_left_to_others, kit.test_alien_credentials_are_left_to_others):
        with pytest.raises(AssertionError, match="it returns None"):
            check(case)
