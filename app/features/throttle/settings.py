"""How much may be guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from config import Declared, Problem, Whole, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """The numbers of docs/limits.md."""

    pair_free: int = setting("THROTTLE_PAIR_FREE", Whole(1, 1000), "5", heading="Limits on guessing")
    """How many wrong passwords for one account from one network, or one browser that is known to the account, make
    nobody wait. After that 1, 2, 4 … seconds; docs/limits.md has all of this."""
    pair_cap: timedelta = setting("THROTTLE_PAIR_CAP_MINUTES", Whole(1, 1440, "minutes"), "15")
    """The longest of these waits. It is forgotten after a day without a wrong password."""
    account_free: int = setting("THROTTLE_ACCOUNT_FREE", Whole(1, 1000), "10")
    """The same for one account from anywhere, but for browsers that have signed in to it before."""
    account_cap: timedelta = setting("THROTTLE_ACCOUNT_CAP_MINUTES", Whole(1, 60, "minutes"), "5")
    """The longest of these waits, which others can bring upon somebody. It is forgotten after an hour."""
    devices_per_hour: int = setting("THROTTLE_DEVICES_PER_HOUR", Whole(2, 100_000), "60")
    """How many wrong passwords for one account come from all browsers together that have signed in to it before,
    and from networks that it was signed in to from."""
    network_per_hour: int = setting("THROTTLE_NETWORK_PER_HOUR", Whole(2, 1_000_000), "150")
    """How many wrong passwords, for whatever accounts, come from one network: an IPv4 address or an IPv6 /64."""
    secrets_per_hour: int = setting("THROTTLE_SECRETS_PER_HOUR", Whole(2, 1_000_000), "600")
    """How many wrong API keys and links from one network get their ordinary answer. Right ones are never counted."""
    registrations_per_hour: int = setting("THROTTLE_REGISTRATIONS_PER_HOUR", Whole(2, 1_000_000), "60")
    """How many accounts somebody may try to make from one network."""
    starts_per_hour: int = setting("THROTTLE_STARTS_PER_HOUR", Whole(2, 1_000_000), "240")
    """How many sign-ins with a provider may be begun from one network."""
    mails_per_hour: int = setting("THROTTLE_MAILS_PER_HOUR", Whole(2, 1_000_000), "60")
    """How many mails may be asked for from one network."""
    mails_per_address: int = setting("THROTTLE_MAILS_PER_ADDRESS", Whole(2, 1_000_000), "10")
    """How many mails an hour may be asked for to one address, from anywhere."""

    def rules(self) -> Iterator[Problem]:
        if self.account_cap > self.pair_cap:
            yield Problem(
                "THROTTLE_ACCOUNT_CAP_MINUTES must not be longer than THROTTLE_PAIR_CAP_MINUTES: strangers could keep "
                "somebody out for longer than their own mistakes do.",
                "account_cap",
                "pair_cap",
            )
