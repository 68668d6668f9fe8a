"""A load generator in Python: where wrk is missing, and where a request depends on the answer before it.

It is slower than wrk and takes a core for itself. CPU is counted of the server alone, so that its ratios hold.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import cycle

from benchmarks.load import CONNECTIONS, MAX_REQUESTS, Load

ANSWER_SECONDS = 20

Turn = Callable[[int, bytes | None], bytes]
"""From the number of a connection and its last answer (None at first) to its next request."""


class PythonLoad:
    """One thread and a selector."""

    @property
    def name(self) -> str:
        return "the Python generator"

    def run(self, port: int, requests: Sequence[bytes], seconds: float, connections: int = CONNECTIONS) -> Load:
        turns: Iterator[bytes] = cycle(requests)
        return converse(port, lambda _number, _answer: next(turns), seconds, connections)


class Connection:
    """A keep-alive connection with at most one request under way. A server that closes it gets another."""

    def __init__(self, port: int, number: int, selector: selectors.BaseSelector) -> None:
        self.number = number
        self.sent_at = 0.0
        self._port = port
        self._selector = selector
        self._received = b""
        self._open()

    def _open(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=ANSWER_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(self._socket, selectors.EVENT_READ, self)

    def close(self) -> None:
        self._selector.unregister(self._socket)
        self._socket.close()

    def send(self, request: bytes) -> None:
        self.sent_at = time.perf_counter()
        self._socket.sendall(request)

    def receive(self) -> bytes | None:
        """The whole answer, or None while some of it is missing."""
        part = self._socket.recv(65_536)
        if not part:
            raise RuntimeError("the server closed a connection in the middle of an answer")
        self._received += part
        if not is_whole(self._received):
            return None
        answer, self._received = self._received, b""
        if b"\r\nconnection: close" in answer.partition(b"\r\n\r\n")[0].lower():
            self.close()
            self._open()
        return answer


def is_whole(received: bytes) -> bool:
    """Is there a complete answer? All answers here have a Content-Length, or no body."""
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return False
    length = head.lower().partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
    return len(body) >= int(length or 0)


def converse(port: int, turn: Turn, seconds: float, connections: int = CONNECTIONS) -> Load:
    """Keep every connection busy for some seconds, then wait for the last answers: none is lost to ``turn``."""
    latencies: list[float] = []
    refused = 0
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        opened = [Connection(port, number, selector) for number in range(connections)]
        for connection in opened:
            stack.callback(connection.close)
        start = time.perf_counter()
        for connection in opened:
            connection.send(turn(connection.number, None))
        waiting = connections
        while waiting:
            ready = selector.select(ANSWER_SECONDS)
            if not ready:
                raise RuntimeError(f"no answer within {ANSWER_SECONDS} s")
            for key, _ in ready:
                connection = key.data
                answer = connection.receive()
                if answer is None:
                    continue
                now = time.perf_counter()
                latencies.append(now - connection.sent_at)
                refused += status(answer) >= 400
                following = turn(connection.number, answer)
                if now - start < seconds and len(latencies) + waiting <= MAX_REQUESTS:
                    connection.send(following)
                else:
                    waiting -= 1
        elapsed = time.perf_counter() - start
    latencies.sort()
    return Load(len(latencies), refused, elapsed, percentile(latencies, 50), percentile(latencies, 99))


def probe(port: int, request: bytes) -> int:
    """The status that one request is answered with."""
    with selectors.DefaultSelector() as selector:
        connection = Connection(port, 0, selector)
        try:
            connection.send(request)
            answer = None
            while answer is None:
                answer = connection.receive()
        finally:
            connection.close()
    return status(answer)


def status(answer: bytes) -> int:
    return int(answer[9:12])


def percentile(ordered: Sequence[float], percent: int) -> float:
    """In milliseconds."""
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000
