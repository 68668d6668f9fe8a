"""Which thread answers: granian's own, or one of those for whoever may have to wait."""

from __future__ import annotations

import queue
import threading
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from app.core.http import MAX_BODY_BYTES
from granian_worker import LONG, MANY, Lanes, Sends
from tests.server import SECONDS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

A_POST = {"PATH_INFO": "/", "QUERY_STRING": "", "REQUEST_METHOD": "POST"}


class Granian:
    def response_bytes(self, *_: object) -> None: ...
    def response_iter(self, *_: object) -> None: ...


class Asked:
    """An entrance that notes who is answered by which thread, and waits, or fails, where it is told to."""

    def __init__(self) -> None:
        self.by = queue.SimpleQueue[tuple[str, threading.Thread]]()
        self.may_go_on = threading.Event()

    def __call__(self, _granian: Sends, environ: WSGIEnvironment) -> None:
        path = environ["PATH_INFO"]
        self.by.put((path, threading.current_thread()))
        if path == "/waits":
            self.may_go_on.wait(SECONDS)
        if path == "/exit":
            raise SystemExit
        if path == "/bug":
            raise ValueError("a bug")

    def next(self) -> tuple[str, threading.Thread]:
        return self.by.get(timeout=SECONDS)


def ask(lanes: Lanes, path: str = "/", method: str = "GET", **headers: str) -> None:
    lanes(Granian(), {"PATH_INFO": path, "QUERY_STRING": "", "REQUEST_METHOD": method, **headers})


@pytest.mark.parametrize(
    ("request_", "of_granian"),
    [
        ({}, True),
        ({"method": "HEAD"}, True),
        ({"method": "OPTIONS"}, True),
        ({"HTTP_AUTHORIZATION": "Bearer basic"}, True),
        ({"HTTP_AUTHORIZATION": "Basic YTpi"}, False),
        ({"HTTP_AUTHORIZATION": "bAsIc YTpi"}, False),
        ({"method": "POST", "CONTENT_LENGTH": str(MAX_BODY_BYTES + 1)}, True),
        ({"method": "POST"}, False),
        ({"method": "DELETE"}, False),
        ({"method": "get"}, False),
    ],
    ids=str,
)
def test_who_may_have_to_wait_for_a_hash_is_answered_beside_the_others(
    request_: dict[str, Any], of_granian: bool
) -> None:
    asked = Asked()
    ask(Lanes(asked, 1), **request_)
    thread = asked.next()[1]
    assert (thread is threading.current_thread(), thread.name == "waiting-0") == (of_granian, not of_granian)


def test_a_body_is_read_before_granian_lets_go_of_it() -> None:
    asked = Asked()
    given = BytesIO(b"hello, next")
    environ: dict[str, Any] = {**A_POST, "CONTENT_LENGTH": "5", "wsgi.input": given}
    Lanes(asked, 1)(Granian(), environ)
    asked.next()
    assert (environ["wsgi.input"].read(), given.tell()) == (b"hello", 5)


@pytest.mark.parametrize(
    "header", [{"HTTP_EXPECT": "wonders"}, {"HTTP_HOST": "a,b"}, {"HTTP_TRANSFER_ENCODING": "chunked"}]
)
def test_a_body_is_not_waited_for_where_its_request_is_refused(header: dict[str, str]) -> None:
    """Who expects what nobody grants sends it never."""
    asked = Asked()
    Lanes(asked, 1)(Granian(), {**A_POST, "CONTENT_LENGTH": "5", "wsgi.input": None, **header})
    assert asked.next()[1] is threading.current_thread()


def test_those_who_wait_hold_up_no_reads_and_come_in_their_order() -> None:
    asked = Asked()
    lanes = Lanes(asked, 2)
    for path in ("/waits", "/waits", "/third", "/fourth"):
        ask(lanes, path, "POST")
    ask(lanes, "/read")
    assert sorted(asked.next()[0] for _ in range(3)) == ["/read", "/waits", "/waits"]
    assert asked.by.empty()

    asked.may_go_on.set()
    assert {asked.next()[0], asked.next()[0]} == {"/third", "/fourth"}


def test_long_bodies_do_not_wait_in_memory_without_end() -> None:
    asked = Asked()
    lanes = Lanes(asked, 1)
    for path in ("/waits", *["/"] * MANY):
        ask(lanes, path, "POST")
    assert asked.next()[0] == "/waits"
    for length, by_granian in ((LONG, False), (LONG + 1, True)):
        body = BytesIO(b" " * length)
        lanes(Granian(), {**A_POST, "CONTENT_LENGTH": str(length), "wsgi.input": body})
        assert (not asked.by.empty() and asked.next()[1] is threading.current_thread()) is by_granian
    asked.may_go_on.set()


def test_no_fault_costs_a_thread(caplog: pytest.LogCaptureFixture) -> None:
    asked = Asked()
    lanes = Lanes(asked, 1)
    for path in ("/exit", "/bug", "/fine"):
        ask(lanes, path, "POST")
    assert [asked.next()[0] for _ in range(3)] == ["/exit", "/bug", "/fine"]
    assert [record.message for record in caplog.records] == ["a request was not answered"] * 2
