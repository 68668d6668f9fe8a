"""The names of tests.browsers, whose fixtures are there for every folder of tests."""

from tests.browsers import LAN, SHOTS, Site, copy_front_end, new_account, new_profile, serving, sign_in, with_client

__all__ = ["LAN", "SHOTS", "Site", "copy_front_end", "new_account", "new_profile", "serving", "sign_in", "with_client"]
