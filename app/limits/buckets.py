"""What may be limited, and how: rates, back-offs, and the buckets that are kept of each account, network, device."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import add

from app.core.keyed import macs

A_SECOND = 1_000_000
A_DAY = 86_400 * A_SECOND
"""In microseconds."""
UNREADABLE = "?"
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052: how the IPv4 hosts of the world look to a server that has IPv6 alone. The last four bytes are theirs."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``amount`` in any ``period``: half of them at once, the other half evenly over the period (GCRA)."""

    name: str
    amount: int
    period: dt.timedelta

    def __post_init__(self) -> None:
        if self.amount < 2:
            raise ValueError("a rate of less than 2 has no half to allow at once")

    @property
    def at_once(self) -> int:
        return self.amount // 2

    @property
    def cost(self) -> int:
        """What one charge takes to leak out again."""
        return -(-_microseconds(self.period) // (self.amount - self.at_once))

    def parameters(self) -> dict[str, int]:
        return {"cost": self.cost, "burst": (self.at_once - 1) * self.cost}


@dataclass(frozen=True, slots=True)
class BackOff:
    """``free`` attempts without a wait, then one after 1, 2, 4 … seconds, at most ``cap``; forgotten when it is quiet
    for so long as ``forget`` says. What is refused counts for nothing, and makes no wait longer.
    """

    name: str
    free: int
    cap: dt.timedelta
    forget: dt.timedelta

    def __post_init__(self) -> None:
        if self.free < 1 or self.cap < dt.timedelta(seconds=1) or self.forget < self.cap:
            raise ValueError("a back-off has a free attempt, a cap of a second or more, and remembers for so long")

    def parameters(self) -> dict[str, int]:
        cap = _microseconds(self.cap)
        doublings = next(n for n in range(64) if A_SECOND << n >= cap)
        return {"free": self.free, "doublings": doublings, "cap": cap, "forget": _microseconds(self.forget)}


Limit = Rate | BackOff


@dataclass(frozen=True)
class Bucket:
    """What a limit counts of something: ``of`` says of what, and begins with its kind ("network:192.0.2.7").

    With ``beside`` it is one of several of the same: of an account, that of one network. All buckets of a thing are
    found by what they are ``of``.
    """

    limit: Limit
    of: str
    beside: str = ""

    @property
    def key(self) -> str:
        return self.keys[0]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Under each JWT_SECRET, the newest first."""
        return _keys(self.of, "limit", self.limit.name, self.of, self.beside)


@dataclass(frozen=True)
class Note:
    """Something to remember about one of several things beside each other: that an account is at home in a network."""

    name: str
    of: str
    beside: str

    @property
    def key(self) -> str:
        return self.keys[0]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return _keys(self.of, "note", self.name, self.of, self.beside)


def prefixes_of(of: str) -> tuple[str, ...]:
    """How the keys of all buckets of something begin, under each JWT_SECRET."""
    return _hashes("of", of)


def _keys(of: str, *parts: str) -> tuple[str, ...]:
    return tuple(map(add, prefixes_of(of), _hashes(*parts)))


def _hashes(*parts: str) -> tuple[str, ...]:
    """Keyed, so that nobody who reads the table can try addresses on it."""
    return tuple(mac.hex()[:24] for mac in macs(b"flaskport limits", "\0".join(parts)))


@lru_cache(1024)
def network_of(address: str) -> str:
    """Whose attempts count together: an IPv4 address, also within an IPv6 one, or the /64 of any other IPv6 one.

    All that is unreadable is one network. So are all clients of a server that listens on a Unix socket, while
    TRUSTED_PROXY_COUNT is 0.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return UNREADABLE
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip in NAT64:
        return str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return str(ip.ipv4_mapped or ipaddress.ip_network((int(ip) >> 64 << 64, 64)))


def _microseconds(length: dt.timedelta) -> int:
    return length // dt.timedelta(microseconds=1)
