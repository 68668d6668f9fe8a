"""How good a password is that somebody is typing. Nothing is kept, and nothing logged."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from flask import request

from app.accounts import Owner
from app.accounts.passwords import is_storable, normalize, reasons_against
from app.core.errors import refusal
from app.core.http import client_address
from app.core.openapi import Blueprint
from app.core.refusals import BODY_TOO_LARGE
from app.features.password_quality.estimate import score
from app.features.password_quality.judge import TOO_EASY, known_words
from app.features.password_quality.schemas import WORDS, CandidateSchema, StrengthSchema
from app.guards import public
from app.limits import Bucket, Full, Rate, charge, network_of

MOST_BYTES = 4096
WEAK = 1
QUESTIONS = Rate("strength", 600, timedelta(hours=1))
"""From one network: somebody who is choosing a password asks ten times or so."""

TOO_MANY_QUESTIONS = refusal(
    429,
    "too_many_questions",
    "Too many passwords were asked about from this network. Retry-After says for how many seconds none is looked at.",
    for_people="We cannot say how good this password is right now.",
)

strength = Blueprint("password_quality", __name__, url_prefix="/auth", tag="auth")


def refuse_large_body() -> None:
    """Everybody may ask, and with each key: there is nothing to be had from asking about more."""
    if (request.content_length or 0) > MOST_BYTES:
        raise BODY_TOO_LARGE(f"The body is over {MOST_BYTES} bytes.")


strength.before_request(refuse_large_body)


@strength.post("/password-strength")
@public
@strength.arguments(CandidateSchema, example={"password": "correct horse battery", "email": "ada@example.com"})
@strength.response(200, StrengthSchema)
@strength.refuses(TOO_MANY_QUESTIONS)
def judge_strength(fields: dict[str, Any]) -> dict[str, Any]:
    """How good a password would be: for a meter. The judges are those of a new password, but for the network's."""
    _charge()
    password, owner = fields["password"], Owner(email=fields["email"], name=fields["name"])
    reasons = reasons_against(password, owner)
    found = score(normalize(password), known_words(owner)) if is_storable(password) else 0
    if any(reason != TOO_EASY for reason in reasons):
        found = min(found, WEAK)  # long and mixed, and yet the first that anybody would try
    told = [{"code": reason.code, "message": reason.sentence} for reason in reasons]
    return {"score": found, "word": WORDS[found], "reasons": told}


def _charge() -> None:
    try:
        charge(Bucket(QUESTIONS, f"network:{network_of(client_address())}"))
    except Full as full:
        raise TOO_MANY_QUESTIONS(headers={"Retry-After": str(math.ceil(full.wait))}) from None
