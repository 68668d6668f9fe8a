"""Where no mail can be sent, the pages offer nothing that needs one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

pytestmark = pytest.mark.needs("email_change", "email_verification", "invitations", "magic_link", "notices")
OFFERED = {
    "/sign-in": {"ask-for-link"},
    "/account": {"address", "verification", "notices"},
    "/admin": {"invitations"},
}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("url", ["", "memory:"])
def test_what_needs_mail_is_offered_where_there_is_mail(make_app: Callable[..., Flask], url: str) -> None:
    app = make_app(environment="production", public_url="https://example.com", variables={"MAIL_URL": url})
    for path, ids in OFFERED.items():
        page = app.test_client().get(path, base_url="https://example.com").text
        assert ids & set(re.findall(r' id="([\w-]+)"', page)) == (ids if url else set())
