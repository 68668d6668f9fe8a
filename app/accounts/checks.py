"""What the doctor wants to know of how people come in."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from app.accounts.second_factors import SECOND_FACTOR, every_factor
from app.accounts.sign_in import steps_asked_for
from app.core import doctor
from app.core.doctor import Check, Finding, Severity


def look_at_factors() -> Iterator[Finding]:
    asking = [factor.name for factor in every_factor() if factor.asks and factor.stands_alone]
    if asking and SECOND_FACTOR not in steps_asked_for():
        yield Finding(
            "second_factors_not_asked_for",
            Severity.ERROR,
            f"People can set up a second factor ({', '.join(asking)}), and no sign-in asks for it.",
            'Put the feature "assurance" back, or name the step of a check of yours: '
            f'add_check(app, check, step="{SECOND_FACTOR}").',
        )


def init_app(app: Flask) -> None:
    doctor.add(app, Check("second factors", look_at_factors, at_start=True))
