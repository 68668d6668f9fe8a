"""What a failed sign-in leaves in the log: why it failed, and nothing that could be used or could fill the disk."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.features.providers import keys
from tests.features.providers.hostile import Hostile
from tests.features.providers.traveller import Traveller, query_of

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_nothing_secret_is_logged(
    traveller: Traveller, hostile: Hostile, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    caplog.set_level("INFO", "urllib3")  # it names addresses, but those of requests to the provider hold no secret
    address = traveller.travel()
    hostile.behave(userinfo={"sub": "eve-1"})
    traveller.arrive(address)
    hostile.behave(userinfo={})
    traveller.sign_in()
    hostile.behave(back={"error": "server_error"})
    traveller.sign_in()

    seen = caplog.text + "".join(capfd.readouterr())

    assert "user_info" in seen
    assert not [secret for secret in [*hostile.secrets, query_of(address)["state"]] if secret in seen]


def test_the_log_names_both_issuers(traveller: Traveller, hostile: Hostile, caplog: pytest.LogCaptureFixture) -> None:
    """Or an operator would have to guess which slash is missing where."""
    hostile.behave(discovery={"issuer": f"{hostile.url}/"})

    assert traveller.begin().status_code == 502

    words = f"begin invalid_claim issuer expected '{hostile.url}', found '{hostile.url}/'"
    assert f"identity provider failed: oidc-acme: {words}" in caplog.messages


LONG = "x" * 5000 + "\n\x1b[31m"
LONG_WORDS: dict[str, dict[str, Any]] = {
    "a description in the address": {"back": {"error": "server_error", "error_description": LONG}},
    "a code in the address": {"back": {"error": LONG}},
    "a description beside the tokens": {"token": {"error": "server_error", "error_description": LONG}},
    "a code beside the tokens": {"token": {"error": {"code": LONG, "message": LONG}}},
    "a critical header": {"sign": partial(keys.signed_under, {"crit": [LONG], LONG: True})},
    "a key's name": {"sign": partial(keys.signed_under, {"kid": LONG})},
    "an issuer": {"id_token": {"iss": LONG}},
}


@pytest.mark.parametrize("words", LONG_WORDS)
def test_the_providers_own_words_are_logged_in_short(
    traveller: Traveller, hostile: Hostile, caplog: pytest.LogCaptureFixture, words: str
) -> None:
    hostile.behave(**LONG_WORDS[words])

    assert traveller.sign_in().status_code == (401 if "back" in LONG_WORDS[words] else 502)

    (line,) = [message for message in caplog.messages if message.startswith("identity provider ")]
    assert len(line) < 500
    assert line.isprintable()
