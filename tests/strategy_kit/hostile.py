"""Requests that an attacker would make of the good ones, and requests that are meant for others."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from tests.strategy_kit.case import Example, Given, StrategyCase, each, made

HUGE = 70_000
BASE64 = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
HALF_A_PAIR = "\ud800"

Change = Callable[[str], object]


def changed_at(place: float) -> Callable[[str], str]:
    """One character is another; in base64, one whose highest bit differs, so that it never means the same."""

    def change(secret: str) -> str:
        at = int((len(secret.rstrip("=")) - 1) * place)
        new = BASE64[(BASE64.index(secret[at]) + 32) % 64] if secret[at] in BASE64 else "x"
        return secret[:at] + new + secret[at + 1 :]

    return change


MUTATIONS: Mapping[str, Change] = {
    "without its last character": lambda secret: secret.rstrip("=")[:-1],
    "without its first character": lambda secret: secret[1:],
    "cut in half": lambda secret: secret[: len(secret) // 2],
    "with its first character changed": changed_at(0),
    "with a character in the middle changed": changed_at(0.5),
    "with its last character changed": changed_at(1),
    "doubled": lambda secret: secret + secret,
    "with NUL at its end": lambda secret: secret + "\0",
    "with NUL in the middle": lambda secret: f"{secret[: len(secret) // 2]}\0{secret[len(secret) // 2 :]}",
    "with a letter that is not ASCII": lambda secret: secret + "é",
    "with a byte that is not UTF-8": lambda secret: "ÿ" + secret,
    "repeated up to 70 KB": lambda secret: (secret * (HUGE // len(secret) + 1))[:HUGE],
}
ODD_TEXTS: Mapping[str, str] = {
    "empty": "",
    "a space": " ",
    "a comma": ",",
    "an equals sign": "=",
    "a colon": ":",
    "dots": "..",
    "NUL": "\0",
    "bytes that are not UTF-8": "ÿþ\x80",
    "NUL, escaped": "%00",
    "a JSON object": '{"a":1}',
    "a quotation mark": '"',
    "two words": "a b",
    "70 KB": "A" * HUGE,
}
ODD_VALUES: tuple[object, ...] = (None, True, 0, 1.5, [], {}, ["a"], {"a": "b"}, HALF_A_PAIR, "\0")
"""For a field of a JSON body."""
ODD_BODIES: Mapping[str, bytes] = {
    "no JSON": b"\xff\xfe{",
    "null": b"null",
    "a list": b"[]",
    "70 KB of brackets": b"[" * HUGE,
    "half a pair of surrogates": b'"\\ud800"',
}
OTHER_SCHEMES: Mapping[str, str] = {
    "basic": "Basic YTpi",
    "bearer": "Bearer aGVsbG8.aGVsbG8.aGVsbG8",
    "digest": 'Digest username="a", realm="b", nonce="c", uri="/", response="d"',
    "negotiate": "Negotiate YIIB",
    "nonsense": "Nonsense abc",
}
QUERY_NAMES = ("access_token", "token", "jwt", "api_key", "key", "auth", "authorization", "username", "password")


def mutants(given: Given) -> Iterator[Example]:
    """A good example with one of its secrets changed, so that it is good no longer."""
    for number in range(len(made(given).secrets)):
        for how, change in MUTATIONS.items():
            yield _changed(given, number, how, change)
        if "json" in made(given).request:
            yield _changed(given, number, "with half a pair of surrogates", lambda secret: secret + HALF_A_PAIR)


def oddities(case: StrategyCase) -> Iterator[Example]:
    """Requests in the shape of the good ones, with nonsense where the credential was."""
    for given in case.good:
        good = made(given)
        for number in range(len(good.secrets)):
            for how, text in ODD_TEXTS.items():
                yield _changed(given, number, how, _always(text))
            if "json" in good.request:
                for value in ODD_VALUES:
                    yield _changed(given, number, f"{value!a}", _always(value), only="json")
        for name, header in carriers(good).items():
            for text in _odd_headers(header):
                headers = {**headers_of(good), name: text}
                yield Example(f"{name}: {text[:40]!a}", {**made(given).request, "headers": headers})
        if "json" in good.request:
            others = {name: value for name, value in good.request.items() if name != "json"}
            for how, body in ODD_BODIES.items():
                request = {**others, "data": body, "content_type": "application/json"}
                yield Example(f"{good.name}, its body {how}", request)


def _always(value: object) -> Change:
    return lambda _secret: value


def _odd_headers(header: str) -> Iterator[str]:
    yield from ODD_TEXTS.values()
    scheme, space, _ = header.partition(" ")
    if space:
        yield from (scheme, f"{scheme} ", f"{scheme}\t", f"{scheme} a b", f"{scheme},{scheme}")


def strangers(case: StrategyCase) -> Iterator[Example]:
    """Credentials that are none of this strategy's: other schemes, others' cookies, and secrets in the query string."""
    yield Example("a cookie of somebody else's", {"headers": {"Cookie": "theirs=aGVsbG8"}})
    yield Example("broken cookies", {"headers": {"Cookie": '=; ;;a;"=";ÿ\0=\x80; b="'}})
    examples = [*each(case.good), *each(case.bad)]
    authorizations = [headers_of(example).get("Authorization", "") for example in examples]
    own = {value.partition(" ")[0].lower() for value in authorizations if value}
    for scheme, value in OTHER_SCHEMES.items():
        if scheme not in own:
            yield Example(f"Authorization: {value}", {"headers": {"Authorization": value}})
    if not own:
        for how, text in ODD_TEXTS.items():
            yield Example(f"Authorization: {how}", {"headers": {"Authorization": text}})
    for good in each(case.good):
        names = (*carriers(good), *QUERY_NAMES)
        if carriers(good):
            query = urlencode([(name, secret) for name in names for secret in good.secrets])
            yield Example(f"{good.name}, in the query string", {"query_string": query}, secrets=good.secrets)


def forged(case: StrategyCase) -> Iterator[Example]:
    """What a page of another site makes a browser send: an unsafe request with the cookie, and with nothing else."""
    for good in each(case.good):
        cookie = carriers(good).get("Cookie")
        if cookie is not None and all(secret in cookie for secret in good.secrets):
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                request = {"path": good.request.get("path", "/"), "method": method, "headers": {"Cookie": cookie}}
                yield Example(f"{good.name}, in a {method} of another site", request, secrets=good.secrets)


def headers_of(example: Example) -> dict[str, str]:
    """Its headers, with their names as they are usually written."""
    headers = example.request.get("headers") or {}
    return {name.title(): value for name, value in dict(headers).items()}


def carriers(good: Example) -> dict[str, str]:
    """The headers that hold a secret."""
    return {name: value for name, value in headers_of(good).items() if any(secret in value for secret in good.secrets)}


def _changed(given: Given, number: int, how: str, change: Change, only: str | None = None) -> Example:
    """A good example, made anew, with another text where one of its secrets stands."""
    good = made(given)
    secret = good.secrets[number]
    request = {
        name: exchanged(value, secret, change(secret)) if only in (None, name) else value
        for name, value in good.request.items()
    }
    assert request != dict(good.request), (
        f"{good.name}: secret {number} does not stand in its request. Write it as it is sent, encoding included."
    )
    query = request.get("query_string")
    if isinstance(query, Mapping):  # werkzeug takes no half pairs
        request["query_string"] = urlencode(query, errors="surrogatepass")
    return replace(good, name=f"{good.name}, {how}", request=request)


def exchanged(value: Any, old: str, new: object) -> Any:
    """The value with the new text wherever the old one stands."""
    if isinstance(value, Mapping):
        return {name: exchanged(inner, old, new) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [exchanged(inner, old, new) for inner in value]
    if isinstance(value, bytes):
        return value.replace(old.encode(), str(new).encode("utf-8", "surrogatepass"))
    if isinstance(value, str) and old in value:
        return value.replace(old, new) if isinstance(new, str) else new
    return value
