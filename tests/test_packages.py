"""What is installed is what was meant."""

from __future__ import annotations

import importlib.metadata
import re
import socket
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

ROOT = Path(__file__).resolve().parent.parent


def test_passlib_is_the_maintained_fork() -> None:
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.version("passlib")
    assert importlib.metadata.version("libpass")


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("requirements.txt", 20),
        ("requirements-dev.txt", 20),
        ("requirements-granian.txt", 2),
        ("requirements-otel.txt", 5),
    ],
)
def test_everything_is_pinned_with_hashes_and_from_no_place_of_its_own(name: str, least: int) -> None:
    text = (ROOT / name).read_text()
    packages = re.findall(r"^([a-z0-9-]+\S*?)==(\S+)", text, flags=re.MULTILINE)

    assert len(packages) >= least
    assert text.count("--hash=sha256:") >= len(packages)
    assert "://" not in text


def test_no_test_reaches_another_machine() -> None:
    with socket.socket() as elsewhere, pytest.raises((SocketConnectBlockedError, UserWarning)):
        elsewhere.connect(("192.0.2.1", 80))  # an address for documentation, RFC 5737
