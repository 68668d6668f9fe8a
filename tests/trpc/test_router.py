"""Routers: names, nesting, and closed by default."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema, fields
from marshmallow.exceptions import RegistryError

from app import create_app, trpc
from app import guards as words_of_views
from app.accounts import ROLES
from app.trpc import (
    Context,
    Router,
    fresh_required,
    login_required,
    permission_required,
    public,
    role_required,
)
from app.trpc.mounted import mounted_of
from tests.databases import SETTINGS
from tests.trpc.client import data, error, rpc_of
from tests.trpc.guarded import GUARDS
from tests.upstream import WITH_PROCEDURES, is_our_procedure


@pytest.fixture(scope="module")
def app(offline: Callable[[Router], Flask]) -> Flask:
    return offline(Router())


def nothing(_ctx: Context) -> None:
    """Does nothing."""


@pytest.fixture(autouse=True)
def unseen() -> None:
    """In each test no guard has seen the function before."""
    nothing.__dict__.clear()


def one(path: str, function: Any = nothing) -> Router:
    router = Router()
    router.query(path)(function)
    return router


def why_not(app: Flask, router: Router) -> str:
    with pytest.raises(RuntimeError) as refused:
        trpc.add(app, router)
    return str(refused.value)


def test_a_procedure_without_a_guard_does_not_start_and_is_named(app: Flask) -> None:
    router = one("post.byId")
    router.mutation("post.create")(nothing)
    assert why_not(app, router).splitlines() == [
        "post.byId: no guard. Add one, or @public to open it to anyone.",
        "post.create: no guard. Add one, or @public to open it to anyone.",
    ]
    assert rpc_of(app).query("post.byId").status_code == 404


def test_a_guard_above_the_procedure_guards_nothing_and_is_refused(app: Flask) -> None:
    router = Router()
    login_required(router.query("secret")(nothing))
    assert why_not(app, router) == (
        "secret: the guard stands above the procedure's name, where it guards nothing. Move it below."
    )


def test_a_guard_above_the_procedure_is_refused_also_where_another_stands_below(app: Flask) -> None:
    router = Router()
    login_required(router.query("half")(login_required(nothing)))
    assert why_not(app, router) == (
        "half: the guard stands above the procedure's name, where it guards nothing. Move it below."
    )


def test_a_guard_below_another_decorator_is_refused(app: Flask) -> None:
    def shout(function: Callable[[Context], None]) -> Callable[[Context], None]:
        def shouting(ctx: Context) -> None:
            function(ctx)

        shouting.__dict__.update(function.__dict__)
        return shouting

    refusal = why_not(app, one("secret", shout(login_required(nothing))))
    assert refusal == "secret: the guard must stand directly under the procedure's name, above the rest."


def test_an_async_procedure_is_refused(app: Flask) -> None:
    async def later(_ctx: Context) -> None: ...

    assert "async" in why_not(app, one("later", public(later)))


@pytest.mark.parametrize(
    ("guard", "told"),
    [
        (
            role_required("amdin"),
            f'Unknown role "amdin". Registered: {", ".join(sorted(ROLES))}. Did you mean "admin"?',
        ),
        (permission_required("users:raed"), 'Did you mean "users:read"?'),
        (login_required(via=["jtw"]), 'Unknown authentication strategy "jtw".'),
    ],
)
def test_a_name_that_nobody_knows_is_refused_with_what_may_have_been_meant(app: Flask, guard: Any, told: str) -> None:
    refusal = why_not(app, one("secret", guard(nothing)))
    assert refusal.startswith("secret: ")
    assert told in refusal


@pytest.mark.needs(*WITH_PROCEDURES)
def test_every_procedure_of_the_app_is_guarded_as_its_module_says() -> None:
    procedures = mounted_of(create_app(SETTINGS)).procedures
    ours = {path: each for path, each in procedures.items() if is_our_procedure(each.function)}
    assert {path: [str(guard) for guard in each.guards] for path, each in ours.items()} == GUARDS


def test_the_command_line_lists_them(app: Flask) -> None:
    trpc.add(app, one("listed", public(nothing)))
    printed = app.test_cli_runner().invoke(args=["trpc", "procedures"]).output
    assert "query     listed                           public" in printed


def test_the_words_of_views_guard_procedures_as_well() -> None:
    assert words_of_views.login_required is login_required
    assert words_of_views.role_required is role_required
    assert words_of_views.fresh_required is fresh_required


def test_a_guarded_procedure_is_still_the_plain_function(app: Flask) -> None:
    router = Router()

    @router.query("sum", input=list[int], output=int)
    @public
    def add(_ctx: Context, input: list[int]) -> int:
        return sum(input)

    trpc.add(app, router)
    context: Any = None
    assert add(context, [1, 2]) == 3
    assert data(rpc_of(app).query("sum", [1, 2])) == 3


def test_routers_nest(app: Flask) -> None:
    inner, middle, outer = one("leaf", public(nothing)), one("other", public(nothing)), Router()
    middle.nest("inner", inner)
    outer.nest("outer", middle)
    inner.query("late")(public(nothing))
    assert list(outer.procedures()) == ["outer.other", "outer.inner.leaf", "outer.inner.late"]
    trpc.add(app, outer)
    assert rpc_of(app).query("outer.inner.leaf").text == '{"result":{}}'


@pytest.mark.parametrize(
    "path", ["", ".", "a.", ".a", "a..b", "a,b", "a b", "a/b", "1a", "ä", "then", "a.call", "a.b.apply"]
)
def test_a_path_that_typescript_could_not_write_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="is no path of a procedure"):
        one(path, public(nothing)).procedures()


@pytest.mark.parametrize(("first", "second"), [("a", "a"), ("a", "a.b"), ("a.b", "a"), ("a.b.c", "a.b")])
def test_a_path_has_one_meaning(app: Flask, first: str, second: str) -> None:
    router = one(f"x.{first}", public(nothing))
    router.nest("x", one(second, public(nothing)))
    with pytest.raises(ValueError, match=r"two procedures|cannot be a router"):
        trpc.add(app, router)


def test_a_second_router_cannot_take_the_first_one_s_names(app: Flask) -> None:
    trpc.add(app, one("taken", public(nothing)))
    assert "taken: there is another procedure of this name." in why_not(app, one("taken", public(nothing)))


@pytest.mark.parametrize("shape", [5, "PostRef", object, int | str, dict[int, str], set[int], complex])
def test_what_is_no_shape_is_refused_where_it_stands(shape: Any) -> None:
    with pytest.raises(TypeError):
        Router().query("x", input=shape)


class Typo(Schema):
    class Meta:
        fields = ("nope",)


@pytest.mark.parametrize(("shape", "error"), [(fields.Nested("NoSuchSchema"), RegistryError), (list[Typo], KeyError)])
def test_a_schema_that_cannot_be_made_is_refused_where_it_stands(shape: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        Router().query("x", output=shape)


class Promise(Schema):
    title = fields.String(required=True)
    note = fields.String()
    rows = fields.List(fields.Nested(Schema.from_dict({"id": fields.Integer(required=True)})))


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({}, "output.title is missing"),
        ({"title": None}, "output.title is None"),
        ({"title": "x", "note": None}, "output.note is None"),
        ({"title": "x", "rows": [{"id": 1}, {}]}, "output.rows[1].id is missing"),
        (None, "output is None"),
    ],
)
def test_an_answer_that_breaks_its_promise_is_an_error_of_ours(
    offline: Callable[[Router], Flask], caplog: pytest.LogCaptureFixture, broken: Any, told: str
) -> None:
    router = Router()
    router.query("promise", output=Promise)(public(lambda _ctx: broken))
    refused = rpc_of(offline(router)).query("promise")
    assert (refused.status_code, error(refused)["data"]["reason"]) == (500, "internal_error")
    assert told in caplog.text


def test_an_answer_that_nobody_promised_is_an_error_of_ours(offline: Callable[[Router], Flask]) -> None:
    assert rpc_of(offline(one("x", public(lambda _ctx: 5)))).query("x").status_code == 500


def test_an_answer_shows_nothing_that_its_shape_does_not_list(offline: Callable[[Router], Flask]) -> None:
    router = Router()
    router.query("x", output=Promise)(public(lambda _ctx: {"title": "x", "password": "secret"}))
    assert data(rpc_of(offline(router)).query("x")) == {"title": "x"}


def test_stacked_guards_all_count(offline: Callable[[Router], Flask]) -> None:
    app = offline(one("x", login_required(fresh_required(role_required("admin")(nothing)))))
    assert [str(guard) for guard in mounted_of(app).procedures["x"].guards] == [
        "jwt",
        "jwt fresh: yes",
        "jwt role: admin",
    ]
    assert rpc_of(app).query("x").status_code == 401
