"""Common passwords: one word with whatever around it is none, and what nobody else has is one."""

# ruff: noqa: RUF001, SIM905 (letters that look alike are what this is about; a list of 42 would take 42 lines)
from __future__ import annotations

import random
import string

import pytest

from app.accounts.passwords import MIN_LENGTH, normalize
from app.features.password_quality import common
from app.features.password_quality.common import is_common
from app.features.password_quality.estimate import GOOD, score
from tests.client import PASSWORD

WORDS = """
Sommer2026! Herbst2026! Winter2026!! Summer2026!! Welcome2026!! Password2026!! Passwort2026! Passwort!2026
Willkommen2026 ChangeMe2026! Berlin2026!! München2026! Muenchen2026! Hamburg1234! Monday2026!! Qwertz2026!
Qwertz123456! Azerty2026!! Test12345678! Geheim2026!! Schatz12345! Fussball2026! Sabine1985! Frühling2026 Verano2026!!
Printemps2026 Flaskport2026! Flaskport!! p.a.s.s.w.o.r.d pаsswоrd123 pass\u00adword123 pässwörd123 P@$$w0rd2026!
$ommer2026!! summersummer1 йцукенгшщз йцукен123456 пароль12345 كلمةالسر123 Tr0ub4dor&3 19900101199001 01.01.1990-1990
""".split()
PHRASES = [
    "p a s s w o r d 1 2 3",
    "Guten Morgen 1",
    "Hallo Welt 123",
    "Alles Gute 2026",
    "correct horse battery staple",
    "so what so what so what",
    "\ufdfa" * 10,
]
OWN = """
violet-anchor-plums-91
lovelace likes looms
kX4!vq0Zr2
Der blaue Elefant tanzt im Regen
vier grüne Äpfel auf dem Dach
пароль из трёх слов
синий слон танцует под дождём
القطة الزرقاء تشرب الحليب في الصباح
הפיל הכחול רוקד בגשם
蓝色的大象在雨中跳舞很开心
青い象が雨の中で踊っている
파란 코끼리가 비 속에서 춤을 춘다
48151623420815424242
""".strip().splitlines()


@pytest.mark.parametrize("password", [*WORDS, *PHRASES])
def test_a_common_word_is_none_whatever_stands_around_it(password: str) -> None:
    assert is_common(normalize(password))


@pytest.mark.parametrize("password", [PASSWORD, *OWN])
def test_what_somebody_made_up_is_one(password: str) -> None:
    assert not is_common(normalize(password))
    assert score(normalize(password), []) >= GOOD


@pytest.mark.parametrize("alphabet", [string.ascii_letters + string.digits, string.ascii_lowercase])
def test_ten_random_characters_are_one(alphabet: str) -> None:
    rng = random.Random(1)  # noqa: S311
    made = ["".join(rng.choices(alphabet, k=MIN_LENGTH)) for _ in range(300)]
    assert [each for each in made if is_common(each) or score(each, []) < GOOD] == []


def test_the_list_of_leaks_knows_what_is_as_short_as_a_password_may_be() -> None:
    assert common.SHORTEST_LISTED <= MIN_LENGTH
