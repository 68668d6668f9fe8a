"""A sign-in with a second step, over HTTP: the password, 202 and a token, the word, and then the cookies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from flask import Flask
from werkzeug.serving import make_server

from app import accounts, one_time
from app.accounts import Attempt, Claimed, Step
from app.accounts.current import SESSION_REQUIRED
from app.accounts.steps import MAX_TRIES
from tests.accounts import word
from tests.accounts.word import WORD
from tests.client import PASSWORD
from tests.refusals import CLOSED_TODAY, TOO_MANY
from tests.words import later

FIELDS = {"email": "ada@example.com", "password": PASSWORD}
GRANT = {"grant_type": "password", **FIELDS}
EXPIRED, SECONDS = (401, "sign_in_expired"), 30


class Visitor(requests.Session):
    """Somebody with a browser before a server of this app."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send_json(self, path: str, **fields: object) -> requests.Response:
        return self.post(self.url + path, json=fields, timeout=SECONDS)

    def begin(self, **fields: object) -> str:
        """Sign in as far as it goes. Returns the token of the step."""
        response = self.send_json("/auth/login", **FIELDS, **fields)
        assert response.status_code == 202, response.text
        return str(response.json()["token"])

    def say(self, token: str, said: str = WORD, path: str = "/auth/word") -> requests.Response:
        return self.send_json(path, token=token, word=said)

    def is_signed_in(self) -> bool:
        return self.get(self.url + "/api/profile", timeout=SECONDS).status_code == 200


def code(response: requests.Response) -> tuple[int, str]:
    return response.status_code, response.json().get("code", "")


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    app = make_app(variables={"BASIC_AUTH": "true"})
    word.init_app(app)
    with app.app_context():
        accounts.register(**FIELDS)
    return app


@pytest.fixture
def new_visitor(app: Flask) -> Iterator[Callable[[], Visitor]]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield lambda: Visitor(f"http://127.0.0.1:{server.port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ada(new_visitor: Callable[[], Visitor]) -> Visitor:
    return new_visitor()


def test_a_step_is_asked_for_and_then_one_is_signed_in(ada: Visitor, app: Flask) -> None:
    seen: list[frozenset[str]] = []
    accounts.add_check(app, lambda attempt: seen.append(attempt.done))

    asked = ada.send_json("/auth/login", **FIELDS)
    body = asked.json()
    assert (asked.status_code, body["step"], body["facts"]) == (202, "word", {"letters": "5"})
    assert list(ada.cookies.keys()) == ["sign_in_step"]
    assert "HttpOnly" in asked.headers["Set-Cookie"]
    assert asked.headers["X-Auth-State"] == "anonymous"
    assert not ada.is_signed_in()

    done = ada.say(body["token"])
    assert (done.status_code, done.json()["user"]["email"]) == (200, "ada@example.com")
    assert done.headers["X-Auth-State"] == "user"
    assert "access_token_cookie" in ada.cookies
    assert ada.is_signed_in()
    assert seen == [{"local", "word"}]


def test_each_step_of_a_chain_has_ten_minutes(ada: Visitor, app: Flask) -> None:
    accounts.add_check(app, lambda attempt: None if "number" in attempt.done else Step("number"))
    token = ada.begin()
    with later(minutes=9):
        second = ada.say(token).json()["token"]
    with later(minutes=18), app.app_context():
        assert one_time.redeem(second, "sign in: number", bound_to=ada.cookies["sign_in_step"]) is not None


@pytest.mark.parametrize("remember", [False, True])
def test_what_was_wished_at_first_holds_at_the_end(ada: Visitor, remember: bool) -> None:
    response = ada.say(ada.begin(remember=remember))
    (access,) = [line for line in response.raw.headers.getlist("Set-Cookie") if line.startswith("access_token_cookie=")]
    assert ("Max-Age=" in access) is remember


def test_a_wrong_word_does_not_end_the_sign_in(ada: Visitor) -> None:
    token = ada.begin()
    assert code(ada.say(token, "abracadabra")) == (401, "wrong_word")
    assert ada.say(token).status_code == 200


def test_so_many_wrong_words_do(ada: Visitor) -> None:
    token = ada.begin()
    for _ in range(MAX_TRIES):
        assert code(ada.say(token, "abracadabra")) == (401, "wrong_word")
    assert code(ada.say(token)) == EXPIRED


def test_a_token_is_good_once(ada: Visitor) -> None:
    token = ada.begin()
    assert ada.say(token).status_code == 200
    assert code(ada.say(token)) == EXPIRED


def test_of_many_who_bring_a_token_at_once_one_is_let_in(ada: Visitor, new_visitor: Callable[[], Visitor]) -> None:
    token = ada.begin()

    def say(_: int) -> int:
        visitor = new_visitor()
        visitor.cookies.update(ada.cookies)
        return visitor.say(token).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(say, range(8))) == [200] + [401] * 7


def test_a_token_is_of_no_use_in_another_browser(ada: Visitor, new_visitor: Callable[[], Visitor]) -> None:
    token, eve = ada.begin(), new_visitor()
    assert code(eve.say(token)) == EXPIRED
    eve.begin()
    assert code(eve.say(token)) == EXPIRED
    assert ada.say(token).status_code == 200


def test_sign_ins_in_two_tabs_do_not_disturb_each_other(ada: Visitor) -> None:
    first, second = ada.begin(), ada.begin()
    assert ada.say(second).status_code == 200
    assert ada.say(first).status_code == 200


def test_a_token_that_is_too_old_is_refused(ada: Visitor) -> None:
    token = ada.begin()
    with later(minutes=10, seconds=1):
        assert code(ada.say(token)) == EXPIRED


def test_a_wrong_word_makes_nothing_last_longer(ada: Visitor) -> None:
    token = ada.begin()
    with later(minutes=9):
        assert code(ada.say(token, "abracadabra")) == (401, "wrong_word")
    with later(minutes=10, seconds=1):
        assert code(ada.say(token)) == EXPIRED


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda: accounts.set_active(FIELDS["email"], False),
        lambda: accounts.set_password(FIELDS["email"], "another good password"),
        lambda: accounts.delete(FIELDS["email"]),
    ],
    ids=["disabled", "another password", "deleted"],
)
def test_an_account_that_changed_in_between_is_refused(
    ada: Visitor, app: Flask, meanwhile: Callable[[], object]
) -> None:
    token = ada.begin()
    with app.app_context():
        accounts.register("root@example.com", PASSWORD)
        meanwhile()
    assert code(ada.say(token)) == EXPIRED
    assert not ada.is_signed_in()


def test_a_token_of_another_step_is_refused(ada: Visitor, make_app: Callable[..., Flask], app: Flask) -> None:
    accounts.add_check(app, lambda attempt: None if "number" in attempt.done else Step("number"))
    second = ada.say(ada.begin())
    assert (second.status_code, second.json()["step"]) == (202, "number")
    assert second.json()["page"] is None
    assert second.headers["X-Auth-State"] == "anonymous"
    assert code(ada.say(second.json()["token"])) == EXPIRED


def test_a_check_may_veto_after_the_step(ada: Visitor, app: Flask) -> None:
    def veto(attempt: Attempt) -> None:
        raise CLOSED_TODAY

    accounts.add_check(app, veto)
    vetoed = ada.say(ada.begin())
    assert (code(vetoed), vetoed.headers["X-Auth-State"]) == ((403, "closed_today"), "anonymous")
    assert not ada.is_signed_in()


def test_a_gate_is_asked_before_the_word_is_judged_and_uses_nothing_up(ada: Visitor, app: Flask) -> None:
    token, claims = ada.begin(), list[Claimed]()

    def refuse_at_first(claimed: Claimed) -> None:
        claims.append(claimed)
        if len(claims) == 1:
            raise TOO_MANY

    accounts.add_gate(app, refuse_at_first)
    assert code(ada.say(token, "abracadabra")) == (429, "too_many")
    assert ada.say(token).json()["user"]["id"] == str(claims[0].user_id)
    assert [claimed.way for claimed in claims] == ["word", "word"]


def test_programs_take_a_step_as_well(ada: Visitor) -> None:
    asked = ada.send_json("/auth/token", **GRANT)
    assert (asked.status_code, asked.json()["step"], asked.json()["page"]) == (202, "word", None)
    assert "X-Auth-State" not in asked.headers  # as of every public view
    tokens = ada.say(asked.json()["token"], path="/auth/token/word")
    assert set(tokens.json()) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert not ada.cookies


def test_a_programs_token_signs_no_browser_in_and_the_other_way_round(ada: Visitor) -> None:
    of_a_browser = ada.begin()
    of_a_program = ada.send_json("/auth/token", **GRANT).json()["token"]
    assert code(ada.say(of_a_program)) == EXPIRED
    assert code(ada.say(of_a_browser, path="/auth/token/word")) == EXPIRED


@pytest.mark.needs("basic")
def test_a_way_in_without_a_session_can_take_no_step(ada: Visitor, app: Flask) -> None:
    response = ada.get(ada.url + "/api/profile", auth=(FIELDS["email"], PASSWORD), timeout=SECONDS)
    assert code(response) == (403, "session_required")
    with app.app_context(), pytest.raises(SESSION_REQUIRED, match="word"):
        accounts.generate_tokens(accounts.get(FIELDS["email"]))
