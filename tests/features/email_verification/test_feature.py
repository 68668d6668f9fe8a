"""What every feature promises; and that nobody starts without mail who lets nobody in without it."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
from flask import Flask

from app.features import email_verification
from config import ConfigError
from tests.client import Browser, browser_of
from tests.feature_kit import FeatureContract


class TestEmailVerification(FeatureContract):
    @pytest.fixture(scope="class")
    @classmethod
    def feature(cls) -> ModuleType:
        return email_verification


PRODUCTION = {
    "environment": "production",
    "public_url": "https://example.com",
    "trusted_hosts": ("example.com",),
}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_without_mail_nobody_is_required_to_verify(make_app: Callable[..., Flask]) -> None:
    with pytest.raises(ConfigError, match="REQUIRE_VERIFIED_EMAIL needs MAIL_URL"):
        make_app(variables={"MAIL_URL": "", "REQUIRE_VERIFIED_EMAIL": "true"}, **PRODUCTION)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_without_mail_registration_is_as_ever_and_another_mail_is_refused(make_app: Callable[..., Flask]) -> None:
    app = make_app(variables={"MAIL_URL": ""}, **PRODUCTION)
    browser = browser_of(app)
    where = {"base_url": "https://example.com", "headers": {"Origin": "https://example.com"}}
    fields = {"email": "ada@example.com", "password": "correct horse battery"}
    assert browser.post("/auth/register", json=fields, **where).status_code == 201
    answer = browser.post("/auth/resend-verification", json={"email": fields["email"]}, **where)
    assert (answer.status_code, (answer.json or {})["code"]) == (503, "mail_not_set_up")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_page_is_there_and_needs_nobody(browser: Browser, method: str) -> None:
    answer = browser.open("/verify?step=verify_email&token=x", method=method)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
