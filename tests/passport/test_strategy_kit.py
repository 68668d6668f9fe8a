"""The kit itself: a sound strategy passes every test of it, and each kind of bad one fails the test that is for it."""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import pytest
from flask import Flask, Request, after_this_request, session

from app.passport import AuthenticationFailed, Forbidden, Redirect, Strategy, Success
from tests.strategy_kit import Example, StrategyCase, StrategyConformance
from tests.strategy_kit.case import Otherwise
from tests.strategy_kit.timing import area
from tests.strategy_kit.traces import spellings

ADAS, BOBS = "ada-7f3a9c51e2b84d06", "bob-c04e8d13a96f52b7"
WRONG = "ada-0123456789abcdef"
KEYS = {ADAS: "ada", BOBS: "bob"}
SECONDS_OF_A_HASH = 0.004

log = logging.getLogger("app.of.an.adopter")


def whose(key: str) -> str | None:
    """Every key is compared, so that it tells nothing."""
    found = [name for good, name in KEYS.items() if hmac.compare_digest(good.encode(), key.encode())]
    return found[0] if found else None


class Sound(Strategy[str]):
    """A key in a header: as the contract wants it."""

    name = "sound"

    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        key = request.headers.get("X-Key")
        if key is None:
            return None
        user = self.verify(key)
        if user is None:
            raise AuthenticationFailed("invalid_key", "Invalid key")
        return Success(user, self.name, {"header": "X-Key"})

    def verify(self, key: str) -> str | None:
        return whose(key)


class FallsThrough(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        try:
            return super().authenticate(request)
        except AuthenticationFailed:
            return None


class TellsTheKey(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        try:
            return super().authenticate(request)
        except AuthenticationFailed:
            raise AuthenticationFailed("invalid_key", f"No such key: {request.headers['X-Key']}") from None


class TellsTheKeyInInfo(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        outcome = super().authenticate(request)
        if isinstance(outcome, Success):
            return Success(outcome.user, self.name, {"key": request.headers["X-Key"]})
        return outcome


class TellsTheKeyInItsCause(Sound):
    def verify(self, key: str) -> str | None:
        try:
            return KEYS[key]
        except KeyError as error:
            raise AuthenticationFailed("invalid_key") from error


class LogsTheKey(Sound):
    def verify(self, key: str) -> str | None:
        log.debug("asked for", extra={"sent": f"Key {key}"})
        return super().verify(key)


class PrintsTheHeaders(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        print(dict(request.headers))  # noqa: T201 (what is to be found)
        return super().authenticate(request)


class BelievesAnything(Sound):
    def verify(self, key: str) -> str | None:
        return whose(key) or "ada"


class BelievesBeginnings(Sound):
    """Compares no more than what it was sent."""

    def verify(self, key: str) -> str | None:
        return next((name for good, name in KEYS.items() if good.startswith(key[:16]) and len(key) >= 16), None)


class TakesTheRequestForEverybodys(Sound):
    """Recognises nobody where there is nothing."""

    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        return super().authenticate(request) or Success("guest", self.name)


class TakesWhatIsNotItsOwn(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        if "Authorization" in request.headers:
            raise AuthenticationFailed("invalid_key", "Invalid key")
        return super().authenticate(request)


class ReadsTheQueryString(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        user = whose(request.args.get("access_token", ""))
        return Success(user, self.name) if user else super().authenticate(request)


class KeepsTheRequest(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        self.request = request
        return super().authenticate(request)


class AnswersForAnother(Sound):
    """Two threads share the attribute."""

    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        self.key = request.headers.get("X-Key", "")
        time.sleep(0.001)
        if user := whose(self.key):
            return Success(user, self.name)
        raise AuthenticationFailed("invalid_key", "Invalid key")


class HashesForKnownNamesOnly(Sound):
    def verify(self, key: str) -> str | None:
        if key.partition("-")[0] in KEYS.values():
            time.sleep(SECONDS_OF_A_HASH)
        return super().verify(key)


class SaysWhichPartWasWrong(Sound):
    def verify(self, key: str) -> str | None:
        if key.partition("-")[0] not in KEYS.values():
            raise AuthenticationFailed("unknown_name", "Invalid key")
        return super().verify(key)


class WritesTheSession(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        outcome = super().authenticate(request)
        if isinstance(outcome, Success):
            session["user"] = outcome.user
        return outcome


class SetsACookie(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        @after_this_request
        def remember(response: Any) -> Any:
            response.set_cookie("seen", "1")
            return response

        return super().authenticate(request)


class WritesARow(Sound):
    def __init__(self, rows: list[str]) -> None:
        self._open = rows.append

    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        outcome = super().authenticate(request)
        if isinstance(outcome, Success):
            self._open(outcome.user)
        return outcome


class RaisesOnOddInput(Sound):
    def verify(self, key: str) -> str | None:
        name, secret = key.split("-")
        return super().verify(f"{name}-{secret}")


class RaisesKeyError(Sound):
    def verify(self, key: str) -> str | None:
        return KEYS[key]


class Refuses(Sound):
    """A misuse of Forbidden for what is merely absent."""

    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        if "X-Key" not in request.headers:
            raise Forbidden
        return super().authenticate(request)


class NamesAnother(Sound):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        outcome = super().authenticate(request)
        return Success(outcome.user, "jwt") if isinstance(outcome, Success) else outcome


class Broken(Sound):
    def verify(self, key: str) -> str | None:  # noqa: ARG002 (the contract)
        raise RuntimeError("the database does not answer")


class SwallowsItsErrors(Broken):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        try:
            return super().authenticate(request)
        except RuntimeError:
            return None


class CallsAnOutageABadKey(Broken):
    def authenticate(self, request: Request) -> Success[str] | Redirect | None:
        try:
            return super().authenticate(request)
        except RuntimeError:
            raise AuthenticationFailed("invalid_key") from None


class TrustsACookie(Strategy[str]):
    """Any page can make a browser send it."""

    name = "cookie"

    def authenticate(self, request: Request) -> Success[str] | None:
        key = request.cookies.get("key")
        if key is None:
            return None
        user = whose(key)
        if user is None:
            raise AuthenticationFailed("invalid_key", "Invalid key")
        return Success(user, self.name)


def sent(name: str, key: str, **others: Any) -> Example:
    return Example(name, {"headers": {"X-Key": key}}, secrets=(key,), **others)


def in_a_cookie(name: str, key: str) -> Example:
    return Example(name, {"headers": {"Cookie": f"key={key}"}}, secrets=(key,))


def case_of(strategy: Strategy[Any], **changes: Any) -> StrategyCase:
    fields: dict[str, Any] = {
        "good": [sent("ada's key", ADAS, user="ada"), sent("bob's key", BOBS, user="bob")],
        "bad": [sent("a wrong key", WRONG), sent("nobody's key", "eve-0123456789abcdef")],
        "alike": [[sent("a wrong key", WRONG), sent("nobody's key", "eve-0123456789abcdef")]],
        "broken": Broken(),
        "samples": 30,
    }
    return StrategyCase(strategy, **{**fields, **changes})


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
                    raise Forbidden("csrf_missing")
                return outcome

        class BrokenReading(Reading):
            def authenticate(self, request: Request) -> NoReturn:  # noqa: ARG002 (the contract)
                raise RuntimeError("the database does not answer")

        good, bad = in_a_cookie("ada's cookie", ADAS), in_a_cookie("a wrong cookie", WRONG)
        return StrategyCase(Reading(), good=[good], bad=[bad], broken=BrokenReading())


Check = Callable[..., None]
kit = StrategyConformance()

FAILS: Mapping[type[Sound], tuple[Check, str]] = {
    FallsThrough: (kit.test_bad_credentials_stop_the_request, "a wrong key: it returns None"),
    BelievesAnything: (kit.test_bad_credentials_stop_the_request, "a wrong key: it returns Success"),
    RaisesKeyError: (kit.test_bad_credentials_stop_the_request, "it raises KeyError"),
    BelievesBeginnings: (kit.test_a_changed_credential_is_never_good, "without its last character: it returns Success"),
    RaisesOnOddInput: (kit.test_odd_input_is_no_error_of_ours, "it raises ValueError"),
    NamesAnother: (kit.test_good_credentials_are_recognised, "names the strategy 'jwt'"),
    TakesTheRequestForEverybodys: (kit.test_absent_credentials_are_left_to_others, "nothing: it returns Success"),
    Refuses: (kit.test_absent_credentials_are_left_to_others, "nothing: it raises Forbidden"),
    TakesWhatIsNotItsOwn: (kit.test_alien_credentials_are_left_to_others, "Basic YTpi: it raises Auth"),
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
        (TellsTheKey, "a wrong key: AuthenticationFailed"),
        (TellsTheKey, "a wrong key: the answer, its body"),
        (TellsTheKeyInInfo, "ada's key: Success"),
        (TellsTheKeyInItsCause, "a wrong key: AuthenticationFailed, its cause"),
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


def test_a_secret_that_is_not_in_its_example_is_pointed_out() -> None:
    example = Example("ada's key", {"headers": {"X-Key": ADAS}}, secrets=("another-text",))
    with pytest.raises(AssertionError, match="does not stand in its request"):
        kit.test_a_changed_credential_is_never_good(case_of(Sound(), good=[example]))


def test_an_app_that_has_served_a_request_is_pointed_out() -> None:
    app = Flask(__name__)
    app.test_client().get("/")
    with pytest.raises(AssertionError, match="an app that has served no request yet"):
        kit.test_good_credentials_are_recognised(case_of(Sound(), app=app))


def test_one_app_serves_several_cases() -> None:
    app = Flask(__name__)
    for _ in range(2):
        kit.test_good_credentials_are_recognised(case_of(Sound(), app=app))


def test_an_app_context_around_the_test_makes_no_difference() -> None:
    app = Flask(__name__)
    with app.app_context():
        case = case_of(Sound(), app=app)
        kit.test_good_credentials_are_recognised(case)
        kit.test_it_does_not_fall_through(case)


def test_a_case_without_a_broken_strategy_skips_the_outage() -> None:
    with pytest.raises(pytest.skip.Exception, match="no `broken` in the case"):
        kit.test_an_outage_is_not_taken_for_nobody(case_of(Sound(), broken=None))


def test_the_fixture_that_was_not_overridden_says_so() -> None:
    with pytest.raises(NotImplementedError, match="override the fixture `case`"):
        StrategyConformance.case.__wrapped__(kit)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [([1.0, 2.0], [3.0, 4.0], 1.0), ([3.0, 4.0], [1.0, 2.0], 0.0), ([1.0, 2.0], [1.0, 2.0], 0.5)],
)
def test_the_area_says_how_often_the_first_was_faster(first: list[float], second: list[float], expected: float) -> None:
    assert area(first, second) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Basic YWRhOmMwcnJlY3QtaMO2cnNlOnNlY3JldA==",
        "Authorization: Basic YXg6YzBycmVjdC1ow7Zyc2U6c2VjcmV0",
        "password=c0rrect-h%C3%B6rse%3Asecret&x=1",
        r'{"password": "c0rrect-h\u00f6rse:secret"}',
        r"b'c0rrect-h\xf6rse:secret'",
        "63307272656374",
    ],
)
def test_a_secret_is_found_in_other_spellings(text: str) -> None:
    assert [form for form in spellings("c0rrect-hörse:secret") if form in text or form.startswith(text)]
