"""When two addresses are the same, and what is no address."""

from __future__ import annotations

import unicodedata

import pytest

from app import accounts
from app.accounts import emails
from app.core.errors import Refusal
from tests.client import PASSWORD, Browser


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("ada@example.com", "ada@example.com"),
        ("Ada.Lovelace@Example.COM", "ada.lovelace@example.com"),
        ("ada+tag@example.com", "ada+tag@example.com"),
        ("ada@mail.test", "ada@mail.test"),
        # Unicode that means the same, by its code points: full-width at sign, letters and stop.
        ("ada\uff20example.com", "ada@example.com"),
        ("\uff41\uff44\uff41@example.com", "ada@example.com"),
        ("ada@example\u3002com", "ada@example.com"),
        ("\ufb01@example.com", "fi@example.com"),
        ("\u212a@example.com", "k@example.com"),
        ("ren\u00e9@example.com", "ren\u00e9@example.com"),
        ("rene\u0301@example.com", "ren\u00e9@example.com"),
        ("REN\u00c9@example.com", "ren\u00e9@example.com"),
        # IDNA: a domain has one ASCII form.
        ("ada@b\u00fccher.example", "ada@xn--bcher-kva.example"),
        ("ada@B\u00dcCHER.example", "ada@xn--bcher-kva.example"),
        ("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"),
    ],
)
def test_addresses_are_compared_by_their_normalised_form(written: str, compared: str) -> None:
    assert emails.normalize(written) == compared
    assert emails.normalize(compared) == compared


def test_domains_that_idna_tells_apart_stay_apart() -> None:
    assert emails.normalize("ada@fa\u00df.example") != emails.normalize("ada@fass.example")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ada@example.com", "ADA@Example.Com", True),
        ("ada@b\u00fccher.example", "ada@XN--BCHER-KVA.example", True),
        ("strau\u00df@example.com", "STRAU\u00df@example.com", True),
        ("ada@example.com", "ada@example\u3002com", True),
        ("strauss@example.com", "strau\u00df@example.com", False),
        ("ada@example.com", "ada\uff20example.com", False),
        ("k@example.com", "\u212a@example.com", False),
        ("i@example.com", "\u0130@example.com", False),
        ("ren\u00e9@example.com", "REN\u00c9@example.com", False),
        ("ada@example.com", "ada@example.org", False),
        ("ada@example.com", "ada@example.com ", False),
        ("", "", False),
        ("ada\ud800@example.com", "ada\ud800@example.com", False),
    ],
    ids=ascii,
)
def test_a_mailbox_is_the_same_only_in_ascii_case_and_the_domains_form(one: str, other: str, same: bool) -> None:
    assert emails.same_mailbox(one, other) is same
    assert emails.same_mailbox(other, one) is same


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@",
        "ada@",
        "@example.com",
        "ada@localhost",
        "ada@com",
        "ada@example..com",
        "ada@-example.com",
        "ada@example.com.",
        ".ada@example.com",
        "a..da@example.com",
        '"ada lovelace"@example.com',
        "ada@[127.0.0.1]",
        "ada@xn--a.com",
        "Ada <ada@example.com>",
        " ada@example.com",
        "ada@example.com ",
        "ada@example.com\n",
        "ada@example.com\u3000",
        "ada\0@example.com",
        "ada@example.com\0",
        "ada\ud800@example.com",
        "a\u200bda@example.com",
        "\u202eada@example.com",
        "ada@exam\u00adple.com",
    ],
)
def test_what_is_no_address_is_refused_by_field(address: str) -> None:
    with pytest.raises(Refusal) as refusal:
        emails.normalize(address)
    error = refusal.value
    assert (error.status, error.code) == (422, "validation_failed")
    assert error.errors == {"email": ["Not a valid e-mail address."]}


@pytest.mark.parametrize("between", [",", ", ", ";", " ", "\n", "\r\n", "\t", "\0", "%0a", "\uff0c", "\u037e"])
def test_two_addresses_in_one_string_are_none(between: str) -> None:
    with pytest.raises(Refusal):
        emails.normalize(f"ada@example.com{between}eve@example.com")


@pytest.mark.parametrize("sign", ["@@", "@\uff20", "\uff20b@", "@b\ufe6b"])
def test_a_second_at_sign_of_any_width_is_refused(sign: str) -> None:
    with pytest.raises(Refusal):
        emails.normalize(f"ada{sign}example.com")


def test_an_address_may_have_254_characters() -> None:
    domain = ".".join(["d" * 60] * 3 + ["example", "com"])
    longest = f"{'a' * (254 - len(domain) - 1)}@{domain}"
    assert emails.normalize(longest) == longest
    with pytest.raises(Refusal):
        emails.normalize(f"a{longest}")


def test_a_long_string_is_refused_quickly_by_its_length() -> None:
    with pytest.raises(Refusal):
        emails.normalize("a" * 1_000_000 + "@example.com")


@pytest.mark.usefixtures("context")
def test_an_account_keeps_the_address_as_it_was_written_and_is_found_by_any_spelling() -> None:
    user = accounts.register("Ada@B\u00fccher.example", PASSWORD)
    assert user.email == "Ada@B\u00fccher.example"
    for spelling in ("ada@b\u00fccher.example", "ADA@xn--bcher-kva.example", "ada\uff20b\u00fccher.example"):
        assert accounts.get(spelling).id == user.id


@pytest.mark.parametrize("again", ["ADA@EXAMPLE.COM", "ada\uff20example.com", "\uff41da@example\u3002com"])
def test_another_spelling_of_a_taken_address_is_taken(browser: Browser, again: str) -> None:
    browser.register("ada@example.com")
    response = browser.post("/auth/register", json={"email": again, "password": PASSWORD})
    assert (response.status_code, (response.json or {})["code"]) == (409, "email_taken")


def test_one_may_sign_in_with_any_spelling(browser: Browser) -> None:
    browser.register("Ada@B\u00fccher.example")
    for spelling in ("ada@xn--bcher-kva.example", "ADA\uff20b\u00fccher.example"):
        assert browser.sign_in(spelling).status_code == 200


@pytest.mark.usefixtures("context")
def test_an_address_that_is_long_only_as_it_is_written_is_stored_or_refused() -> None:
    written = f"{unicodedata.normalize('NFD', chr(0x1D6) * 115)}@example.com"
    assert len(unicodedata.normalize("NFKC", written)) <= emails.MAX_LENGTH < 320 < len(written)
    try:
        stored = accounts.register(written, PASSWORD).email
    except Refusal as error:
        stored, status = "", error.status
        assert status == 422
    assert stored in {"", written}
