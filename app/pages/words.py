"""What people read about a refusal: what it declares for them, on pages that the server writes and by the scripts."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from flask import Flask, current_app

from app.core import assets, languages, pages
from app.core.languages import said
from app.core.refusals import refusals_of
from app.passport.registry import strategies_of

MODULE = "pages/sentences.js"
OF_THE_SESSION = ("jwt", "refresh")
"""The strategies that read the cookies of somebody signed in."""
SIGN_IN_FIRST = said("Sign in first")
NOT_DONE = said("That did not work")
TITLES = {
    "not_found": said("This page is not here"),
    "method_not_allowed": said("This page is not here"),
    "permission_required": said("This is not for your role"),
    "role_required": said("This is not for your role"),
    "not_authenticated": SIGN_IN_FIRST,
    "database_unavailable": said("We cannot do this right now"),
    "internal_error": said("Something went wrong"),
}


def sentence(code: str, message: str) -> str:
    """What is declared for people, or the message, which is for people then."""
    refusal = refusals_of(current_app).get(code)
    return languages.sentence(message if refusal is None else refusal.for_people or message)


def declared_sentence(code: str) -> str | None:
    """The same where there is no message, as in ``?error=``; None for what is no code of ours."""
    refusal = refusals_of(current_app).get(code)
    return None if refusal is None else languages.sentence(refusal.for_people or refusal.message)


def signed_out(app: Flask) -> Collection[str]:
    """After these people sign in, and come back to where they were."""
    strategies = (strategies_of(app).get(name) for name in OF_THE_SESSION)
    return {kind.code for strategy in strategies if strategy for kind in strategy.refusals if kind.status == 401}


def title(code: str) -> str:
    known = TITLES.get(code) or pages.leads_back(code)
    return languages.sentence(known or (SIGN_IN_FIRST if code in signed_out(current_app) else NOT_DONE))


def close(app: Flask) -> None:
    """The scripts know the sentences by a module."""
    assets.write(app, MODULE, lambda: _module(app))


def _module(app: Flask) -> str:
    found = refusals_of(app)
    facts = {
        "SENTENCES": {code: kind.for_people for code, kind in found.items() if kind.for_people},
        "MESSAGES": {code: kind.message for code, kind in found.items() if not kind.for_people},
        "SIGNED_OUT": sorted(signed_out(app)),
    }
    lines = [f"export const {name} = {json.dumps(fact, indent=2)};" for name, fact in facts.items()]
    head = f"/** What refusals declare for people: {__name__} has written this. */"
    return "\n".join([head, *lines, ""])


def problems(errors: Mapping[str, Any] | None, sent: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with each field. Nothing for one that was left empty: the page knows what belongs there."""
    return {
        name: " ".join(map(languages.sentence, _flat(what))) if sent.get(name) else ""
        for name, what in (errors or {}).items()
    }


def _flat(what: Any) -> list[str]:
    if isinstance(what, Mapping):
        return [text for part in what.values() for text in _flat(part)]
    return [text for part in what for text in _flat(part)] if isinstance(what, list) else [str(what)]
