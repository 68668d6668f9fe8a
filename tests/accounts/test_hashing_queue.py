"""The queue before slow hashes: one is made at a time, a few wait, and who finds no place is told so alike."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from app import accounts
from app.accounts import Claimed, hashes
from app.accounts.gates import Pass
from app.accounts.hashing_queue import STAND_IN, in_turn
from app.core.events import Event, after
from app.core.refusals import BUSY
from tests.accounts.test_gates import CONFIRMING, EMAIL, FIELDS, WAYS
from tests.client import PASSWORD, Browser, browser_of
from tests.refusals import TOO_MANY
from tests.words import code

NEW = {"email": "new@example.com", "password": PASSWORD}
SECONDS = 60


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """An app with one place: whoever hashes fills the queue."""
    return make_app(variables={"BASIC_AUTH": "true", "PASSWORD_HASH_QUEUE": "1"})


@pytest.fixture
def ada(app: Flask) -> Browser:
    browser = browser_of(app)
    browser.register(EMAIL)
    browser.sign_in()
    return browser


@contextmanager
def full(app: Flask) -> Iterator[None]:
    """Somebody hashes, for as long as the block lasts."""
    has_begun, may_end = threading.Event(), threading.Event()

    @in_turn
    def hash_slowly() -> None:
        has_begun.set()
        assert may_end.wait(SECONDS)

    def sign_in() -> None:
        with app.app_context():
            hash_slowly()

    thread = threading.Thread(target=sign_in)
    thread.start()
    try:
        assert has_begun.wait(SECONDS)
        yield
    finally:
        may_end.set()
        thread.join()


class Waiting(threading.Semaphore):
    """What a server gives for the time that a request waits for its turn: here it counts those that do."""

    def __init__(self) -> None:
        super().__init__(0)

    @contextmanager
    def __call__(self) -> Iterator[None]:
        self.release()
        yield

    def reach(self, count: int) -> None:
        assert all(self.acquire(timeout=SECONDS) for _ in range(count))


@pytest.mark.needs("basic")
def test_every_way_that_hashes_is_refused_where_no_place_is_left_and_no_attempt_counts(
    app: Flask, ada: Browser
) -> None:
    counted: list[Claimed] = []

    def count(claimed: Claimed) -> Pass:
        counted.append(claimed)
        return Pass(unjudged=lambda: counted.remove(claimed))

    def register() -> int:
        return browser_of(app).post("/auth/register", json=NEW).status_code

    accounts.add_gate(app, count)
    with full(app):
        assert {way: ask(browser_of(app)).status_code for way, ask in WAYS.items()} == dict.fromkeys(WAYS, 503)
        assert {way: ask(ada).status_code for way, ask in CONFIRMING.items()} == dict.fromkeys(CONFIRMING, 503)
        assert register() == 503
        assert counted == []
        assert ada.get("/api/profile").status_code == 200
    assert register() == 201
    assert WAYS["login"](ada).status_code == 200


def test_the_answer_says_busy_and_that_it_may_be_tried_again(app: Flask, ada: Browser) -> None:
    with full(app):
        answer = WAYS["login"](ada)
    assert code(answer) == (503, "busy")
    assert answer.headers["Retry-After"] == "1"


def test_known_and_unknown_addresses_are_refused_alike_and_nothing_is_announced(app: Flask, ada: Browser) -> None:
    told: list[Event] = []
    after(app, Event, told.append)

    def answered(fields: dict[str, str]) -> tuple[int, object, object]:
        answer = browser_of(app).post("/auth/login", json=fields)
        headers = {name: value for name, value in answer.headers if name != "X-Request-ID"}
        return answer.status_code, {**(answer.json or {}), "request_id": None}, headers

    with full(app):
        known = answered(FIELDS)
        assert answered(FIELDS | {"email": "eve@example.com"}) == known
        assert answered(FIELDS | {"email": "not an address"}) == known
        assert answered(FIELDS | {"password": "a wrong password"}) == known
    assert told == []


@pytest.mark.needs("basic")
def test_whoever_a_gate_refuses_has_taken_no_place(app: Flask, ada: Browser) -> None:
    def refuse(_claimed: Claimed) -> Pass:
        hashes.hash_password(PASSWORD)  # in the one place that there is
        raise TOO_MANY

    accounts.add_gate(app, refuse)
    assert {way: ask(browser_of(app)).status_code for way, ask in WAYS.items()} == dict.fromkeys(WAYS, 429)
    assert {way: ask(ada).status_code for way, ask in CONFIRMING.items()} == dict.fromkeys(CONFIRMING, 429)


def test_one_hash_is_made_at_a_time_and_the_fifth_is_refused(make_app: Callable[..., Flask]) -> None:
    app, waiting, may_end = make_app(), Waiting(), threading.Event()
    hashing: list[int] = []
    seen: list[int] = []

    @in_turn
    def hash_slowly() -> None:
        hashing.append(1)
        assert may_end.wait(SECONDS)
        seen.append(len(hashing))
        hashing.pop()

    def sign_in() -> None:
        with app.test_request_context(environ_overrides={STAND_IN: waiting}):
            hash_slowly()

    threads = [threading.Thread(target=sign_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    waiting.reach(4)
    with app.app_context(), pytest.raises(BUSY):
        hashes.hash_password(PASSWORD)
    may_end.set()
    for thread in threads:
        thread.join()
    assert seen == [1, 1, 1, 1]


def test_a_sign_in_at_a_busy_moment_waits_for_its_turn(make_app: Callable[..., Flask], ada: Browser) -> None:
    app, waiting = make_app(), Waiting()
    answered: list[int] = []

    def sign_in() -> None:
        answer = browser_of(app).post("/auth/login", json=FIELDS, environ_overrides={STAND_IN: waiting})
        answered.append(answer.status_code)

    thread = threading.Thread(target=sign_in)
    with full(app):
        thread.start()
        waiting.reach(1)
        assert answered == []
    thread.join()
    assert answered == [200]


def test_a_place_is_given_back_by_what_fails(app: Flask) -> None:
    with app.app_context():
        for _ in range(2):
            with pytest.raises(UnicodeEncodeError):
                hashes.hash_password("\ud800")
            assert hashes.verify(PASSWORD, hashes.hash_password(PASSWORD)) == (True, None)


def test_a_server_is_told_when_a_request_only_waits(app: Flask, ada: Browser) -> None:
    waits: list[str] = []

    @contextmanager
    def stand_in() -> Iterator[None]:
        waits.append("begins")
        yield
        waits.append("ends")

    ada.get("/api/profile", environ_overrides={STAND_IN: stand_in})
    assert waits == []
    ada.post("/auth/login", json=FIELDS, environ_overrides={STAND_IN: stand_in})
    assert waits == ["begins", "ends"]
