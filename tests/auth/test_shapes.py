"""A shape is said once, in its schema. What answers without marshmallow, for speed, answers what the schema would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import marshmallow as ma
import pytest
from flask import Flask
from marshmallow import fields

from app import accounts, sessions
from app.accounts.current import CurrentUser, from_claims
from app.accounts.schemas import UserSchema, show_user
from app.auth.schemas import DeviceSchema, OwnSessionSchema, show_device, show_session
from app.core.http import Moment
from app.sessions.tokens import decode_access
from tests.client import Person


@pytest.fixture
def caller(ada: Person, context: Flask) -> CurrentUser:
    accounts.rename(ada.email, "Ada Ünï 🎈")
    return from_claims(decode_access(ada.browser.access_token))


@pytest.mark.parametrize(
    ("show", "schema", "of"),
    [
        (show_user, UserSchema, lambda caller: caller),
        (show_user, UserSchema, lambda caller: caller.record()),
        (show_session, OwnSessionSchema, CurrentUser.own_session),
    ],
    ids=("the caller", "a user", "the caller's session"),
)
def test_what_is_shown_by_hand_is_what_its_schema_dumps(
    caller: CurrentUser,
    show: Callable[[Any], dict[str, Any]],
    schema: type[ma.Schema],
    of: Callable[[CurrentUser], Any],
) -> None:
    shown = show(of(caller))
    assert list(shown.items()) == list(schema().dump(of(caller)).items())
    assert list(shown) == list(schema().fields)


def test_a_device_is_a_session_and_whether_it_is_this_one(caller: CurrentUser) -> None:
    ((session,), _) = sessions.list_active(caller.id)
    shown = show_device(session, current=True)
    assert list(shown) == list(DeviceSchema().fields)
    own = show_session(caller.own_session())
    assert shown == {name: own.get(name, value) for name, value in shown.items()}
    assert set(own) - set(shown) == {"methods", "assured_at"}


def every_schema(of: type[ma.Schema] = ma.Schema) -> Iterator[type[ma.Schema]]:
    for kind in of.__subclasses__():
        yield kind
        yield from every_schema(kind)


@pytest.mark.usefixtures("app")
def test_every_time_that_goes_out_is_written_as_javascript_writes_it() -> None:
    """Procedures may take times in dataclasses, whose schemas app/trpc makes; it writes theirs so itself."""
    ours = [kind for kind in every_schema() if kind.__module__.startswith("app.") and ".trpc." not in kind.__module__]
    times = {
        f"{kind.__name__}.{name}": field
        for kind in ours
        for name, field in kind().fields.items()
        if isinstance(field, fields.DateTime) and not isinstance(field, fields.AwareDateTime)  # that one comes in
    }
    assert len(times) > 10
    assert [name for name, field in times.items() if not isinstance(field, Moment)] == []
