"""What happened: who did what, and when. It is told in the order of its days, by ``deeds`` and ``factors``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Concatenate, ParamSpec

from demo import deeds
from demo.company import ADMIN, CHANGED_PASSWORD, LANGUAGES, PROVIDERS, Person
from demo.stage import Stage

P = ParamSpec("P")
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
MAILED_EVERY = DAY


@dataclass(order=True)
class Beat:
    ago: dt.timedelta
    """Before the present."""
    number: int
    deed: Callable[[Stage], object] = field(compare=False)


@dataclass
class Plot:
    """The beats, as they come to mind."""

    rng: Random
    cast: dict[str, Person]
    beats: list[Beat] = field(default_factory=list)

    def at(
        self, ago: dt.timedelta, deed: Callable[Concatenate[Stage, P], object], *args: P.args, **more: P.kwargs
    ) -> None:
        self.beats.append(Beat(ago, -len(self.beats), lambda stage: deed(stage, *args, **more)))

    def in_order(self) -> list[Beat]:
        """From the longest ago to the present; what comes to mind later comes later in the same moment."""
        return sorted(self.beats, reverse=True)

    def up_to(self, at_most: dt.timedelta) -> dt.timedelta:
        """By chance."""
        return at_most * self.rng.random()


def tell(stage: Stage, plot: Plot) -> None:
    """Under the clock of the stage. What is due to be mailed is mailed once a day."""
    mailed: dt.datetime | None = None
    for beat in plot.in_order():
        moment = stage.now - beat.ago
        if mailed is None or moment - mailed >= MAILED_EVERY:
            stage.send_mails()
            mailed = moment
        stage.hands.moment = moment
        beat.deed(stage)
    stage.hands.moment = stage.now
    stage.send_mails()


def everyday(plot: Plot) -> None:
    """How everybody came, and what they do since."""
    for person in plot.cast.values():
        arrival(plot, person)
        habits(plot, person)


def arrival(plot: Plot, person: Person) -> None:
    email, name, device, ago = person.email, person.name, person.devices[0], person.joined
    if person.way == "operator":
        plot.at(ago, deeds.make_first_admin, email, name)
    elif person.way == "sign up":
        plot.at(ago, deeds.sign_up, email, name, device, earlier=email in CHANGED_PASSWORD)
        if plot.rng.random() < 0.93:
            plot.at(ago - 4 * MINUTE, deeds.prove_address, email, device)
    elif person.way in PROVIDERS:
        plot.at(ago, deeds.come_from, person.way, email, name, device)
    else:
        sent = ago + 3 * HOUR + plot.up_to(20 * HOUR)
        plot.at(sent, deeds.invite, ADMIN, plot.cast[ADMIN].devices[0], email, person.role)
        plot.at(ago, deeds.accept, email, name, device)
    if email in LANGUAGES:
        plot.at(ago - 6 * MINUTE, deeds.choose_language, email, device, LANGUAGES[email])


def habits(plot: Plot, person: Person) -> None:
    """Each device is signed in on a day of its own; most are used until lately, some are given up."""
    rng, email = plot.rng, person.email
    is_active = rng.random() < 0.8 or person.role != "user" or email in CHANGED_PASSWORD
    strategy = person.way if person.way in PROVIDERS else "local"
    for number, device in enumerate(person.devices):
        first = person.joined - 10 * MINUTE if number == 0 else person.joined * rng.uniform(0.1, 0.95)
        plot.at(first, deeds.sign_in, email, device, strategy)
        last = plot.up_to(min(first, 12 * DAY)) if is_active else first * rng.uniform(0.6, 0.99)
        last = max(last, 5 * MINUTE + plot.up_to(2 * HOUR))
        if number and rng.random() < 0.15 and email not in CHANGED_PASSWORD:
            plot.at(last, deeds.sign_out, email, device)
        elif last < first:
            # Whoever was away for long enough signs in anew.
            is_anew = is_active and first > 20 * DAY and rng.random() < 0.45
            if is_anew:
                plot.at(last, deeds.sign_in, email, device, strategy)
            else:
                plot.at(last, deeds.come_back, email, device)
