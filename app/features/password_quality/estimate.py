"""How many guesses a password takes, by zxcvbn: and what it is shown of one, so that no text is expensive.

What it costs grows with the square of the length, and with the number of readings: where digits and signs may stand for
letters ("l33t") it looks at every combination. 48 such signs would take a third of a second, in which the whole process
stands still. Within both bounds here nothing takes more than a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable

from zxcvbn_rs_py import zxcvbn

GOOD = 3
"""Of its scores from 0 to 4: from here on it takes 10⁸ guesses or more."""
MOST_ESTIMATED = 32
"""Characters that it looks at. What is good in its first 32 characters is good."""
MOST_READINGS = 12
"""So many all ten digits make, without a sign."""
_LETTERS = ("4@", "8", "({[<", "3", "69", "1!|", "1|7", "0", "$5", "+7", "%", "2")
"""What zxcvbn takes for each of a, b, c, e, g, i, l, o, s, t, x and z."""
_DIGITS = "0123456789"
_OTHERS = dict(zip("@({[<!|$+%", "&)}]>?/;=#", strict=True))
"""What no sign is taken for, in their stead."""


def score(password: str, words: Iterable[str]) -> int:
    """From 0, the first that anybody tries, to 4. ``words`` are those that an attacker of this person tries first."""
    return int(zxcvbn(shown(password), sorted(words)).score)


def guesses(word: str) -> float:
    """How many it takes to find what is no more than a word or two."""
    return float(zxcvbn(word, []).guesses)


def shown(password: str) -> str:
    """What zxcvbn gets: the beginning, in which signs of too many readings are others, which it takes for no letter."""
    start = password[:MOST_ESTIMATED]
    kept = set(_DIGITS) & set(start)
    for sign in dict.fromkeys(start):
        if sign in _OTHERS and readings({*kept, sign}) <= MOST_READINGS:
            kept.add(sign)
    return "".join(each if each in kept else _OTHERS.get(each, each) for each in start)


def readings(characters: Iterable[str]) -> int:
    """How many combinations of letters zxcvbn tries for a text of these: at most, as it decides of "1", "|" and "7"."""
    present, seen, product = set(characters), set[str](), 1
    for signs in _LETTERS:
        here = present & set(signs)
        product *= (len(here) + len(here & seen)) or 1  # with and without what stood for another letter already
        seen |= here
    return product
