"""The types for the front end: as the procedures are now, and as TypeScript understands them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from marshmallow import Schema, fields

from app import EVERY_FEATURE, create_app, trpc
from app.auth.schemas import OwnSessionSchema
from app.core.refusals import refusals_of
from app.sessions.tokens import AccessTokenPayload
from app.trpc import Router, public
from app.trpc.types import typescript
from tests.databases import SETTINGS
from tests.trpc import echoes
from tests.trpc.conftest import STATIC, Compiled

COMMITTED = STATIC / "app-router.d.ts"


def generated(app: Flask) -> str:
    result = app.test_cli_runner().invoke(args=["trpc", "types"])
    assert result.exit_code == 0, result.output
    return result.output


def interface(text: str, name: str) -> dict[str, str]:
    """The members of an interface, with their types."""
    [body] = re.findall(rf"^export interface {name} {{\n(.*?)^}}", text, re.MULTILINE | re.DOTALL)
    return dict(re.findall(r"^  (\w+\??): (.*);$", body, re.MULTILINE))


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """None of this depends on the database."""
    return str(request.param)


def test_the_committed_types_are_those_of_every_procedure() -> None:
    whole = create_app(SETTINGS, EVERY_FEATURE)  # also where tests.without makes the other apps
    assert COMMITTED.read_text(encoding="utf-8") == generated(whole), "run: .venv/bin/flask types"


def test_a_file_is_written_whole_or_stays_as_it_is(offline: Callable[[Router], Flask], tmp_path: Path) -> None:
    path = tmp_path / "app-router.d.ts"
    app = offline(Router())
    command = ["trpc", "types", "--output", str(path)]
    assert app.test_cli_runner().invoke(args=command).output == ""
    assert path.read_text(encoding="utf-8") == generated(app)
    before = path.read_bytes()
    router = Router()
    router.query("a", input=Schema.from_dict({"x": fields.String(load_only=True)}, name="Login"))(
        public(lambda _ctx, _input: None)
    )
    assert offline(router).test_cli_runner().invoke(args=command).exit_code == 1
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_is_named(app: Flask, tmp_path: Path) -> None:
    refused = app.test_cli_runner().invoke(args=["trpc", "types", "-o", str(tmp_path / "none" / "types.d.ts")])
    assert refused.exit_code == 1
    assert f"{tmp_path / 'none' / 'types.d.ts'}" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_they_are_served_to_front_ends(app: Flask) -> None:
    with app.test_client().get("/static/app-router.d.ts") as response:
        assert response.get_data(as_text=True) == COMMITTED.read_text(encoding="utf-8")


def test_a_session_is_what_rest_says_it_is(app: Flask) -> None:
    assert set(interface(generated(app), "Session")) == set(OwnSessionSchema().fields)


def test_every_error_code_and_every_claim_is_there(app: Flask) -> None:
    text = generated(app)
    [codes] = re.findall(r"^export type ErrorCode =\n(.*?);$", text, re.MULTILINE | re.DOTALL)
    assert re.findall(r'\| "(\w+)"', codes) == list(refusals_of(app))
    assert {name.rstrip("?") for name in interface(text, "AccessTokenPayload")} == set(
        AccessTokenPayload.__annotations__
    )


def test_every_kind_of_field_has_its_type(offline: Callable[[Router], Flask]) -> None:
    text = generated(offline(echoes.router))
    assert interface(text, "Everything") == {
        "text": "string",
        "line": "string",
        "short": "string",
        "flag": "boolean",
        "count": "number",
        "ratio": "number",
        "id": "string",
        "at": "string",
        "day": "string",
        "price": "string",
        "kind": '"a" | "b"',
        "maybe": "string | null",
        "many": "number[]",
        "by_name": "Record<string, number>",
        "anything": "unknown",
        "inner": "Inner",
        "given?": "string",
        "made?": "string[]",
    }
    assert interface(text, "Plain") == {"at": "string", "nickName?": "string"}
    assert "many: Query<Inner[], Inner[] | null>;" in text
    assert "noInput: Query<void, boolean>;" in text
    assert "send: Mutation<unknown, unknown>;" in text


def test_two_shapes_of_one_name_are_refused(offline: Callable[[Router], Flask]) -> None:
    router = Router()
    for path, kind in (("a", fields.String()), ("b", fields.Integer())):
        router.query(path, output=Schema.from_dict({"x": kind}, name="Thing"))(public(lambda _ctx: None))
    app = offline(Router())
    trpc.add(app, router)
    with pytest.raises(TypeError, match="both be the interface Thing"):
        typescript(router.procedures(), {})


def test_a_field_that_goes_one_way_only_is_refused() -> None:
    router = Router()
    shape = Schema.from_dict({"password": fields.String(load_only=True)}, name="Login")
    router.query("a", input=shape)(public(lambda _ctx, _input: None))
    with pytest.raises(TypeError, match="go one way only"):
        typescript(router.procedures(), {})


def test_typescript_accepts_what_is_right_and_refuses_what_is_wrong(compiled: Compiled) -> None:
    assert compiled.about("types.ts") == []


@pytest.mark.parametrize("file", ["trpc.ts", "app-router.d.ts", "everything.d.ts", ""])
def test_what_is_generated_and_documented_compiles(compiled: Compiled, file: str) -> None:
    assert compiled.about(file) == []
