"""Many at once: each address is confirmed by its own link alone, once, and the owner's way back is open to the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import accounts
from tests.client import Browser, Person, browser_of
from tests.features.email_change.mailbox import Mailbox, ask, confirm, undo

OLD, ONE, TWO = "ada@example.com", "one@example.org", "two@example.org"
MANY = 20


def tab_of(app: Flask, person: Person) -> Browser:
    """Another request of the same browser, at the same time."""
    tab = browser_of(app)
    tab._cookies = dict(person.browser._cookies or {})
    return tab


def at_once(*calls: Callable[[], TestResponse]) -> list[TestResponse]:
    """Their answers. They begin as nearly together as they can."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], TestResponse]) -> TestResponse:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def statuses(answers: Sequence[TestResponse]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def address_of(app: Flask, person: Person) -> str:
    with app.app_context():
        return next(user.email for user in accounts.list_users()[0] if str(user.id) == person.id)


def test_a_link_that_many_bring_at_once_is_used_up_once(app: Flask, ada: Person, mailbox: Mailbox) -> None:
    ask(ada.browser, ONE)
    token, tabs = mailbox.token(ONE), [tab_of(app, ada) for _ in range(MANY)]
    answers = at_once(*(lambda tab=tab: confirm(tab, token) for tab in tabs))
    assert statuses(answers) == [200] + [410] * (MANY - 1)
    assert address_of(app, ada) == ONE
    assert mailbox.subjects(OLD) == ["Your address at Flaskport was changed"], "one notice"


@pytest.mark.parametrize("order", ["one first", "two first", "at once"])
def test_of_two_wishes_at_once_one_holds_and_neither_link_confirms_the_other_address(
    app: Flask, ada: Person, mailbox: Mailbox, order: str
) -> None:
    tabs = [tab_of(app, ada), tab_of(app, ada)]
    asked = at_once(lambda: ask(tabs[0], ONE), lambda: ask(tabs[1], TWO))
    assert statuses(asked) == [202, 202]
    first = [ONE, TWO] if mailbox.subjects(ONE) else [TWO, ONE]
    held = first[0]
    older = mailbox.token(held)
    ask(ada.browser, first[1])  # and a newer wish while the older link lies in a mailbox
    newer = mailbox.token(first[1])
    links = {"one first": [older, newer], "two first": [newer, older], "at once": [older, newer]}[order]
    if order == "at once":
        answers = at_once(lambda: confirm(tabs[0], links[0]), lambda: confirm(tabs[1], links[1]))
    else:
        answers = [confirm(tabs[0], link) for link in links]
    assert statuses(answers) == [200, 410]
    assert address_of(app, ada) == first[1]


def test_a_wish_while_the_older_link_is_redeemed_never_confirms_the_wrong_address(
    app: Flask, ada: Person, mailbox: Mailbox
) -> None:
    ask(ada.browser, ONE)
    token, tabs = mailbox.token(ONE), [tab_of(app, ada), tab_of(app, ada)]
    confirmed, asked = at_once(lambda: confirm(tabs[0], token), lambda: ask(tabs[1], TWO))
    assert asked.status_code == 202
    assert (confirmed.status_code, address_of(app, ada)) in {(200, ONE), (410, OLD)}
    if mailbox.subjects(TWO):
        now = confirm(tab_of(app, ada), mailbox.token(TWO)).status_code
        assert (now, address_of(app, ada)) == (200, TWO)


def test_an_address_that_is_registered_meanwhile_has_one_owner(app: Flask, ada: Person, mailbox: Mailbox) -> None:
    ask(ada.browser, ONE)
    token, tab = mailbox.token(ONE), tab_of(app, ada)
    fields = {"email": ONE, "password": "battery staple, correct"}
    confirmed, registered = at_once(
        lambda: confirm(tab, token), lambda: browser_of(app).post("/auth/register", json=fields)
    )
    assert (confirmed.status_code, registered.status_code) in {(200, 409), (409, 201)}
    assert address_of(app, ada) == (ONE if confirmed.status_code == 200 else OLD)


def test_a_former_address_is_not_registered_in_the_moment_in_which_it_becomes_free(
    app: Flask, ada: Person, mailbox: Mailbox
) -> None:
    ask(ada.browser, ONE)
    token, tab = mailbox.token(ONE), tab_of(app, ada)
    fields = {"email": OLD, "password": "battery staple, correct"}
    calls = [lambda: browser_of(app).post("/auth/register", json=fields) for _ in range(4)]
    confirmed, *registered = at_once(lambda: confirm(tab, token), *calls)
    assert confirmed.status_code == 200
    assert statuses(registered) == [409] * 4


def test_the_owner_wins_over_a_thief_who_moves_on_at_the_same_moment(
    app: Flask, ada: Person, mailbox: Mailbox, move: Callable[..., str]
) -> None:
    owners = move(ada, OLD, ONE)
    ask(ada.browser, TWO)
    thiefs, tab = mailbox.token(TWO), tab_of(app, ada)
    undone, moved = at_once(lambda: undo(browser_of(app), owners), lambda: confirm(tab, thiefs))
    assert undone.status_code == 200
    assert moved.status_code in {200, 401, 410}
    assert address_of(app, ada) == OLD
    if mailbox.subjects(ONE)[-1] == "Your address at Flaskport was changed":
        assert undo(browser_of(app), mailbox.token(ONE)).status_code == 410


def test_a_way_back_that_many_bring_at_once_is_used_up_once(app: Flask, ada: Person, move: Callable[..., str]) -> None:
    token = move(ada, OLD, ONE)
    answers = at_once(*(lambda: undo(browser_of(app), token) for _ in range(MANY)))
    assert statuses(answers) == [200] + [410] * (MANY - 1)
    assert address_of(app, ada) == OLD
