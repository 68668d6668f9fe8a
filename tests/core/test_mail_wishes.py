"""Mails of later, and mails that people can do without."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.core import clock, mail
from app.core.mail import Kind, Mail, Wishes, outbox
from tests.words import later

ADA, EVE = uuid.uuid4(), uuid.uuid4()


def sample() -> Mail:
    return Mail(to="ada@example.com", template="mails/test")


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    app = make_app()
    mail.add(app, Kind(name="tips", compose=lambda _: sample(), sample=sample, optional="Tips"))
    mail.add(app, Kind(name="alarm", compose=lambda _: sample(), sample=sample))
    mail.keep_wishes(
        app,
        Wishes(wants=lambda user_id, _: user_id == ADA, unsubscribe=lambda user, kind: f"https://x.test/{kind}/{user}"),
    )
    return app


def test_who_does_not_want_what_is_optional_gets_the_rest(app: Flask) -> None:
    with app.app_context():
        for person in (ADA, EVE):
            for kind in ("tips", "alarm"):
                mail.queue(kind, user_id=person)
                assert mail.deliver_due() == 1
        counts = outbox.counts()
        assert (counts["sent"], counts["needless"]) == (3, 1)


def test_only_what_is_optional_says_how_to_end_it_in_the_head_and_in_the_text(app: Flask) -> None:
    with app.app_context():
        for kind in ("tips", "alarm"):
            mail.queue(kind, user_id=ADA)
            mail.deliver_due()
    tips, alarm = mail.memory(app)
    assert tips["List-Unsubscribe"] == f"<https://x.test/tips/{ADA}>"
    assert tips["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    html = tips.get_body(("html",))
    assert html is not None
    assert f'href="https://x.test/tips/{ADA}"' in html.get_content()
    assert alarm["List-Unsubscribe"] is None


def test_a_mail_of_later_is_sent_then_and_not_before_and_is_not_too_old(app: Flask) -> None:
    with app.app_context():
        mail.queue("alarm", user_id=ADA, due_at=clock.now() + timedelta(days=83))
        assert mail.deliver_due() == 0
        assert outbox.lag() == timedelta(0)
        with later(days=83, seconds=1):
            assert outbox.lag() < timedelta(minutes=1)
            assert mail.deliver_due() == 1
        assert outbox.counts()["sent"] == 1
