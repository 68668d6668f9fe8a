"""The kit on what a step of a sign-in is taken by: a code of an app, of a list, of a mail."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask

from app import one_time
from app.accounts.mailed_codes import MailedCodes
from app.core import clock
from app.core.database import execute_write, insert_of
from app.core.mail import Promised
from app.features.email_code import service as email_code
from app.features.email_code.models import EmailCode
from app.features.recovery_codes import service as recovery_codes
from app.features.totp import service as totp
from app.features.totp.codes import Secret
from app.features.totp.models import SECRET, Totp
from app.features.unknown_device import service as unknown_device
from tests.features.totp.apps import Authenticator
from tests.passport.conformance.waiting import StepConformance, Waiting, verify


def app_of(user_id: uuid.UUID, _token: str) -> str:
    secret = Secret.new()
    row = {
        "user_id": user_id,
        "secret": SECRET.seal(user_id, secret.raw),
        "confirmed_at": clock.now(),
        "last_counter": 0,
    }
    execute_write(insert_of(Totp).values(row))
    return Authenticator(secret.text).at()


def list_of(user_id: uuid.UUID, _token: str) -> str:
    app_of(user_id, _token)
    return recovery_codes.renew(user_id)[0]


def mailed(codes: MailedCodes, user_id: uuid.UUID, token: str) -> str:
    promised = Promised(
        user_id=user_id, address=None, language=None, payload={"handle": one_time.handle_of(codes.name, token)}
    )
    mail = codes.kind().compose(promised)
    assert mail is not None
    return str(mail.facts["code"])


def by_mail(user_id: uuid.UUID, token: str) -> str:
    verify(user_id)
    execute_write(insert_of(EmailCode).values(user_id=user_id, since=clock.now()))
    return mailed(email_code.CODES, user_id, token)


def to_new_device(user_id: uuid.UUID, token: str) -> str:
    verify(user_id)
    return mailed(unknown_device.CODES, user_id, token)


@pytest.mark.needs("totp")
class TestTotp(StepConformance):
    @pytest.fixture
    def waiting(self, app: Flask) -> Waiting:
        return Waiting(app, totp.SHOWN, app_of)


@pytest.mark.needs("recovery_codes", "totp")
class TestRecoveryCode(StepConformance):
    @pytest.fixture
    def waiting(self, app: Flask) -> Waiting:
        return Waiting(app, recovery_codes.SHOWN, list_of)


@pytest.mark.needs("email_code")
class TestEmailCode(StepConformance):
    @pytest.fixture
    def waiting(self, app: Flask) -> Waiting:
        return Waiting(app, email_code.SHOWN, by_mail)


@pytest.mark.needs("unknown_device")
class TestUnknownDevice(StepConformance):
    @pytest.fixture
    def waiting(self, app: Flask) -> Waiting:
        return Waiting(app, unknown_device.SHOWN, to_new_device)
