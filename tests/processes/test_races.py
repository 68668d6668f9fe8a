"""Many at once, against several server processes, on both engines and both servers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from app import accounts, create_app, one_time
from app.accounts.mailed import PASSWORD_RESET
from app.core import clock
from app.sessions import Session
from tests import databases
from tests.client import PASSWORD
from tests.databases import ENGINES, SETTINGS
from tests.server import SECONDS, Server

AT_ONCE = 20


def together(call: Callable[[int], requests.Response], times: int = AT_ONCE) -> list[requests.Response]:
    """``times`` calls, started as nearly at once as threads can."""
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(call, range(times)))


@pytest.fixture(params=[*((engine, "gunicorn") for engine in ENGINES), ("postgresql", "granian")], ids=" ".join)
def server(request: pytest.FixtureRequest, serve_all: Callable[..., Server]) -> Server:
    """With a grace period that is long enough for whoever is late on a busy machine, places for all who hash, and no
    limit that a test meets.
    """
    wide = {"PASSWORD_HASH_QUEUE": str(AT_ONCE), "THROTTLE_PAIR_FREE": "100", "THROTTLE_ACCOUNT_FREE": "100"}
    engine, by = request.param
    return serve_all(engine, workers=4, by=by, REFRESH_GRACE_SECONDS="60", **wide)


def settle(server: Server) -> None:
    """As if the last refreshes were longer ago than the grace period: the next one rotates."""
    ago = sa.update(Session).values(rotated_at=clock.now() - dt.timedelta(seconds=61))
    with sa.create_engine(server.database, poolclass=sa.NullPool).begin() as connection:
        connection.execute(ago)


def test_parallel_refreshes_all_get_the_same_successor(server: Server) -> None:
    ada = server.signed_in()
    cookies = ada.cookies.get_dict()

    def refresh(_: int) -> requests.Response:
        return requests.post(f"{server.url}/auth/refresh", cookies=cookies, headers=dict(ada.headers), timeout=20)

    for _ in range(2):
        answers = together(refresh)
        assert [answer.status_code for answer in answers] == [200] * AT_ONCE
        successors = {answer.cookies["refresh_token_cookie"] for answer in answers}
        assert len(successors) == 1
        assert successors != {cookies["refresh_token_cookie"]}
        cookies = cookies | answers[0].cookies.get_dict()
        settle(server)
    assert requests.get(f"{server.url}/api/profile", cookies=cookies, timeout=20).status_code == 200


def test_twenty_registrations_of_one_address_make_one_user(server: Server) -> None:
    fields = {"email": "ada@example.com", "password": PASSWORD}

    answers = together(lambda _: requests.post(f"{server.url}/auth/register", json=fields, timeout=30))

    counts = Counter(answer.status_code for answer in answers)
    assert counts[201] == 1
    assert counts[409] + counts[429] == AT_ONCE - 1, "429: so many mails nobody may have sent to one address"


def test_a_sign_out_amid_refreshes_wins(server: Server) -> None:
    ada = server.signed_in()
    cookies: dict[str, Any] = ada.cookies.get_dict()
    headers = dict(ada.headers)

    def refresh_or_sign_out(number: int) -> requests.Response:
        path = "/auth/logout" if number == AT_ONCE // 2 else "/auth/refresh"
        return requests.post(f"{server.url}{path}", cookies=cookies, headers=headers, timeout=20)

    answers = together(refresh_or_sign_out)

    assert answers[AT_ONCE // 2].status_code == 204
    assert {answer.status_code for answer in answers} <= {200, 204, 401}
    for answer in answers:
        held = cookies | answer.cookies.get_dict()
        again = requests.post(f"{server.url}/auth/refresh", cookies=held, headers=headers, timeout=20)
        profile = requests.get(f"{server.url}/api/profile", cookies=held, timeout=20)
        assert (again.status_code, profile.status_code) == (401, 401)


@pytest.mark.needs("posts")
def test_many_sign_ins_and_refreshes_lose_nothing_and_fail_never(server: Server) -> None:
    people = [server.signed_in(f"user{number}@example.com") for number in range(8)]

    def busy(number: int) -> requests.Response:
        person = people[number % len(people)]
        session = requests.Session()
        session.cookies.update(person.cookies.get_dict())
        session.headers["X-CSRF-TOKEN"] = str(person.headers["X-CSRF-TOKEN"])
        post = session.post(f"{server.url}/api/posts", json={"title": f"{number}", "body": ""}, timeout=30)
        assert post.status_code == 201, post.text
        return session.post(f"{server.url}/auth/refresh", timeout=30)

    answers = together(busy, 40)

    assert [answer.status_code for answer in answers] == [200] * 40
    listed = people[0].get(f"{server.url}/api/posts?limit=100", timeout=20).json()["items"]
    assert sorted(int(post["title"]) for post in listed) == list(range(40))


def test_no_sign_in_with_the_old_password_survives_its_change(server: Server) -> None:
    ada = server.signed_in()
    old = {"email": "ada@example.com", "password": PASSWORD}
    change = {"current_password": PASSWORD, "new_password": "another fine password"}

    def sign_in_or_change(number: int) -> requests.Response:
        if number == AT_ONCE // 3:
            return requests.post(
                f"{server.url}/auth/password",
                json=change,
                cookies=ada.cookies.get_dict(),
                headers=dict(ada.headers),
                timeout=30,
            )
        return requests.post(f"{server.url}/auth/login", json=old, timeout=30)

    answers = together(sign_in_or_change)

    assert answers.pop(AT_ONCE // 3).status_code == 204
    assert {answer.status_code for answer in answers} <= {200, 401}
    for answer in answers:
        cookies = answer.cookies.get_dict()
        assert requests.get(f"{server.url}/api/profile", cookies=cookies, timeout=20).status_code == 401


@pytest.mark.needs("password_reset")
def test_of_twenty_who_bring_one_link_one_sets_the_password(server: Server) -> None:
    ada = server.signed_in()
    app = create_app(replace(SETTINGS, database_url=server.database))
    with app.app_context():
        user = accounts.mark_verified("ada@example.com")
        token = one_time.mail(PASSWORD_RESET, dt.timedelta(hours=1), user_id=user.id).token
    databases.close(app)
    passwords = [f"teapot of a blue {number}" for number in range(AT_ONCE)]

    def reset(number: int) -> requests.Response:
        fields = {"token": token, "password": passwords[number]}
        return requests.post(f"{server.url}/auth/reset-password", json=fields, timeout=SECONDS)

    answers = together(reset)

    assert Counter(answer.status_code for answer in answers) == {204: 1, 410: AT_ONCE - 1}
    winner = next(number for number, answer in enumerate(answers) if answer.status_code == 204)
    fields = {"email": "ada@example.com", "password": passwords[winner]}
    assert requests.post(f"{server.url}/auth/login", json=fields, timeout=SECONDS).status_code == 200
    assert ada.get(f"{server.url}/api/profile", timeout=SECONDS).status_code == 401
