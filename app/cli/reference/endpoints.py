"""Every endpoint: who may call it, what it takes, what it answers and refuses."""

from __future__ import annotations

import re

from flask import Flask
from werkzeug.routing import Rule

from app.cli.reference.callers import refused_by_guards, who
from app.cli.reference.markdown import code, described_at, owner_of, prose, table
from app.cli.reference.operations import Operation
from app.core.openapi import document_of

ABOVE = """\
# Endpoints

What each takes is JSON, unless it says otherwise. Every error is of one shape: [codes](codes.md). Bad JSON is 400, a
wrong content type 415, a wrong field 422 with `errors` by field, a body over 1 MiB 413. A body of which no field is
needed may be left out. Lists take `limit` (1 to 100) and `cursor`, and answer `{"items", "next_cursor"}`. A field
with `?` need not be there.

What every endpoint of its kind may refuse is not said again at each: whoever has to be signed in gets 401
`not_authenticated`, `invalid_token`, `token_expired` or `token_revoked`; what changes something 403
`origin_not_allowed`, and with a cookie `csrf_missing` or `csrf_invalid`; what has a body 400 `invalid_json` or
`bad_request`, 413 `body_too_large`, 415 `unsupported_media_type` or 422 `validation_failed`; all of them 500
`internal_error` or 503 `database_unavailable`.

Programs are whoever comes with an API key (`Authorization: Bearer fp_…`), with a token that somebody else signed, or
with a password in each request, where these are on. A key may do what its scopes and its owner's role both allow. Where
programs may call, they may get 401 `invalid_api_key` or `invalid_credentials` and 403 `account_banned` as well, a
browser that sends a password 403 `browser_must_use_cookies`, and whoever tries too much 428 `challenge_required`, 429
`too_many_attempts` or 503 `challenge_unavailable`. Where somebody acts for another, what is not open to that is 403
`impersonating`.

What is brought to sign in is read by a strategy (`local`, `totp_step`): `flask auth strategies --all` lists them.

The page is that of an app with [everything on](everything-on.env). Yours says what it has at `/openapi.json`, where
`API_DOCS` is on, and by `flask auth routes`. `make reference`
writes this page.
"""
PAGES = """
## Pages, and what else there is

"""
_CONVERTER = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
_OF_OTHERS = {
    "/docs": "A page to try the endpoints on.",
    "/openapi.json": "The OpenAPI 3.1 document.",
    "/static/{filename}": "What browsers load: the client, styles, scripts.",
}
"""Views that are not written here."""
_HIDDEN = {"HEAD", "OPTIONS"}


def page(app: Flask) -> str:
    document = document_of(app)
    by_owner: dict[str, list[str]] = {}
    others = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (str(rule), min(rule.methods or {""}))):
        operations = document["paths"].get(path_of(rule))
        if operations is None:
            others.append(_other(app, rule))
            continue
        module = app.view_functions[rule.endpoint].__module__
        unsaid = refused_by_guards(app, rule)
        for method in _methods(rule):
            text = _described(app, rule, method, Operation(operations[method.lower()], document, unsaid))
            by_owner.setdefault(_heading(module), []).append(text)
    return (
        ABOVE
        + "".join("".join([heading, *by_owner[heading]]) for heading in sorted(by_owner, key=_order))
        + PAGES
        + (table(("route", "for", "does"), others))
    )


def path_of(rule: Rule) -> str:
    """As OpenAPI writes it."""
    return _CONVERTER.sub(r"{\1}", str(rule))


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - _HIDDEN)


def _heading(module: str) -> str:
    described = described_at(module)
    return f"\n## {owner_of(module)}\n" + (f"\nOf the feature {described}.\n" if "](" in described else "")


def _order(heading: str) -> tuple[bool, str]:
    """Rooms before features."""
    return "](" in heading, heading


def _described(app: Flask, rule: Rule, method: str, operation: Operation) -> str:
    facts = [f"**For** {who(app, rule)}.", *operation.facts()]
    said = [prose(operation.summary), prose(operation.description)]
    lines = "".join(f"- {fact}\n" for fact in facts)
    return f"\n### {method} {path_of(rule)}\n\n{' '.join(filter(None, said))}\n\n{lines}"


def _other(app: Flask, rule: Rule) -> tuple[str, str, str]:
    path = path_of(rule)
    first = (app.view_functions[rule.endpoint].__doc__ or "").strip().partition("\n\n")[0]
    return code(f"{', '.join(_methods(rule))} {path}"), who(app, rule), _OF_OTHERS.get(path) or prose(first)
