"""Browsers that refresh again and again: each connection is a session and sends the cookie it was given last."""

from __future__ import annotations

from collections.abc import Sequence

from app.sessions.cookies import PREFIXED
from app.sessions.tokens import Tokens
from benchmarks.load import CONNECTIONS, Load, cookie_values, post
from benchmarks.python_load import converse
from benchmarks.servers import Server


class Browsers:
    """The cookies live on from pass to pass. They are asked for no password: their sessions are made beforehand."""

    def __init__(self, server: Server, sessions: Sequence[Tokens]) -> None:
        self._server = server
        self._csrf = [tokens.csrf for tokens in sessions]
        self._cookies = [tokens.refresh_token for tokens in sessions]

    def refresh(self, seconds: float) -> Load:
        return converse(self._server.port, self._turn, seconds, min(CONNECTIONS, len(self._cookies)))

    def _turn(self, number: int, answer: bytes | None) -> bytes:
        if answer is not None:
            for value in cookie_values(answer, PREFIXED.refresh):
                self._cookies[number] = value
        csrf = self._csrf[number]
        cookie = (
            f"{PREFIXED.refresh}={self._cookies[number]}; {PREFIXED.csrf_access}={csrf}; {PREFIXED.csrf_refresh}={csrf}"
        )
        return post("/auth/refresh", headers={"Cookie": cookie, "X-CSRF-TOKEN": csrf})
