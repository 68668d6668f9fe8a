"""What the estimator is shown: little enough that no text keeps a process busy, and all that tells good from bad."""

from __future__ import annotations

import random

import pytest
from zxcvbn_rs_py import zxcvbn

from app import create_app
from app.accounts import Owner
from app.accounts.passwords import MAX_LENGTH, reasons_against
from app.features.password_quality import estimate
from app.features.password_quality.estimate import MOST_ESTIMATED, MOST_READINGS, readings, score, shown
from app.features.password_quality.judge import known_words
from tests.databases import SETTINGS

LEET = "4@8({[<3690!1|$5+7%2"
"""All that zxcvbn takes for letters. 48 of these took 300 ms."""


def test_no_text_has_many_readings() -> None:
    """Each reading costs a look into every dictionary: so they are what is counted here, not the time."""
    rng = random.Random(1)  # noqa: S311
    mixed = ["".join(rng.choices(LEET + "aeiou", k=rng.randint(1, 48))) for _ in range(2000)]
    worst = [LEET * 6, LEET[::-1] * 6, "50[07!3$3{4{+<2(" * 8, "0123456789@" * 9, "1|7!" * 30, "({[<" * 30]
    for text in (*mixed, *worst):
        assert len(shown(text)) <= MOST_ESTIMATED
        assert readings(shown(text)) <= MOST_READINGS
    assert readings("0123456789") == MOST_READINGS
    assert readings(LEET) > 1000


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("p@$$w0rd!", "p@$$w0rd!"),
        ("0123456789@", "0123456789&"),
        ("({[<!|$+%@", "({[<!/$+%@"),
        (LEET, "4&8(}]>3690?1/;5=7%2"),
        ("12.10.1985 @home", "12.10.1985 @home"),
        ("x" * MAX_LENGTH, "x" * MOST_ESTIMATED),
    ],
)
def test_digits_stay_and_so_do_signs_while_they_are_few(text: str, given: str) -> None:
    assert shown(text) == given


def test_signs_that_are_many_are_worth_what_they_are() -> None:
    assert score("p@$$w0rd!1", []) == 1
    assert score(LEET, []) == 4


def test_the_longest_password_and_the_longest_name_cost_a_bounded_look(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, list[str]]] = []

    def look(password: str, words: list[str]) -> object:
        if words:  # without, it is asked about one word
            seen.append((password, words))
        return zxcvbn(password, words)

    monkeypatch.setattr(estimate, "zxcvbn", look)
    longest = Owner(email=f"{'a.' * 127}", name="b " * 10_000)
    with create_app(SETTINGS).app_context():
        reasons = reasons_against("\ufdfa" * MAX_LENGTH, longest)  # NFKC makes 2304 characters of it
        assert sum(map(len, known_words(longest))) < 1000
    assert [reason.code for reason in reasons] == ["too_common"], "it is one sign, again and again"
    [(looked_at, words)] = seen
    assert len(looked_at) == MOST_ESTIMATED
    assert sum(map(len, words)) < 1000
