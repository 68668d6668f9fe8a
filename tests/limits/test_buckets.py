"""What is no limit, and whose attempts count together."""

from __future__ import annotations

import datetime as dt

import pytest

from app.limits import BackOff, Rate, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("64:ff9b::c000:207", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "?"),
        ("unix:", "?"),
    ],
)
def test_a_network_is_an_address_or_its_64(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize("amount", [0, 1])
def test_a_rate_needs_two(amount: int) -> None:
    with pytest.raises(ValueError, match="half"):
        Rate("none", amount, dt.timedelta(hours=1))


@pytest.mark.parametrize(("free", "cap", "forget"), [(0, 1, 1), (1, 0, 1), (1, 60, 59)])
def test_a_back_off_that_could_not_work_is_none(free: int, cap: int, forget: int) -> None:
    with pytest.raises(ValueError, match="back-off"):
        BackOff("none", free, dt.timedelta(seconds=cap), dt.timedelta(seconds=forget))
