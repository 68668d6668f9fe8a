"""Beginning at the same time as something else that locks the same people, on connections of their own."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from app import accounts
from app.accounts import User, service
from app.accounts.current import from_claims
from app.features.impersonation import service as impersonation
from app.features.impersonation.events import ImpersonationBegan
from tests.client import Browser
from tests.features.impersonation.people import ADA, WHY, House

LONG_ENOUGH = 0.5
"""For the other one to come as far as it gets."""


def test_beginning_and_managing_do_not_stop_each_other(at: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command locks the admins, and then the person. Whoever had the person, and wanted the admin, was a deadlock."""
    has_admins, lock = threading.Event(), service.locked

    def slowly(who: accounts.service.Who) -> User:
        has_admins.set()
        threading.Event().wait(LONG_ENOUGH)
        return lock(who)

    monkeypatch.setattr(service, "locked", slowly)
    own = at.session_of(at.root.browser).id
    with at.app.app_context():
        root = from_claims({"sid": own, "sub": uuid.UUID(at.root.id)})

    def manage() -> None:
        with at.app.app_context():
            accounts.set_role(ADA, "user")

    with ThreadPoolExecutor(1) as pool:
        managing = pool.submit(manage)
        assert has_admins.wait(5)
        with at.app.app_context():  # no request, which would begin again after a deadlock
            began = impersonation.begin(root, uuid.UUID(at.ada.id), "this browser", "Ticket 4711")
        managing.result(5)
    assert began.user.email == ADA


def test_of_two_that_begin_at_once_one_goes_on(at: House) -> None:
    """Two tabs of one session, which sends the same cookies."""
    names, token = ("access_token_cookie", "csrf_access_token"), at.root.browser
    tabs = [Browser(at.app) for _ in range(2)]
    for tab in tabs:
        for name in names:
            tab.set_cookie(name, token.cookie(name) or "")
    start = threading.Barrier(2)

    def begin(tab: Browser) -> int:
        start.wait(5)
        return tab.post(f"/api/users/{at.ada.id}/impersonate", json=WHY).status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(begin, tabs)) == [200, 200]
    assert sorted(tab.get("/api/profile").status_code for tab in tabs) == [200, 401]
    assert len([event for event in at.heard if isinstance(event, ImpersonationBegan)]) == 2
