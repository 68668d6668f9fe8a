"""The calls of a batch: what each writes stands or falls alone, and no failure reaches its neighbours."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import accounts
from app.accounts import User
from app.core.database import transaction
from app.extensions import db
from app.features.posts import service as posts
from app.features.posts.models import Post
from app.features.posts.service import ACCOUNT_GONE
from app.trpc import Context, Router, login_required
from tests.client import Person
from tests.trpc.client import Rpc, data, outcomes

router = Router()


@router.mutation("viaService", input=dict[str, str], output=str)
@login_required
def via_service(ctx: Context, input: dict[str, str]) -> str:
    return posts.create(ctx.caller, input["title"], "").title


@router.mutation("viaSession", input=dict[str, str], output=uuid.UUID)
@login_required
def via_session(ctx: Context, input: dict[str, str]) -> uuid.UUID:
    post = Post(owner_id=ctx.caller.id, title=input["title"], body="")
    ctx.db.add(post)
    ctx.db.flush()
    return post.id


@dataclass
class Made:
    id: uuid.UUID
    is_draft: bool


@router.mutation("lazily", input=dict[str, str], output=Made)
@login_required
def lazily(ctx: Context, input: dict[str, str]) -> Post:
    """Leaves it to the database, and to us, to make a row of it."""
    post = Post(owner_id=ctx.caller.id, title=input["title"], body="")
    ctx.db.add(post)
    return post


@router.mutation("fails", input=dict[str, str])
@login_required
def fails(ctx: Context, input: dict[str, str]) -> None:
    """Writes, and thinks better of it."""
    ctx.db.add(Post(owner_id=ctx.caller.id, title=input["title"], body=""))
    ctx.db.flush()
    raise ACCOUNT_GONE


@router.mutation("failsInSql", input=dict[str, str])
@login_required
def fails_in_sql(ctx: Context, input: dict[str, str]) -> None:
    ctx.db.add(Post(owner_id=ctx.caller.id, title=input["title"], body=""))
    ctx.db.flush()
    ctx.db.execute(sa.text("SELECT nonsense"))


@router.mutation("failsAtTheEnd", input=dict[str, str])
@login_required
def fails_at_the_end(ctx: Context, input: dict[str, str]) -> None:
    """The database finds the mistake only when it is told."""
    ctx.db.add(Post(owner_id=uuid.uuid4(), title=input["title"], body=""))


@router.mutation("failsInItsAnswer", input=dict[str, str], output=list[str])
@login_required
def fails_in_its_answer(ctx: Context, input: dict[str, str]) -> Any:
    ctx.db.add(Post(owner_id=ctx.caller.id, title=input["title"], body=""))
    return [float("nan"), None]


@router.mutation("losesItsConnection", input=dict[str, str])
@login_required
def loses_its_connection(ctx: Context, input: dict[str, str]) -> None:
    ctx.db.add(Post(owner_id=ctx.caller.id, title=input["title"], body=""))
    ctx.db.flush()
    ctx.db.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))


@router.mutation("both", input=dict[str, str])
@login_required
def both(ctx: Context, input: dict[str, str]) -> None:
    """Two commands as one, as a service would do it."""
    with transaction():
        posts.create(ctx.caller, input["title"], "first")
        posts.create(ctx.caller, input["title"], "second")
        if "fail" in input:
            raise ValueError("neither")


@router.mutation("rename", input=dict[str, str])
@login_required
def rename(ctx: Context, input: dict[str, str]) -> None:
    accounts.rename(ctx.caller.id, input["title"])


@router.mutation("readName", output=str | None)
@login_required
def read_name(ctx: Context) -> str | None:
    return ctx.caller.record().name


@router.query("writes")
@login_required
def writes(ctx: Context) -> None:
    """A query that changes something, as none should."""
    ctx.db.add(Post(owner_id=ctx.caller.id, title="by a query", body=""))
    ctx.db.add(Post(owner_id=uuid.uuid4(), title="and a bad one", body=""))


@router.query("breaks")
@login_required
def breaks(ctx: Context) -> None:
    ctx.db.execute(sa.text("SELECT nonsense"))


@router.query("titles", output=list[str])
@login_required
def titles(ctx: Context) -> list[str]:
    return list(ctx.db.scalars(sa.select(Post.title).order_by(Post.id)))


@pytest.fixture
def rpc(serving: Callable[..., Rpc], ada: Person) -> Rpc:
    client = serving(router)
    client.sign_in(ada.email)
    return client


def stored(rpc: Rpc) -> list[str]:
    return list(data(rpc.query("titles")))


def inputs(*titles: str) -> dict[str, Any]:
    return {str(index): {"title": title} for index, title in enumerate(titles)}


@pytest.mark.parametrize("good", ["viaService", "viaSession", "lazily"])
@pytest.mark.parametrize("bad", ["fails", "failsInSql", "failsAtTheEnd", "failsInItsAnswer"])
def test_a_call_that_fails_takes_nothing_with_it_and_leaves_nothing(rpc: Rpc, good: str, bad: str) -> None:
    answered = rpc.mutations(f"{good},{bad},{good}", inputs("one", "two", "three"))
    assert answered.status_code == 207
    assert [outcome == "ok" for outcome in outcomes(answered)] == [True, False, True]
    assert stored(rpc) == ["one", "three"]


@pytest.mark.parametrize("bad", ["fails", "failsInSql", "failsAtTheEnd", "failsInItsAnswer"])
def test_a_batch_that_begins_with_a_failure_goes_on(rpc: Rpc, bad: str) -> None:
    answered = rpc.mutations(f"{bad},{bad},viaService", inputs("one", "two", "three"))
    assert [outcome == "ok" for outcome in outcomes(answered)] == [False, False, True]
    assert stored(rpc) == ["three"]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_connection_that_breaks_in_one_call_is_another_one_in_the_next(rpc: Rpc) -> None:
    answered = rpc.mutations("viaService,losesItsConnection,viaSession", inputs("one", "two", "three"))
    assert outcomes(answered) == ["ok", "INTERNAL_SERVER_ERROR", "ok"]
    assert stored(rpc) == ["one", "three"]


def test_an_answer_shows_what_the_database_made_of_it(rpc: Rpc) -> None:
    shown = data(rpc.mutate("lazily", {"title": "one"}))
    assert uuid.UUID(shown["id"]).version == 7
    assert shown["is_draft"] is False


def test_two_commands_in_one_transaction_are_one(rpc: Rpc) -> None:
    answered = rpc.mutations("both,both", {"0": {"title": "a", "fail": "yes"}, "1": {"title": "b"}})
    assert outcomes(answered) == ["INTERNAL_SERVER_ERROR", "ok"]
    assert stored(rpc) == ["b", "b"]


def test_a_call_sees_what_the_call_before_it_committed(rpc: Rpc) -> None:
    answered = rpc.mutations("readName,rename,readName", {"1": {"title": "Ada"}})
    assert [entry["result"] for entry in answered.json or []] == [{"data": None}, {}, {"data": "Ada"}]


def test_a_query_changes_nothing_and_disturbs_nothing(rpc: Rpc) -> None:
    answered = rpc.queries("writes,titles,breaks,titles")
    assert outcomes(answered) == ["ok", "ok", "INTERNAL_SERVER_ERROR", "ok"]
    assert [entry["result"].get("data") for entry in answered.json or [] if "result" in entry] == [None, [], []]
    assert stored(rpc) == []


def test_no_session_outlives_its_request(rpc: Rpc, app: Flask) -> None:
    rpc.mutations("failsInSql,viaSession,failsAtTheEnd", inputs("one", "two", "three"))
    with app.app_context():
        assert not db.session.registry.has()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1


def test_fifty_failures_use_up_no_connection(rpc: Rpc) -> None:
    for _ in range(5):
        answered = rpc.mutations(",".join(["failsInSql"] * 10), inputs(*"abcdefghij"))
        assert answered.status_code == 500
    assert rpc.mutate("viaService", {"title": "still here"}).status_code == 200
