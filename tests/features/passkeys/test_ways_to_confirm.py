"""Is it still you? By any of the ways that somebody has, at one address."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.core import mail
from tests.client import PASSWORD, Person
from tests.features.passkeys.authenticator import Authenticator
from tests.features.passkeys.conftest import options, refused
from tests.words import later


def confirm(person: Person, **sent: object) -> tuple[int, str | None]:
    return refused(person.browser.post("/auth/confirm", json=sent))


def is_fresh(person: Person) -> bool:
    return person.browser.post("/auth/passkeys/add/options", json={}).status_code == 200


def methods(person: Person) -> set[str]:
    return set((person.browser.get("/auth/confirm").json or {})["methods"])


def test_by_a_passkey(ada: Person, phone: Authenticator) -> None:
    with later(minutes=11):
        assert {"password", "passkey"} <= methods(ada)
        assert not is_fresh(ada)
        assert confirm(ada, method="passkey") == (422, "validation_failed")
        assert confirm(ada, method="passkey", code="1") == (422, "validation_failed")
        assert confirm(ada, method="passkey", credential={}) == (403, "second_factor_refused")
        credential = phone.get(options(ada.browser, "confirm/options"))
        assert confirm(ada, method="passkey", credential=credential) == (204, None)
        assert is_fresh(ada)
        assert confirm(ada, method="passkey", credential=credential) == (403, "second_factor_refused")


@pytest.mark.needs("totp", "recovery_codes")
def test_by_the_codes_of_an_app_and_those_for_when_it_is_lost(ada: Person) -> None:
    from tests.features.totp.apps import enrolled  # noqa: PLC0415 (of a feature left out)

    authenticator = enrolled(ada)
    codes = (ada.browser.post("/auth/recovery-codes").json or {})["codes"]
    assert {"totp", "recovery_code"} <= methods(ada)
    assert confirm(ada, method="totp", code=authenticator.wrong()) == (403, "second_factor_refused")
    with later(minutes=11):
        assert not is_fresh(ada)
        assert confirm(ada, method="recovery_code", code=codes[0]) == (204, None)
        assert is_fresh(ada)
        assert confirm(ada, method="recovery_code", code=codes[0]) == (403, "second_factor_refused")
    assert confirm(ada, method="totp", code=authenticator.code()) == (204, None)


@pytest.mark.needs("magic_link")
def test_by_a_code_from_a_mail_and_still_by_the_password(app: Flask, ada: Person) -> None:
    mail.memory(app).clear()
    with later(minutes=11):
        assert "confirm_by_mail" in methods(ada)
        assert confirm(ada, method="confirm_by_mail", code="000000") == (422, "wrong_code")
        assert ada.browser.post("/auth/confirm/mail").status_code == 202
        with app.app_context():
            mail.deliver_due()
        found = re.search(r"^(\d{6})$", mail.text_of(mail.memory(app)[-1]), re.MULTILINE)
        assert found is not None
        assert confirm(ada, method="confirm_by_mail", code=found.group(1)) == (204, None)
        assert is_fresh(ada)
        assert confirm(ada, password=PASSWORD) == (204, None)
        assert confirm(ada, method="password", password="wrong") == (403, "wrong_password")
