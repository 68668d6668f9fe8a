"""The answers captured from the real server, byte for byte; what we add to an error's ``data`` is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.client import Person
from tests.trpc import reference
from tests.trpc.client import Rpc, captured, error


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """None of this asks the database more than who calls."""
    return str(request.param)


@pytest.fixture
def rpc(serving: Callable[..., Rpc]) -> Rpc:
    return serving(reference.rpc)


@pytest.fixture
def k(rpc: Rpc, ada: Person) -> Rpc:
    """With the cookies of a plain user."""
    rpc.sign_in(ada.email)
    return rpc


def unauthorized(path: str) -> str:
    data = f'{{"code":"UNAUTHORIZED","httpStatus":401,"path":"{path}"}}'
    return f'{{"error":{{"message":"UNAUTHORIZED","code":-32001,"data":{data}}}}}'


def forbidden(path: str) -> str:
    data = f'{{"code":"FORBIDDEN","httpStatus":403,"path":"{path}"}}'
    return f'{{"error":{{"message":"CSRF token missing or incorrect","code":-32003,"data":{data}}}}}'


@pytest.mark.parametrize(
    ("url", "status", "body"),
    [
        ("/trpc/whoami", 200, '{"result":{"data":null}}'),
        ("/trpc/nothing", 200, '{"result":{}}'),
        ("/trpc/post.byId?input=%7B%22id%22%3A1%7D", 200, '{"result":{"data":{"id":1,"title":"Hello"}}}'),
        ("/trpc/secret", 401, unauthorized("secret")),
        (
            "/trpc/no.such",
            404,
            '{"error":{"message":"No procedure found on path \\"no.such\\"","code":-32004,'
            '"data":{"code":"NOT_FOUND","httpStatus":404,"path":"no.such"}}}',
        ),
        ("/trpc/whoami?batch=1&input=%7B%7D", 200, '[{"result":{"data":null}}]'),
        (
            "/trpc/whoami,post.byId?batch=1&input=%7B%221%22%3A%7B%22id%22%3A2%7D%7D",
            200,
            '[{"result":{"data":null}},{"result":{"data":{"id":2,"title":"Hello"}}}]',
        ),
        (
            "/trpc/whoami,secret?batch=1&input=%7B%7D",
            207,
            f'[{{"result":{{"data":null}}}},{unauthorized("secret")}]',
        ),
        (
            "/trpc/secret,admin.users?batch=1&input=%7B%7D",
            401,
            f"[{unauthorized('secret')},{unauthorized('admin.users')}]",
        ),
        (
            "/trpc/post.byId?batch=1&input=%5B%7B%22id%22%3A1%7D%5D",
            400,
            '[{"error":{"message":"\\"input\\" needs to be an object when doing a batch call","code":-32600,'
            '"data":{"code":"BAD_REQUEST","httpStatus":400,"path":"post.byId"}}}]',
        ),
        (
            "/trpc/whoami,logout?batch=1",
            400,
            '{"error":{"message":"Cannot mix procedure types in call: query, mutation","code":-32600,'
            '"data":{"code":"BAD_REQUEST","httpStatus":400}}}',
        ),
    ],
)
def test_a_query_of_nobody(rpc: Rpc, url: str, status: int, body: str) -> None:
    assert captured(rpc.get(url)) == (status, body)


def test_a_query_with_cookies(k: Rpc, ada: Person) -> None:
    me = f'{{"id":"{ada.id}","email":"{ada.email}","role":"user"}}'
    assert captured(k.query("whoami")) == (200, f'{{"result":{{"data":{me}}}}}')
    assert captured(k.query("admin.users")) == (
        403,
        '{"error":{"message":"The caller\'s role is none of those that may do this.","code":-32003,'
        '"data":{"code":"FORBIDDEN","httpStatus":403,"path":"admin.users"}}}',
    )


def test_a_mutation_with_cookies_and_the_csrf_header(k: Rpc) -> None:
    created = '{"result":{"data":{"id":7,"title":"Hi","author":"1"}}}'
    assert captured(k.mutate("post.create", {"title": "Hi"})) == (200, created)
    assert captured(k.mutations("post.create,logout", {"0": {"title": "A"}})) == (
        200,
        '[{"result":{"data":{"id":7,"title":"A","author":"1"}}},{"result":{"data":{"ok":true}}}]',
    )


def test_a_mutation_with_cookies_and_without_the_csrf_header(k: Rpc) -> None:
    k.csrf = False
    alone = k.mutate("post.create", {"title": "Hi"})
    assert captured(alone) == (403, forbidden("post.create"))
    assert error(alone)["data"]["reason"] == "csrf"
    both = k.mutations("post.create,logout", {"0": {"title": "A"}})
    assert captured(both) == (403, f"[{forbidden('post.create')},{forbidden('logout')}]")


def test_a_mutation_with_an_empty_body(rpc: Rpc) -> None:
    assert captured(rpc.mutate("logout")) == (200, '{"result":{"data":{"ok":true}}}')


def test_a_query_that_is_sent_as_a_mutation(rpc: Rpc) -> None:
    refused = rpc.mutate("whoami")
    assert refused.headers["Allow"] == "GET"
    assert captured(refused) == (
        405,
        '{"error":{"message":"Unsupported POST-request to query procedure at path \\"whoami\\"","code":-32005,'
        '"data":{"code":"METHOD_NOT_SUPPORTED","httpStatus":405,"path":"whoami"}}}',
    )


def test_a_method_override_is_refused_call_by_call(rpc: Rpc) -> None:
    refused = rpc.mutations("post.byId,whoami", {"0": {"id": 1}})
    assert refused.status_code == 405
    assert refused.text.count("METHOD_NOT_SUPPORTED") == 2


def test_a_body_that_is_no_json(rpc: Rpc) -> None:
    # Without its closing quotation mark, as it was captured.
    assert captured(rpc.post("/trpc/logout", data="x", content_type="text/plain")) == (
        415,
        '{"error":{"message":"Unsupported content-type \\"text/plain","code":-32015,'
        '"data":{"code":"UNSUPPORTED_MEDIA_TYPE","httpStatus":415}}}',
    )


def test_an_input_of_the_wrong_type_names_the_field(rpc: Rpc) -> None:
    refused = rpc.get("/trpc/post.byId?input=%7B%22id%22%3A%22x%22%7D")
    found = error(refused)
    assert (refused.status_code, found["code"], found["data"]["code"]) == (400, -32600, "BAD_REQUEST")
    assert (found["data"]["httpStatus"], found["data"]["path"]) == (400, "post.byId")
    assert found["data"]["fields"] == {"id": ["Not a valid integer."]}


def test_a_procedure_that_raised_tells_nothing(rpc: Rpc, caplog: pytest.LogCaptureFixture) -> None:
    assert captured(rpc.query("boom")) == (
        500,
        '{"error":{"message":"Internal server error","code":-32603,'
        '"data":{"code":"INTERNAL_SERVER_ERROR","httpStatus":500,"path":"boom"}}}',
    )
    assert "db down" in caplog.text


@pytest.mark.parametrize("header", [{"trpc-accept": "application/jsonl"}, {"Accept": "a/b, application/jsonl"}])
def test_a_stream_is_answered_in_one_line(rpc: Rpc, header: dict[str, Any]) -> None:
    streamed = rpc.queries("whoami,secret", headers=header)
    line = f'{{"0":[[{{"result":{{"data":null}}}}]],"1":[[{unauthorized("secret")}]]}}\n'
    assert captured(streamed) == (200, line)


def test_a_stream_has_to_be_a_batch(rpc: Rpc) -> None:
    assert captured(rpc.query("whoami", headers={"trpc-accept": "application/jsonl"})) == (
        400,
        '{"error":{"message":"Streaming requests must be batched (you can do a batch of 1)","code":-32600,'
        '"data":{"code":"BAD_REQUEST","httpStatus":400}}}',
    )
