"""A provider of challenges as a project may have one."""

from __future__ import annotations

from collections.abc import Mapping

from app.accounts import Claimed


class Quiz:
    name = "quiz"

    def issue(self, claimed: Claimed) -> Mapping[str, str]:
        return {"question": f"Who wants in by {claimed.way}?"}

    def verify(self, claimed: Claimed, answer: str) -> bool:
        return answer == f"{claimed.email} from {claimed.client.address}"


QUIZ = Quiz()
NO_PROVIDER = "a text"
