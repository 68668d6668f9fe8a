"""Providers of the kinds before OAuth 2: OAuth 1 and OpenID 2, which know no state. The callback carries it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlencode, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from social_core.backends.fedora import FedoraOpenId
from social_core.backends.flickr import FlickrOAuth
from werkzeug.test import TestResponse

from app.accounts import Identity
from app.extensions import db
from tests.features.providers import hostile as provider
from tests.features.providers.answers import Answer, moved, page
from tests.features.providers.hostile import Hostile
from tests.features.providers.keys import self_signed
from tests.features.providers.traveller import FETCH, Traveller, query_of, with_query

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

AppWith = Callable[..., Flask]


def form(**fields: str) -> Answer:
    return Answer(200, urlencode(fields).encode(), {"Content-Type": "application/x-www-form-urlencoded"})


REQUEST_TOKEN = form(oauth_token="rt", oauth_token_secret="rs", oauth_callback_confirmed="true")
ACCESS_TOKEN = form(oauth_token="at", oauth_token_secret="as", user_nsid="42@N01", username="ada", fullname="Ada")


@pytest.fixture
def photographer(app_with: AppWith, hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> Traveller:
    """Somebody signed in with a password, at an app that knows Flickr, which is our own server here."""
    for name, path in (("REQUEST_TOKEN", "request"), ("AUTHORIZATION", "authorize"), ("ACCESS_TOKEN", "access")):
        monkeypatch.setattr(FlickrOAuth, f"{name}_URL", f"{hostile.url}/{path}")
    hostile.behave(answers={"request": REQUEST_TOKEN, "access": ACCESS_TOKEN})
    app = app_with(variables={"SOCIAL_FLICKR_KEY": "k", "SOCIAL_FLICKR_SECRET": "s"})
    traveller = Traveller.of(app, "flickr")
    traveller.register()
    return traveller


def allowed(hostile: Hostile, place: str) -> str:
    """Where Flickr sends the browser back to: the callback that it was told when the request token was made."""
    assert query_of(place)["oauth_token"] == "rt"
    signed = hostile.asked("request")[-1].headers["Authorization"]
    callback = unquote(signed.partition('oauth_callback="')[2].partition('"')[0])
    return with_query(callback, oauth_token="rt", oauth_verifier="v")


def connect(traveller: Traveller, hostile: Hostile) -> TestResponse:
    answer = traveller.connect(next="/account")
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return traveller.arrive(allowed(hostile, answer.json["location"]))


def test_an_oauth1_provider_opens_the_account_that_it_was_connected_to(
    photographer: Traveller, hostile: Hostile
) -> None:
    assert connect(photographer, hostile).headers["Location"] == "/account"
    other = Traveller.of(photographer.application, "flickr")

    response = other.arrive(allowed(hostile, other.leave(next="/in")))

    assert response.headers["Location"] == "/in"
    assert other.who() == photographer.who()
    assert 'oauth_verifier="v"' in hostile.asked("access")[-1].headers["Authorization"]


def test_an_oauth1_answer_counts_once_and_in_its_own_browser(photographer: Traveller, hostile: Hostile) -> None:
    connect(photographer, hostile)
    eve, ada = (Traveller.of(photographer.application, "flickr") for _ in range(2))
    address = allowed(hostile, ada.leave())

    assert eve.arrive(address).status_code == 401
    assert ada.arrive(address).status_code == 303
    asked = len(hostile.asked("access"))
    assert ada.arrive(address).headers["Location"] == "/"
    ada.post("/auth/logout", headers=FETCH | ada.csrf())
    assert ada.arrive(address).status_code == 401
    assert (eve.who(), ada.who(), len(hostile.asked("access"))) == (None, None, asked)


def test_another_request_token_than_the_one_that_was_made_is_refused(photographer: Traveller, hostile: Hostile) -> None:
    other = Traveller.of(photographer.application, "flickr")
    address = allowed(hostile, other.leave())

    answer = other.arrive(with_query(address, oauth_token="another"), headers=FETCH)

    assert answer.status_code == 401
    assert not hostile.asked("access")


OAUTH1_NONSENSE = {
    "a page": page(),
    "an error": page(500),
    "elsewhere": moved("https://elsewhere.example.com/"),
    "no secret": form(oauth_token="rt"),
    "a token without end": form(oauth_token="r" * 100_000, oauth_token_secret="s"),
    "a token that is too long to remember": form(oauth_token="r" * 3000, oauth_token_secret="s"),
}


@pytest.mark.parametrize("answer", OAUTH1_NONSENSE)
def test_nonsense_of_an_oauth1_provider_is_a_502(photographer: Traveller, hostile: Hostile, answer: str) -> None:
    hostile.behave(answers={"request": OAUTH1_NONSENSE[answer]})

    assert photographer.begin().status_code == 502


XRDS = """<?xml version="1.0"?><xrds:XRDS xmlns:xrds="xri://$xrds" xmlns="xri://$xrd*($v*2.0)"><XRD><Service>
<Type>http://specs.openid.net/auth/2.0/{}</Type><URI>{}/op</URI></Service></XRD></xrds:XRDS>"""
OPENID2 = "http://specs.openid.net/auth/2.0"


def services(kind: str, url: str) -> Answer:
    return Answer(200, XRDS.format(kind, url).encode(), {"Content-Type": "application/xrds+xml"})


@pytest.fixture
def old_provider(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hostile]:
    """An OpenID 2 provider, with https and a certificate that is trusted for this test."""
    with provider.running(tls=True) as server:
        authority = tmp_path / "authority.pem"
        authority.write_bytes(self_signed())
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority))
        monkeypatch.setattr(FedoraOpenId, "URL", f"{server.url}/openid")
        answers = {
            "openid": services("server", server.url),
            "id/ada": services("signon", server.url),
            "op": Answer(200, f"ns:{OPENID2}\nis_valid:true\n".encode(), {"Content-Type": "text/plain"}),
        }
        server.behave(answers=answers)
        yield server


@pytest.fixture
def veteran(app_with: AppWith, old_provider: Hostile) -> Traveller:
    """Somebody signed in with a password, at an app that knows this provider."""
    app = app_with(variables={"SOCIAL_FEDORA_KEY": "k", "SOCIAL_FEDORA_SECRET": "s"})
    traveller = Traveller.of(app, "fedora")
    traveller.register()
    return traveller


def asserted(server: Hostile, place: str, **wrong: str) -> str:
    """Where the provider sends the browser back to, with what it asserts."""
    asked = query_of(place)
    fields = {
        "ns": OPENID2,
        "mode": "id_res",
        "op_endpoint": f"{server.url}/op",
        "claimed_id": f"{server.url}/id/ada",
        "identity": f"{server.url}/id/ada",
        "return_to": asked["openid.return_to"],
        "response_nonce": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") + "once",
        "assoc_handle": "h",
        "signed": "op_endpoint,claimed_id,identity,return_to,response_nonce,assoc_handle",
        "sig": "c2ln",
    } | wrong
    return with_query(asked["openid.return_to"], **{f"openid.{name}": value for name, value in fields.items()})


def test_an_openid2_provider_opens_the_account_that_it_was_connected_to(
    veteran: Traveller, old_provider: Hostile
) -> None:
    answer = veteran.connect(next="/account")
    assert answer.json is not None
    place = answer.json["location"]
    assert place.startswith(f"{old_provider.url}/op?")
    assert query_of(place)["openid.realm"] == "http://localhost/"

    assert veteran.arrive(asserted(old_provider, place)).headers["Location"] == "/account"

    with veteran.application.app_context():
        assert db.session.scalar(sa.select(Identity.subject)) == f"{old_provider.url}/id/ada"
    other = Traveller.of(veteran.application, "fedora")
    assert other.arrive(asserted(old_provider, other.leave())).status_code == 303
    assert other.who() == veteran.who()


@pytest.mark.parametrize("wrong", ["signature", "endpoint", "return address", "other browser", "twice", "mode"])
def test_a_wrong_openid2_answer_signs_nobody_in(veteran: Traveller, old_provider: Hostile, wrong: str) -> None:
    answer = veteran.connect()
    assert answer.json is not None
    veteran.arrive(asserted(old_provider, answer.json["location"]))
    other = Traveller.of(veteran.application, "fedora")
    place = other.leave()
    address = asserted(old_provider, place)
    if wrong == "signature":
        invalid = Answer(200, f"ns:{OPENID2}\nis_valid:false\n".encode(), {"Content-Type": "text/plain"})
        old_provider.behave(answers={**old_provider.behaviour.answers, "op": invalid})
    elif wrong == "endpoint":
        address = asserted(old_provider, place, op_endpoint="https://elsewhere.example.com/op")
    elif wrong == "return address":
        address = asserted(old_provider, place, return_to="http://elsewhere.example.com/")
    elif wrong == "mode":
        address = asserted(old_provider, place, mode="cancel")
    elif wrong == "other browser":
        other = Traveller.of(veteran.application, "fedora")
    else:
        other.arrive(address)
        other = Traveller.of(veteran.application, "fedora")

    answer = other.arrive(address, headers=FETCH)

    assert answer.status_code in {401, 502}, answer.text
    assert other.who() is None
    assert urlsplit(address).path == "/auth/oauth/fedora/callback"


def test_an_openid2_provider_gets_the_same_limits(veteran: Traveller, old_provider: Hostile) -> None:
    for answer in (moved("https://elsewhere.example.com/"), Answer(200, b" " * 2_000_000), page(500)):
        old_provider.behave(answers={"openid": answer})
        assert veteran.begin().status_code == 502
    assert len(old_provider.received) == 3


def test_the_log_says_why_an_openid2_provider_was_not_reached(
    veteran: Traveller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")

    assert veteran.begin().status_code == 502

    assert caplog.messages[-1] == "identity provider failed: fedora: begin http_error SSLError"
