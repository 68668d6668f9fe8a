"""What the demo is filled with: a company that one believes in, and nobody's address."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session as Rows

from app.accounts.models import Identity, User
from app.core.mail import Queued, copies_of, folders
from app.extensions import db
from app.features.api_keys.models import ApiKey
from app.features.audit.models import AuditRow
from app.features.audit.verifying import verify
from app.features.invitations.service import list_invitations
from app.features.passkeys.models import Passkey
from app.features.posts.models import Post
from app.features.totp.models import Totp
from app.sessions import Session, list_active
from app.sessions.devices import device_name
from demo.chapters import BANNED, DISABLED, INVITED
from demo.company import EXAMPLE
from demo.past import clock_set_to
from demo.screenshots import NOW, Scene

EXAMPLES = re.compile(r"@example\.(com|net|org)\Z")
"""RFC 2606."""


@pytest.fixture
def rows(demo: Scene) -> Iterator[Rows]:
    """What is there, at the moment at which the story ends."""
    with demo.stage.app.app_context(), clock_set_to(NOW):
        yield db.session()


def test_there_are_two_hundred_people_with_roles_and_names_of_many_scripts(rows: Rows) -> None:
    people = rows.scalars(sa.select(User)).all()

    assert len(people) == 200
    assert Counter(person.role for person in people) == {"user": 183, "staff": 14, "admin": 3}
    assert len({person.name for person in people}) == 200
    assert sum(not (person.name or "").isascii() for person in people) > 100


def test_nobody_is_somewhere_a_mail_could_go(rows: Rows) -> None:
    addresses = [
        *rows.scalars(sa.select(User.email)),
        *rows.scalars(sa.select(Identity.email)),
        *(each.email for each in list_invitations(limit=100)[0]),
    ]

    assert [address for address in addresses if not EXAMPLES.search(address or "")] == []


def test_what_happened_is_spread_over_half_a_year_and_none_of_it_is_to_come(rows: Rows) -> None:
    columns = (
        User.created_at,
        User.last_sign_in_at,
        Session.created_at,
        Session.last_seen_at,
        Post.created_at,
        AuditRow.at,
    )
    for column in columns:
        times = sorted(each for each in rows.scalars(sa.select(column)) if each is not None)
        first, last = times[0], times[-1]
        assert first > NOW - dt.timedelta(days=177), column
        assert NOW - dt.timedelta(days=20) < last <= NOW, column
        assert last - first > dt.timedelta(days=100), column


def test_people_have_devices_and_one_has_many(rows: Rows, demo: Scene) -> None:
    names = {str(device_name(agent)) for agent in rows.scalars(sa.select(Session.user_agent).distinct())}
    devices, _ = list_active(demo.stage.ids[EXAMPLE])

    assert len(names) > 10
    assert len(devices) >= 4
    assert rows.scalar(sa.select(sa.func.count()).select_from(Session)) in range(450, 620)


def test_some_are_kept_out_and_say_why(rows: Rows) -> None:
    kept_out = {person.email: person.status for person in rows.scalars(sa.select(User)) if person.status != "active"}

    assert kept_out == {**{email: "banned" for email, _, _ in BANNED}, **dict.fromkeys(DISABLED, "disabled")}


def test_there_are_keys_factors_posts_and_identities_at_two_providers(rows: Rows) -> None:
    tables = ApiKey, Totp, Passkey, Post
    counts = {table: rows.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables}

    assert counts == {ApiKey: 10, Totp: 12, Passkey: 7, Post: 43}
    assert set(rows.scalars(sa.select(Identity.provider))) == {"oidc-acme", "oidc-globex"}


def test_invitations_are_open_accepted_expired_and_taken_back(rows: Rows) -> None:
    found = {status: len(list_invitations(status=status)[0]) for status in ("open", "accepted", "expired", "revoked")}

    assert found["accepted"] > 10
    assert (found["open"], found["expired"], found["revoked"]) == (len(INVITED), 2, 1)


def test_the_trail_tells_who_did_it_and_nobody_has_changed_it(rows: Rows) -> None:
    events = Counter(rows.scalars(sa.select(AuditRow.kind)))

    assert events["sign_in_accepted"] > 300
    assert {"registered", "role_changed", "user_banned", "sign_in_refused", "password_changed"} <= events.keys()
    assert list(verify().problems) == []


def test_mails_of_the_last_days_can_be_read_and_older_ones_do_not_wait(rows: Rows, demo: Scene) -> None:
    folder = copies_of(demo.stage.app)
    assert folder is not None
    subjects = [str(found["Subject"]) for name in folders.names(folder) if (found := folders.read(folder, name))]

    assert any("invit" in subject for subject in subjects)
    assert len(subjects) >= 10
    assert rows.scalar(sa.select(sa.func.count()).where(Queued.outcome.is_(None), Queued.due_at <= NOW)) == 0
