"""The gate: who comes from a network where much was tried lately, has to solve a challenge first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from flask import Flask, g, has_request_context, request

from app.accounts import Claimed, Pass
from app.features.challenges import frame
from app.features.challenges.provider import Provider, provider_of
from app.features.challenges.refusals import CHALLENGE_REQUIRED, HEADER
from app.features.challenges.settings import Settings
from app.features.challenges.siteverify import SiteVerify
from app.limits import Bucket, Full, Rate, charge, network_of, refund

UNASKED = {"wrong secret", "start"}
"""What nobody could guess, and what a browser goes to by itself: a link has no header."""


@dataclass(frozen=True, slots=True)
class ChallengeGate:
    provider: Provider
    rate: Rate | None
    """Of a network, without a challenge. None: nothing passes without."""

    def __call__(self, claimed: Claimed) -> Pass | None:
        """Raises CHALLENGE_REQUIRED, and what the provider raises."""
        if not _is_asked(claimed) or _was_asked_already(claimed):
            return None
        if self.rate is not None:
            try:
                [charged] = charge(Bucket(self.rate, f"network:{network_of(claimed.client.address)}"))
            except Full:
                pass
            else:
                give_back = partial(refund, charged)
                return Pass(proved=give_back, unjudged=give_back)
        self._require_answer(claimed)
        return None

    def _require_answer(self, claimed: Claimed) -> None:
        answer = request.headers.get(HEADER)
        if not answer or not self.provider.verify(claimed, answer):
            raise CHALLENGE_REQUIRED(facts={"provider": self.provider.name, **self.provider.issue(claimed)})


def gate_of(app: Flask, settings: Settings) -> ChallengeGate:
    """With the provider that the settings name, and its page where it needs one. Raises ConfigError."""
    provider = provider_of(app, settings)
    if isinstance(provider, SiteVerify):
        frame.init_app(app, provider)
    rate = Rate("challenge", 2 * settings.after, settings.period) if settings.after else None
    return ChallengeGate(provider, rate)


def _is_asked(claimed: Claimed) -> bool:
    """Strangers are. Who confirms who they are, or takes a second step, has proved something already."""
    is_stranger = claimed.email is not None or claimed.user_id is None
    return has_request_context() and is_stranger and claimed.what not in UNASKED


def _was_asked_already(claimed: Claimed) -> bool:
    """One act is asked once, whatever it consists of: who registers asks for a mail by that. An answer is good once.

    The same thing again, as in a batch of calls, is another act.
    """
    asked: dict[str, str] = g.setdefault("challenged", {})
    return asked.setdefault(claimed.way, claimed.what) != claimed.what
