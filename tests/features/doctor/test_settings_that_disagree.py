"""What the doctor finds in the settings alone, also at each start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from app.core import doctor
from app.core.doctor import Severity
from app.features.doctor.sites import same_site
from config import Declared, setting, text
from tests.features.doctor.looking import PRODUCTION, codes, findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Of a part that is none of ours."""

    speed: str = setting("TRIED_SPEED", text, "", was=("TRIED_PACE",))
    """How fast."""


FRONT_END = ("https://app.example.com",)
ELSEWHERE = ("https://app.example.org",)
CASES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("mode", {}, []),
    ("mode", {"environment": "development", "api_docs": True}, ["development_in_public"]),
    ("mode", {"environment": "development", "public_url": "http://localhost:8000"}, []),
    ("mode", {"log_level": "DEBUG"}, ["log_debug"]),
    ("mode", {"api_docs": True}, ["api_docs_public"]),
    ("names of settings", {"variables": {"TRIED_SPEED": "1"}}, []),
    ("names of settings", {"variables": {"TRIED_PACE": "1"}}, ["setting_renamed"]),
    ("hosts", {}, []),
    ("hosts", {"trusted_hosts": (".example.com",)}, []),
    ("hosts", {"trusted_hosts": ("example.com",)}, ["public_host_not_trusted"]),
    ("hosts", {"trusted_hosts": ()}, ["trusted_hosts_empty"]),
    ("hosts", {"trusted_hosts": (), "environment": "development"}, []),
    ("hosts", {"public_url": None}, ["public_url_missing"]),
    ("hosts", {"public_url": "http://localhost:8000", "trusted_hosts": ("localhost",)}, ["public_url_http"]),
    ("cookies and CORS", {}, []),
    ("cookies and CORS", {"cors_origins": FRONT_END}, []),
    ("cookies and CORS", {"cors_origins": ELSEWHERE}, ["cors_origin_of_another_site"]),
    ("cookies and CORS", {"cors_origins": ELSEWHERE, "cookie_mode": "cross-site"}, []),
    ("cookies and CORS", {"cors_origins": ELSEWHERE, "cookies": False, "hosted_pages": False}, []),
    ("cookies and CORS", {"cors_origins": FRONT_END, "cookie_mode": "cross-site"}, ["cross_site_not_needed"]),
    (
        "cookies and CORS",
        {"cors_origins": ("http://partner.example.com",), "cookie_mode": "cross-site"},
        ["cors_origin_http"],
    ),
    (
        "cookies and CORS",
        {"cors_origins": ("http://localhost:5173",), "cookie_mode": "cross-site"},
        ["cors_origin_of_development"],
    ),
    ("proxies", {"variables": {"BIND": "127.0.0.1:8000", "FORWARDED_ALLOW_IPS": "*"}}, []),
    ("proxies", {"variables": {"BIND": "0.0.0.0:8000", "FORWARDED_ALLOW_IPS": "*"}}, ["forwarded_by_anybody"]),
    ("proxies", {"variables": {"BIND": "0.0.0.0:8000"}, "trusted_proxy_count": 1}, ["reachable_beside_proxy"]),
    ("mail settings", {"variables": {"MAIL_URL": "memory:"}}, ["mail_in_memory"]),
    ("mail settings", {"variables": {"MAIL_URL": "smtp://mail.example", "MAIL_FROM": "a@example.com"}}, []),
]


@pytest.fixture
def engine() -> str:
    """None of these reads a table."""
    return "sqlite"


@pytest.mark.parametrize(("name", "changes", "found"), CASES)
def test_what_disagrees_is_found(
    shared_app: Callable[..., Flask], name: str, changes: dict[str, Any], found: list[str]
) -> None:
    assert (
        codes(shared_app(**{**PRODUCTION, "variables": {"MAIL_TEMPLATES": "/nonexistent"}, **changes}), name) == found
    )


def test_it_is_told_at_the_start_with_what_to_do(shared_app: Callable[..., Flask]) -> None:
    app = shared_app(**{**PRODUCTION, "trusted_hosts": (), "variables": {"MAIL_TEMPLATES": "/nonexistent"}})
    told = {finding.code: finding for finding in doctor.at_start(app)}
    assert told["trusted_hosts_empty"].severity is Severity.WARNING
    assert told["trusted_hosts_empty"].todo == "Set TRUSTED_HOSTS=auth.example.com."


def test_the_finding_names_the_origins(shared_app: Callable[..., Flask]) -> None:
    (found,) = findings(shared_app(**{**PRODUCTION, "cors_origins": (*FRONT_END, *ELSEWHERE)}), "cookies and CORS")
    assert "https://app.example.org of CORS_ORIGINS" in found.sentence
    assert "app.example.com" not in found.sentence


@pytest.mark.parametrize(
    ("one", "other", "is_one_site"),
    [
        ("https://app.example.com", "https://example.com", True),
        ("https://app.example.com:8443", "https://auth.example.com", True),
        ("http://app.example.com", "https://auth.example.com", False),
        ("https://example.org", "https://example.com", False),
        ("https://ada.github.io", "https://eve.github.io", False),
        ("https://a.ada.github.io", "https://ada.github.io", True),
        ("https://front.up.railway.app", "https://back.up.railway.app", False),
        ("https://app.example.co.uk", "https://auth.example.co.uk", True),
        ("https://ours.co.uk", "https://theirs.co.uk", False),
        ("http://localhost:5173", "http://localhost:8000", True),
        ("http://localhost:5173", "http://127.0.0.1:8000", False),
        ("http://10.0.0.1", "http://11.0.0.1", False),
        ("http://[::1]:1", "http://[::1]:2", True),
    ],
)
def test_which_origins_are_of_one_site(one: str, other: str, is_one_site: bool) -> None:
    assert same_site(one, other) is is_one_site
