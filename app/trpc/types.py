"""The procedures as TypeScript: read from the fields that check what goes in and show what comes out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, get_type_hints

from marshmallow import fields

from app.accounts.current import CurrentSession
from app.accounts.schemas import UserSchema
from app.core.typescript import Interfaces, error_codes
from app.passport import Refusal
from app.sessions.tokens import AccessTokenPayload
from app.trpc.errors import CSRF, NUMBERS_AND_STATUSES
from app.trpc.router import Procedure
from app.trpc.shapes import schema_of

HEAD = """\
// Written by `flask trpc types` from the procedures. Do not edit it: run that again.
// Needs the types of @trpc/server 11, a peer dependency of @trpc/client.

import type { TRPCBuiltRouter, TRPCMutationProcedure, TRPCQueryProcedure } from "@trpc/server";

// A time is a string, ISO 8601 in UTC. An integer beyond 2^53 - 1 and a decimal are strings as well.
"""
ERRORS = f"""\
/** `err.data` of a TRPCClientError. Look at `code`, not at the HTTP status: that of a mixed batch is 207. */
export interface RpcErrorData {{
  code: RpcErrorName;
  httpStatus: number;
  /** Of the call; absent where the whole request was refused. */
  path?: string;
  /** Why, for programs. "csrf": the X-CSRF-TOKEN header is missing or wrong. */
  reason?: ErrorCode | "{CSRF}";
  /** Leads to the lines of the server's log. */
  requestId: string;
  /** What is wrong, by field. */
  fields?: Record<string, unknown>;
  /** What a client needs to go on, where `reason` says so. */
  facts?: Record<string, unknown>;
}}

export interface RpcErrorShape {{
  message: string;
  code: number;
  data: RpcErrorData;
}}
"""
CODES = "Every code of an error: `code` in REST, `err.data.reason` here."
ROUTER = """\
type Query<Input, Output> = TRPCQueryProcedure<{ input: Input; output: Output; meta: object }>;
type Mutation<Input, Output> = TRPCMutationProcedure<{ input: Input; output: Output; meta: object }>;

export type AppRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: RpcErrorShape; transformer: false },
"""
OF_PYTHON = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    list[str]: "string[]",
    dict[str, str]: "Record<string, string>",
}


def typescript(procedures: Mapping[str, Procedure], refusals: Mapping[str, type[Refusal]]) -> str:
    """The whole declaration file: the procedures, and every refusal by its code."""
    interfaces = Interfaces()
    interfaces.add("User", UserSchema())
    interfaces.add("Session", schema_of(CurrentSession)())
    tree: dict[str, Any] = {}
    for path, procedure in procedures.items():
        *parents, name = path.split(".")
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
        branch[name] = (procedure, _signature(procedure, interfaces))
    router = f"{ROUTER}  {{\n{''.join(_members(tree, 2))}  }}\n>;\n"
    return "\n".join(
        (HEAD, *interfaces.texts(), _claims(), error_codes(refusals, CODES), _error_names(), ERRORS, router)
    )


def _signature(procedure: Procedure, interfaces: Interfaces) -> str:
    """``Query<PostRef, Post>``. An input of which nothing is required may be left out."""
    taken = given = "void"
    if procedure.input is not None:
        field = procedure.input.field
        taken = interfaces.of(field)
        if isinstance(field, fields.Nested) and not any(each.required for each in field.schema.fields.values()):
            taken += " | void"
    if procedure.output is not None:
        given = interfaces.of(procedure.output.field)
    return f"{procedure.kind.title()}<{taken}, {given}>"


def _members(tree: Mapping[str, Any], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for name, member in tree.items():
        if isinstance(member, dict):
            yield f"{indent}{name}: {{\n"
            yield from _members(member, depth + 1)
            yield f"{indent}}};\n"
        else:
            procedure, signature = member
            says = (procedure.function.__doc__ or "").strip().partition("\n")[0].replace("``", "`")
            if says:
                yield f"{indent}/** {says} */\n"
            yield f"{indent}{name}: {signature};\n"


def _claims() -> str:
    hints = get_type_hints(AccessTokenPayload)
    lines = [
        f"  {name}{'?' if name in AccessTokenPayload.__optional_keys__ else ''}: {OF_PYTHON[hint]};"
        for name, hint in hints.items()
    ]
    return "\n".join(
        (
            "/** What is in an access token. A browser's script sees none: they are in cookies that it cannot read. */",
            "export interface AccessTokenPayload {",
            *lines,
            "}\n",
        )
    )


def _error_names() -> str:
    lines = [f"  | {json.dumps(name)}" for name in NUMBERS_AND_STATUSES]
    return "\n".join(("/** tRPC's own names: `err.data.code`. */", "export type RpcErrorName =", *lines)) + ";\n"
