"""Asks this app from outside, at PUBLIC_URL and nowhere else: what do the proxies in front make of a request?"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

import requests

from app.core.config import Config
from app.core.doctor import Finding, Severity
from app.core.settings import settings
from app.features.doctor.answering import ASK_SECONDS, HEADER, PATH, Seen, answer_in, question
from app.passport import outgoing
from app.passport.addresses import is_acceptable

FORGED = "192.0.2.77"
"""An address of documentation (RFC 5737), which nobody has."""


class NotAnswered(Exception):
    """By this app. ``finding`` says how."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.sentence)
        self.finding = finding


def look() -> Iterator[Finding]:
    config = settings()
    if not config.public_url or not is_acceptable(config.public_url):
        yield Finding(
            "public_url_not_asked",
            Severity.NOTE,
            "PUBLIC_URL is not set, or not https: what stands in front of this server could not be looked at.",
            "Set PUBLIC_URL to the https:// address that browsers open.",
        )
        return
    try:
        plain = _ask(config, {})
        yield from judge_scheme(config, plain)
        yield from judge_count(config, plain)
    except NotAnswered as error:
        yield error.finding
        return
    with contextlib.suppress(NotAnswered):  # a proxy may well refuse such a request
        yield from judge_forgery(config, _ask(config, {"X-Forwarded-For": FORGED, "X-Forwarded-Proto": "http"}), plain)


def _ask(config: Config, headers: Mapping[str, str]) -> Seen:
    """Raises NotAnswered."""
    nonce, asked = question()
    url = f"{config.public_url}{config.public_path}{PATH}"
    try:
        answer = outgoing.send("GET", url, headers={**headers, HEADER: asked}, seconds=ASK_SECONDS)
    except requests.exceptions.SSLError:
        raise NotAnswered(
            Finding(
                "public_url_certificate",
                Severity.ERROR,
                f"The certificate of {config.public_url} is not one that this machine trusts.",
                "Renew it, or serve the whole chain.",
            )
        ) from None
    except requests.RequestException as error:
        raise NotAnswered(
            Finding(
                "public_url_unreachable",
                Severity.ERROR,
                f"{url} does not answer this machine: {outgoing.reason_of(error)}.",
                "See whether the server runs, and its proxy. From inside some networks the own address is not reached.",
            )
        ) from None
    seen = answer_in(_json(answer), nonce)
    if seen is None:
        raise NotAnswered(
            Finding(
                "public_url_is_another",
                Severity.ERROR,
                f"At {url} another app answers ({answer.status_code}), or this one with other secrets.",
                "See PUBLIC_URL, PUBLIC_PATH and where the proxy leads /auth. The doctor has this shell's settings.",
            )
        )
    return seen


def _json(answer: requests.Response) -> object:
    try:
        return answer.json()
    except ValueError:
        return None


def judge_scheme(config: Config, seen: Seen) -> Iterator[Finding]:
    if seen.scheme == "http" and (config.public_url or "").startswith("https://"):
        yield Finding(
            "http_seen",
            Severity.ERROR,
            f"{config.public_url} arrives here as http: no HSTS is sent, and cookies may be lost.",
            "The proxy says X-Forwarded-Proto: https, and is believed by TRUSTED_PROXY_COUNT or FORWARDED_ALLOW_IPS.",
        )


def judge_count(config: Config, seen: Seen) -> Iterator[Finding]:
    """A request without X-Forwarded-For arrives with as many values as there are proxies that write it."""
    count, there = config.trusted_proxy_count, seen.forwarded_for
    if there > count:
        yield Finding(
            "proxy_count_too_low",
            Severity.ERROR,
            f"Proxies that write X-Forwarded-For: {there}, and TRUSTED_PROXY_COUNT={count}: visitors are "
            "taken for a proxy, and share its limits.",
            f"Set TRUSTED_PROXY_COUNT={there}.",
        )
    if there < count:
        yield Finding(
            "proxy_count_too_high",
            Severity.UNSAFE,
            f"Proxies that write X-Forwarded-For: {there}, and TRUSTED_PROXY_COUNT={count}: visitors can "
            "choose the address that they are counted and logged under.",
            f"Set TRUSTED_PROXY_COUNT={there}.",
        )


def judge_forgery(config: Config, forged: Seen, plain: Seen) -> Iterator[Finding]:
    """What a stranger may write into these headers must not be believed."""
    if forged.address == FORGED and config.trusted_proxy_count <= plain.forwarded_for:
        yield Finding(
            "forwarded_for_believed",
            Severity.UNSAFE,
            "The proxy in front passes on what a visitor writes into X-Forwarded-For, and it is believed.",
            "Have the proxy add to the header, or set it anew: proxy_set_header X-Forwarded-For "
            "$proxy_add_x_forwarded_for;",
        )
    if forged.scheme == "http" and plain.scheme == "https":
        yield Finding(
            "forwarded_proto_believed",
            Severity.WARNING,
            "The proxy in front passes on what a visitor writes into X-Forwarded-Proto, and it is believed.",
            "Have the proxy set it: proxy_set_header X-Forwarded-Proto $scheme;",
        )
