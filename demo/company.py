"""Who is there: two hundred people by name, each with a role, devices, and a day and a way in which they came."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from random import Random

from demo import devices
from demo.devices import Device

SEED = 2026
"""Of the dice: the company is the same one each time."""
NAMES = Path(__file__).with_name("names.tsv")
"""A line each: the name, and an address on a domain for examples (RFC 2606)."""
ADMIN, STAFF, USER, EXAMPLE = "amara@example.com", "sofia@example.com", "tom@example.com", "noor@example.com"
"""Those to sign in as, and one who has a bit of everything."""
ADMINS = (ADMIN, "ruth.abernathy@example.com", "li.jing@example.com")
STAFFERS = (
    *(STAFF, EXAMPLE, "joaquin.ordonez@example.com", "wanjiku.muthoni@example.com", "hina.sato@example.com"),
    *("asa.oberg@example.com", "omar.alqasimi@example.com", "oliver.whitcombe@example.com"),
    *("emile.lefevre@example.com", "priya.raghunathan@example.com", "taras.kovalchuk@example.com"),
)
PROVIDERS = ("oidc-acme", "oidc-globex")
LANGUAGES = {
    **dict.fromkeys(("juergen.grossmann@example.com", "paula.kroeger@example.com", "hugo.steinmetz@example.com"), "de"),
    **dict.fromkeys(("maelle.guerin@example.com", "aissatou.diouf@example.org"), "fr"),
    **dict.fromkeys(("inigo.nunez@example.com", "lucia.castano@example.net"), "es"),
    **dict.fromkeys(("layla.alhaddad@example.com", "youssef.mansour@example.net"), "ar"),
}
CHANGED_PASSWORD = (USER, "thandiwe.dlamini@example.com", "kim.minseo@example.com")
FOUNDERS = (
    *("juergen.grossmann@example.com", "beatrice.lopresti@example.com", "thandiwe.dlamini@example.com"),
    *("giorgos.papadakis@example.com", "ines.conceicao@example.com", "malik.johnson@example.com"),
    *("ksenia.zhuravleva@example.net", "mette.ostergard@example.com", "huong.nguyen@example.com"),
)
"""Who came first, after the first admin."""
OLDEST = 176
"""Days ago the first one came."""
WAYS = ("sign up", "invitation", *PROVIDERS)
WEIGHTS = (66, 8, 17, 9)


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str
    role: str
    way: str
    joined: dt.timedelta
    """Before the present."""
    devices: tuple[Device, ...]


def people(rng: Random) -> list[Person]:
    """Always the same for the same dice; the first admin is the first of them."""
    lines = NAMES.read_text(encoding="utf-8").splitlines()
    return [_person(rng, *line.split("\t")) for line in lines]


def _person(rng: Random, name: str, email: str) -> Person:
    days = OLDEST - 9 - rng.triangular(0, OLDEST - 11, 60)
    way = rng.choices(WAYS, WEIGHTS)[0]
    how_many = rng.choices((1, 2, 3, 4), (38, 36, 18, 8))[0]
    role = "admin" if email in ADMINS else "staff" if email in STAFFERS else "user"
    if email == ADMIN:
        way, days, how_many = "operator", OLDEST, 3
    elif role != "user":
        way, days, how_many = "invitation", OLDEST - rng.uniform(8, 40), max(how_many, 2)
    elif email in FOUNDERS:
        days = OLDEST - 1 - FOUNDERS.index(email) * 0.6
    elif email == USER:
        way, days, how_many = "sign up", 120, 3
    if email == EXAMPLE:
        days, how_many = 97, 5
    return Person(name, email, role, way, dt.timedelta(days=days), devices.some(rng, how_many))
