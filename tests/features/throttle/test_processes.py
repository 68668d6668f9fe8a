"""Several server processes: a burst gets no more than the limit, and a process that is killed takes no count along."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.client import PASSWORD
from tests.features.throttle.guessing import ADA, WRONG
from tests.server import SECONDS, Server

BURST = 200


@pytest.fixture
def server(engine: str, serve_all: Callable[..., Server]) -> Server:
    """Of eight processes, behind one proxy, with places for all who hash."""
    return serve_all(engine, workers=8, TRUSTED_PROXY_COUNT="1", PASSWORD_HASH_QUEUE="20")


def guess(server: Server, address: str, password: str = WRONG, **kwargs: object) -> requests.Response:
    return requests.post(
        f"{server.url}/auth/login",
        json={"email": ADA, "password": password},
        headers={"X-Forwarded-For": address, "Connection": "close"},
        timeout=SECONDS,
        **kwargs,  # type: ignore[arg-type]
    )


def burst(server: Server, address_of: Callable[[int], str]) -> Counter[int]:
    with ThreadPoolExecutor(20) as pool:
        answers = pool.map(lambda number: guess(server, address_of(number)).status_code, range(BURST))
        return Counter(answers)


def wait_is_long(server: Server) -> None:
    """Until strangers wait for longer than the next request takes: what is judged meanwhile begins a longer wait."""
    for number in range(10_000):
        if int(guess(server, f"203.0.113.{number % 250}").headers.get("Retry-After", 0)) > 3:
            return


def test_a_burst_at_one_account_gets_no_more_than_the_limit_and_its_owner_comes_in(server: Server) -> None:
    owner = server.signed_in(ADA)
    known = {"known_device": owner.cookies["known_device"]}

    one_network = burst(server, lambda _: "192.0.2.7")
    # Five, and one more for each wait that goes by while the burst lasts.
    assert set(one_network) == {401, 429}
    assert 5 <= one_network[401] <= 10

    many = burst(server, lambda number: f"198.51.100.{number}")
    assert set(many) == {401, 429}
    assert 10 <= one_network[401] + many[401] <= 20

    wait_is_long(server)
    assert guess(server, "203.0.113.1", PASSWORD).status_code == 429
    assert guess(server, "203.0.113.1", PASSWORD, cookies=known).status_code == 200


def test_a_process_that_is_killed_loses_no_count(server: Server) -> None:
    server.signed_in(ADA)
    counted = Counter[int]()

    def attempt(number: int) -> None:
        if number == 8:
            os.kill(server.workers()[0], signal.SIGKILL)
        try:
            counted[guess(server, f"198.51.100.{number}").status_code] += 1
        except requests.ConnectionError:
            counted[0] += 1  # its process was killed amid the answer

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(attempt, range(40)))

    assert counted[401] + counted[0] + counted[429] == 40
    assert counted[401] <= 15
    wait_is_long(server)
    assert guess(server, "203.0.113.1").status_code == 429
