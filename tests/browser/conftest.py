"""The names of tests.browsers, whose fixtures are there for every folder of tests."""

from tests.browsers import (
    LAN,
    Site,
    copy_front_end,
    new_account,
    new_profile,
    picture,
    serving,
    settle,
    sign_in,
    with_client,
)

__all__ = [
    "LAN",
    "Site",
    "copy_front_end",
    "new_account",
    "new_profile",
    "picture",
    "serving",
    "settle",
    "sign_in",
    "with_client",
]
