"""The header Authorization: Basic, and the challenge that asks for it."""

from __future__ import annotations

from base64 import b64encode

CHALLENGE = 'Basic realm="flaskport", charset="UTF-8"'


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


def basic(identity: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {encoded(f'{identity}:{password}')}"}
