"""Every refusal: its status, its code, its sentence, and who declares it."""

from __future__ import annotations

from flask import Flask

from app.cli.reference.markdown import code, described_at, prose, table
from app.core.refusals import refusals_of

ABOVE = """\
# Error codes

Every error is `{"message", "code", "errors"?, "facts"?, "request_id"}`. `code` is for programs, and stable. `message`
is for people, and may change. `errors` says what is wrong by field, `facts` what a client needs to go on, where the
code says so. `request_id` leads to the lines of the server's log. Which endpoint answers what:
[endpoints](endpoints.md).

`make reference` writes this page.

"""


def page(app: Flask) -> str:
    found = sorted(refusals_of(app).values(), key=lambda each: (each.status, each.code))
    rows = [
        (str(each.status), code(each.code), prose(each.meaning or each.message), described_at(each.__module__))
        for each in found
    ]
    return ABOVE + table(("status", "code", "it means", "of"), rows)
