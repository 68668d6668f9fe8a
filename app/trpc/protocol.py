"""tRPC over HTTP: which requests are refused as a whole, and how the answers of the calls become one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask import Request, Response

from app.core.http import read_body
from app.trpc.calls import Answer, Call, Inputs
from app.trpc.context import Caller
from app.trpc.errors import RpcError
from app.trpc.router import Procedure

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
"""The latter three are refused here, in words that the client understands."""
ALLOWED = "GET, HEAD, OPTIONS, POST"
UNGUARDED = frozenset({"HEAD", "OPTIONS"})
"""What is answered with nothing, whoever asks: no procedure runs."""
JSON_LINES = "application/jsonl"
VARY = "trpc-accept, accept, cookie, authorization, origin"


def serve(
    request: Request, path: str, procedures: Mapping[str, Procedure], strategies: Iterable[str], batch_limit: int
) -> Response:
    """The answer to a request for ``path``, which names one procedure or, in a batch, several."""
    if request.method in UNGUARDED:
        return _nothing(request.method)
    try:
        batched = request.args.get("batch") == "1"
        streamed = _wants_lines(request)
        _check_content_type(request)
        calls = _calls(path, batched, procedures, batch_limit)
        _check_kinds(calls)
        _check_stream(request, streamed=streamed, batched=batched)
        inputs = Inputs(_raw_input(request), batched=batched)
    except RpcError as error:
        return as_one(Answer.refusing(error))
    caller = Caller.of(request, strategies)
    answers = [call.answer(request.method, caller, inputs) for call in calls]
    if streamed:
        return _as_lines(answers)
    return _as_array(answers) if batched else as_one(answers[0])


def _calls(path: str, batched: bool, procedures: Mapping[str, Procedure], batch_limit: int) -> list[Call]:
    paths = path.split(",") if batched else [path]
    # The one place that knows how many calls a request makes: a limit on calls would have to count them here.
    if len(paths) > batch_limit:
        raise RpcError("BAD_REQUEST", "Batch call exceeds maximum size")
    return [Call(index, each, procedures.get(each)) for index, each in enumerate(paths)]


def _check_content_type(request: Request) -> None:
    # Also for a form, which a page of another site could send: it is no input of any procedure here.
    if request.method == "GET" or request.mimetype == "application/json":
        return
    sent = request.headers.get("Content-Type")
    # Without its closing quotation mark, as the reference server says it.
    message = f'Unsupported content-type "{sent}' if sent else "Missing content-type header"
    raise RpcError("UNSUPPORTED_MEDIA_TYPE", message)


def _check_kinds(calls: Sequence[Call]) -> None:
    kinds = list(dict.fromkeys(call.procedure.kind for call in calls if call.procedure is not None))
    if len(kinds) > 1:
        raise RpcError("BAD_REQUEST", f"Cannot mix procedure types in call: {', '.join(kinds)}")


def _check_stream(request: Request, *, streamed: bool, batched: bool) -> None:
    if streamed and not batched:
        raise RpcError("BAD_REQUEST", "Streaming requests must be batched (you can do a batch of 1)")
    subscription = subscription_refusal(request)
    if subscription is not None:
        raise subscription


def subscription_refusal(request: Request) -> RpcError | None:
    """For server-sent events and for a WebSocket, which Flask would not route to a view."""
    if "text/event-stream" in _accepted(request) or request.headers.get("Upgrade", "").lower() == "websocket":
        message = "Subscriptions are not supported; use httpBatchLink for queries and mutations"
        return RpcError("METHOD_NOT_SUPPORTED", message, headers={"Allow": ALLOWED})
    return None


def _wants_lines(request: Request) -> bool:
    preferred = request.headers.get("trpc-accept")
    return preferred == JSON_LINES if preferred is not None else JSON_LINES in _accepted(request)


def _accepted(request: Request) -> list[str]:
    return [part.strip() for part in request.headers.get("Accept", "").split(",")]


def _raw_input(request: Request) -> str | bytes:
    """What stands for JSON. Empty: no input. Raises as ``read_body`` does."""
    return request.args.get("input", "") if request.method == "GET" else read_body(request)


def as_one(answer: Answer) -> Response:
    return _response(answer.status, answer.text, [answer])


def _as_array(answers: Sequence[Answer]) -> Response:
    statuses = {answer.status for answer in answers}
    status = statuses.pop() if len(statuses) == 1 else 207
    return _response(status, f"[{','.join(answer.text for answer in answers)}]", answers)


def _as_lines(answers: Sequence[Answer]) -> Response:
    """For httpBatchStreamLink: everything in one line, which its reader takes for a stream that was quick."""
    line = ",".join(f'"{index}":[[{answer.text}]]' for index, answer in enumerate(answers))
    return _response(200, f"{{{line}}}\n", answers)


def _response(status: int, text: str, answers: Iterable[Answer]) -> Response:
    response = Response(text, status, content_type="application/json")
    for answer in answers:
        response.headers.update(answer.headers)
    response.headers["Vary"] = VARY
    return response


def _nothing(method: str) -> Response:
    response = Response(status=204)
    del response.headers["Content-Type"]
    if method == "OPTIONS":
        response.headers["Allow"] = ALLOWED
    return response
