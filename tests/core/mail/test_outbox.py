"""Promised in a transaction, claimed by one, tried again, given up, forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.core import clock, mail
from app.core.database import transaction
from app.core.mail import outbox as rows_of
from app.core.pruning import PRUNE_AFTER
from tests.core.mail import toys

Later = Callable[..., Any]


def test_a_mail_is_promised_if_and_only_if_its_change_is_made(outbox: Flask) -> None:
    def change_in_vain() -> None:
        with transaction():
            mail.queue(toys.KIND)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_in_vain()
    assert (mail.deliver_due(), mail.memory(outbox)) == (0, [])

    with transaction():
        mail.queue(toys.KIND, address="ada@example.com")
    assert mail.deliver_due() == 1
    assert [message["To"] for message in mail.memory(outbox)] == ["ada@example.com"]


def test_what_is_sent_forgets_whom_it_went_to(outbox: Flask) -> None:
    mail.queue(toys.KIND, address="ada@example.com", payload={"do": "list"})
    mail.deliver_due()
    sent = toys.one("sent")
    assert (sent.address, sent.payload, sent.problem, sent.tries) == (None, None, None, 1)


def test_a_mail_for_nobody_is_needless(outbox: Flask) -> None:
    mail.queue(toys.KIND, payload={"do": "nothing"})
    assert (mail.deliver_due(), mail.memory(outbox)) == (1, [])
    assert toys.one("needless").address is None


def test_an_unknown_kind_is_a_defect_of_whoever_queues_it(outbox: Flask) -> None:
    with pytest.raises(KeyError):
        mail.queue("no such kind")


def test_whoever_claims_a_mail_has_it_alone_until_the_lease_is_over(outbox: Flask, later: Later) -> None:
    mail.queue(toys.KIND)
    first = rows_of.claim()
    assert first is not None
    assert rows_of.claim() is None
    with later(seconds=rows_of.lease().total_seconds() + 1):
        second = rows_of.claim()
        assert second is not None
        assert (second.id, second.tries) == (first.id, 2)
        assert rows_of.finish(first, "sent") is False
        assert rows_of.finish(second, "sent") is True


def test_the_lease_is_longer_than_all_answers_of_a_mail_server(mail_app: Callable[..., Flask]) -> None:
    with mail_app(MAIL_TIMEOUT_SECONDS="60").app_context():
        assert rows_of.lease() == dt.timedelta(minutes=13)


def test_a_defect_is_tried_again_ever_later_and_given_up_with_a_reason(
    mail_app: Callable[..., Flask], later: Later, caplog: pytest.LogCaptureFixture
) -> None:
    with mail_app(MAIL_TRIES="3").app_context():
        mail.queue(toys.KIND, payload={"do": "break"})
        for minutes in (0, 1, 3):
            with later(minutes=minutes - 0.1):
                assert mail.deliver_due() == 0 if minutes else True
            with later(minutes=minutes + 0.2):
                assert mail.deliver_due() == 1
        dead = toys.one("dead")
    assert (dead.tries, dead.problem) == (3, "a defect, see the log: DefectError")
    assert f"mail {dead.id} (toy) is given up: a defect, see the log: DefectError" in caplog.messages


def test_the_waits_double_up_to_an_hour(outbox: Flask) -> None:
    mail.queue(toys.KIND)
    claimed: Any = rows_of.claim()
    waits = []
    for _ in range(8):
        rows_of.put_off(claimed, "no")
        waits.append(round((toys.one().due_at - clock.now()).total_seconds() / 60))
        rows_of.retry()
        claimed = rows_of.claim()
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.parametrize("doing", ["break", "break a statement"])
def test_one_bad_mail_does_not_stop_the_next(outbox: Flask, doing: str) -> None:
    mail.queue(toys.KIND, payload={"do": doing})
    mail.queue(toys.KIND, address="eve@example.com")
    assert mail.deliver_due() == 2
    assert [message["To"] for message in mail.memory(outbox)] == ["eve@example.com"]
    assert (toys.one().problem or "").startswith("a defect, see the log: ")


def test_a_mail_that_nobody_waits_for_any_more_is_given_up(outbox: Flask, later: Later) -> None:
    mail.queue("brief")
    with later(minutes=11):
        assert mail.deliver_due() == 1
    assert (toys.one("dead").problem, mail.memory(outbox)) == ("too old", [])


def test_a_mail_that_kills_whoever_tries_it_is_given_up(mail_app: Callable[..., Flask], later: Later) -> None:
    with mail_app(MAIL_TRIES="2").app_context():
        mail.queue(toys.KIND)
        for hours in (0, 1):
            with later(hours=hours):
                assert rows_of.claim() is not None  # and nothing was ever heard again
        with later(hours=2):
            assert mail.deliver_due() == 1
        assert toys.one("dead").problem == "whoever tried it never came to an end"


def test_a_mail_of_a_feature_that_is_gone_is_given_up(outbox: Flask, app: Flask) -> None:
    mail.queue(toys.KIND)
    with app.app_context():
        assert mail.deliver_due() == 1
        assert toys.one("dead").problem == "no feature of this app makes such mails"


def test_an_operator_tries_again_what_was_put_off_or_given_up(outbox: Flask) -> None:
    mail.queue(toys.KIND, payload={"do": "break"})
    assert mail.deliver_due() == 1
    assert (rows_of.retry(), mail.deliver_due(), rows_of.retry(dead=True)) == (1, 1, 0)

    claimed: Any = rows_of.claim()
    assert claimed is None
    rows_of.retry()
    claimed = rows_of.claim()
    rows_of.finish(claimed, "dead", "550 no such mailbox")
    assert rows_of.retry([claimed.id]) == 0
    assert rows_of.retry([claimed.id], dead=True) == 1
    assert (toys.one().tries, toys.one().payload) == (0, {"do": "break"})


def test_what_is_over_is_pruned_and_what_nobody_sent_as_well(outbox: Flask, later: Later) -> None:
    mail.queue(toys.KIND)
    mail.deliver_due()
    mail.queue(toys.KIND)
    with later(days=PRUNE_AFTER.days - 1):
        assert rows_of.prune() == 0
    with later(days=PRUNE_AFTER.days + 1):
        assert (rows_of.prune(), rows_of.prune()) == (2, 0)


def test_counts_and_lag(outbox: Flask, later: Later) -> None:
    for doing in ("list", "nothing"):
        mail.queue(toys.KIND, payload={"do": doing})
    mail.deliver_due()
    mail.queue(toys.KIND)
    with later(seconds=90):
        assert round(rows_of.lag().total_seconds()) == 90
    assert rows_of.counts() == {"waiting": 1, "sent": 1, "needless": 1, "dead": 0}


def test_where_no_mails_are_sent_none_is_promised(shared_app: Callable[..., Flask]) -> None:
    app = shared_app(toys.bring, environment="production", public_url="https://a.example", variables={})
    with app.app_context():
        mail.queue(toys.KIND)
        assert rows_of.counts()["waiting"] == 0
        with pytest.raises(mail.MAIL_NOT_SET_UP):
            mail.require_configured()
