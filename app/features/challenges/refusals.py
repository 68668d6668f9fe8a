"""How challenges refuse."""

from __future__ import annotations

from app.core.errors import refusal

HEADER = "X-Challenge"
"""The answer to a challenge comes along in it, whatever the request's body is."""

CHALLENGE_REQUIRED = refusal(
    428,
    "challenge_required",
    f"Solve the challenge in facts, and send the same again with the answer in {HEADER}.",
    meaning=f"Too much was tried from this network. facts holds a challenge; its answer goes into {HEADER}.",
    for_people="We could not make sure that you are no robot. Try again; where JavaScript is off, turn it on.",
)
CHALLENGE_UNAVAILABLE = refusal(
    503,
    "challenge_unavailable",
    "The service that checks answers to challenges does not answer as it should. Try again in a while.",
    for_people="We cannot make sure that you are no robot right now. Try again in a while.",
)
