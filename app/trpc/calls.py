"""One call of a request: its guard, its input, its function, its answer, and a database session of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.accounts.enrolling import call_of
from app.core.logging import note
from app.extensions import db
from app.trpc.context import Caller
from app.trpc.errors import RpcError
from app.trpc.router import Procedure
from app.trpc.shapes import UNDEFINED
from app.trpc.wire import encode, parse


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call comes to: its HTTP status, its envelope as JSON, and headers for the whole response."""

    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def refusing(cls, error: Exception, path: str | None = None) -> Answer:
        refusal = RpcError.of(error)
        note(code=refusal.reason or refusal.name)
        return cls(refusal.status, encode(refusal.body(path)), refusal.headers)


class Inputs:
    """The inputs of a request's calls, parsed when the first call asks: a refused caller learns nothing of it."""

    def __init__(self, raw: str | bytes, *, batched: bool) -> None:
        self._raw = raw
        self._batched = batched
        self._by_index: Mapping[str, Any] | None = None
        self._error: RpcError | None = None

    def of(self, index: int) -> Any:
        """The input of a call, or UNDEFINED. Raises RpcError."""
        if self._error is None and self._by_index is None:
            try:
                self._by_index = self._parsed()
            except RpcError as error:
                self._error = error
        if self._error is not None:
            raise self._error
        return (self._by_index or {}).get(str(index), UNDEFINED)

    def _parsed(self) -> Mapping[str, Any]:
        if not self._raw:
            return {}
        value = parse(self._raw)
        if not self._batched:
            return {"0": value}
        if not isinstance(value, dict):
            raise RpcError("BAD_REQUEST", '"input" needs to be an object when doing a batch call')
        return value


@dataclass(frozen=True, slots=True)
class Call:
    """A procedure that is asked for, known or not."""

    index: int
    path: str
    procedure: Procedure | None

    def answer(self, method: str, caller: Caller, inputs: Inputs) -> Answer:
        """Run it. Whatever goes wrong is its own error and nobody else's."""
        if self.procedure is None:
            return self._answer(method, caller, inputs)
        with call_of(f"trpc.{self.path}"):
            return self._answer(method, caller, inputs)

    def _answer(self, method: str, caller: Caller, inputs: Inputs) -> Answer:
        try:
            return Answer(200, self._result(method, caller, inputs))
        except Exception as error:
            # Not a rollback: that is one more statement, which fails where the database is what failed.
            forget_session()
            return Answer.refusing(error, self.path)

    def _result(self, method: str, caller: Caller, inputs: Inputs) -> str:
        procedure = self._for(method)
        context = caller.context(procedure.guards)
        if procedure.input is None:
            result = procedure.function(context)
        else:
            result = procedure.function(context, procedure.input.load(inputs.of(self.index)))
        if procedure.kind == "mutation":
            flush_session()
        shown: dict[str, Any] = {}
        if procedure.output is not None:
            shown["data"] = procedure.output.show(result)
        elif result is not None:
            raise TypeError(f"{self.path} returned something, but names no output")
        text = encode({"result": shown})
        if procedure.kind == "mutation":
            commit_session()
        else:
            drop_changes()
        return text

    def _for(self, method: str) -> Procedure:
        procedure = self.procedure
        if procedure is None:
            raise RpcError("NOT_FOUND", f'No procedure found on path "{self.path}"')
        if procedure.method != method:
            message = f'Unsupported {method}-request to {procedure.kind} procedure at path "{self.path}"'
            raise RpcError("METHOD_NOT_SUPPORTED", message, headers={"Allow": procedure.method})
        return procedure


def flush_session() -> None:
    """Send what a mutation changed, so that its answer can show what the database made of it."""
    if db.session.registry.has():
        db.session.flush()


def commit_session() -> None:
    """Keep what a mutation did through ``ctx.db``; what its services did, they have committed themselves."""
    if db.session.registry.has():
        if db.session().in_transaction():
            db.session.commit()
        forget_session()


def drop_changes() -> None:
    """A query changes nothing: what it left in the session must not reach the next call of the batch."""
    if db.session.registry.has():
        session = db.session()
        if session.new or session.dirty or session.deleted:
            forget_session()


def forget_session() -> None:
    """End the session with whatever was not committed; the next call that needs one has a new one."""
    if db.session.registry.has():
        db.session.remove()
