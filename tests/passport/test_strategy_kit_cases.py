"""What the kit says of a case that is not right, and how it compares times and looks for secrets."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.passport.sound_strategy import ADAS, Sound, case_of, kit
from tests.strategy_kit import Example, StrategyConformance
from tests.strategy_kit.timing import area
from tests.strategy_kit.traces import spellings


def test_a_secret_that_is_not_in_its_example_is_pointed_out() -> None:
    example = Example("ada's key", {"headers": {"X-Key": ADAS}}, secrets=("another-text",))
    with pytest.raises(AssertionError, match="does not stand in its request"):
        kit.test_a_changed_credential_is_never_good(case_of(Sound(), good=[example]))


def test_an_app_that_has_served_a_request_is_pointed_out() -> None:
    app = Flask(__name__)
    app.test_client().get("/")
    with pytest.raises(AssertionError, match="an app that has served no request yet"):
        kit.test_good_credentials_are_recognised(case_of(Sound(), app=app))


def test_one_app_serves_several_cases() -> None:
    app = Flask(__name__)
    for _ in range(2):
        kit.test_good_credentials_are_recognised(case_of(Sound(), app=app))


def test_an_app_context_around_the_test_makes_no_difference() -> None:
    app = Flask(__name__)
    with app.app_context():
        case = case_of(Sound(), app=app)
        kit.test_good_credentials_are_recognised(case)
        kit.test_it_does_not_fall_through(case)


def test_a_case_without_a_broken_strategy_is_asked_for_one() -> None:
    with pytest.raises(AssertionError, match="give the case `broken`"):
        kit.test_an_outage_is_not_taken_for_nobody(case_of(Sound(), broken=None))


def test_the_fixture_that_was_not_overridden_says_so() -> None:
    with pytest.raises(NotImplementedError, match="override the fixture `case`"):
        StrategyConformance.case.__wrapped__(kit)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [([1.0, 2.0], [3.0, 4.0], 1.0), ([3.0, 4.0], [1.0, 2.0], 0.0), ([1.0, 2.0], [1.0, 2.0], 0.5)],
)
def test_the_area_says_how_often_the_first_was_faster(first: list[float], second: list[float], expected: float) -> None:
    assert area(first, second) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Basic YWRhOmMwcnJlY3QtaMO2cnNlOnNlY3JldA==",
        "Authorization: Basic YXg6YzBycmVjdC1ow7Zyc2U6c2VjcmV0",
        "password=c0rrect-h%C3%B6rse%3Asecret&x=1",
        r'{"password": "c0rrect-h\u00f6rse:secret"}',
        r"b'c0rrect-h\xf6rse:secret'",
        "63307272656374",
    ],
)
def test_a_secret_is_found_in_other_spellings(text: str) -> None:
    assert [form for form in spellings("c0rrect-hörse:secret") if form in text or form.startswith(text)]
