"""What the doctor finds in how people come in."""

from __future__ import annotations

import pytest

from app import EVERY_FEATURE, accounts, create_app
from app.core import doctor
from tests.databases import SETTINGS


@pytest.mark.parametrize(
    ("left_out", "step", "found"),
    [
        ("assurance", None, ["second_factors_not_asked_for"]),
        ("assurance", "second_factor", []),
        ("posts", None, []),
    ],
    ids=["nobody asks", "a check of one's own asks", "assurance asks"],
)
def test_second_factors_that_people_have_are_asked_for(left_out: str, step: str | None, found: list[str]) -> None:
    kept = [each for each in EVERY_FEATURE if getattr(each, "__name__", "") != f"app.features.{left_out}"]
    app = create_app(SETTINGS, kept)
    accounts.add_check(app, lambda _: None, step=step)
    told = [finding for finding in doctor.at_start(app) if finding.code == "second_factors_not_asked_for"]
    assert [finding.code for finding in told] == found
    assert all("(totp)" in finding.sentence for finding in told)
