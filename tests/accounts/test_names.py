"""What may be a name: that of everybody, in whatever letters, and nothing that nobody sees."""

from __future__ import annotations

import pytest

from app.accounts import names


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace",
        "مهسا شیرازی\u200cنژاد",  # without the sign the two halves of the name would be written as one word
        "ශ්\u200dරීමත් පෙරේරා",  # with it two letters become one
        "क्\u200dष",
        "x" * names.MAX_LENGTH,
    ],
    ids=["Latin", "Persian", "Sinhala", "Hindi", "the longest"],
)
def test_people_are_called_what_they_are_called(name: str) -> None:
    assert names.is_acceptable(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x" * (names.MAX_LENGTH + 1),
        "Ada\nLovelace",
        "Ada\u200cLovelace",
        "Ada\u200d",
        "\u200cنژاد",
        "نژاد\u200c",
        "شیرازی\u200dنژاد",
        "Ada\u202eecalevoL",
        "Ada\u200bLovelace",
    ],
    ids=["empty", "too long", "two lines", "in Latin", "last", "first", "alone", "of Arabic", "turned", "no width"],
)
def test_what_nobody_sees_is_no_part_of_a_name(name: str) -> None:
    assert not names.is_acceptable(name)
