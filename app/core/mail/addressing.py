"""Addresses as mail servers take them, and what people and operators wrote as one line of a header."""

from __future__ import annotations

import unicodedata
from email.headerregistry import Address

import idna

BREAKS = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Categories of characters that no header holds: control characters, lone surrogates, line and paragraph breaks."""


def address_of(written: str, name: str = "") -> Address:
    """Somebody's address. A domain of other letters than ASCII is written as DNS knows it; the part before the ``@``
    is left as it is, and needs a mail server with SMTPUTF8 where it is not ASCII.

    Raises ValueError, also for a line break, which would begin a header of the sender's own (CWE-93).
    """
    local, at, domain = written.rpartition("@")
    if not (local and at and domain) or one_line(written) != written or " " in written:
        raise ValueError("this is no address")
    try:
        plain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        raise ValueError("the domain of this address cannot be") from None
    return Address(one_line(name), username=local, domain=plain)


def one_line(written: str) -> str:
    """Without line breaks and control characters: what stands in a header begins no other."""
    return " ".join("".join(" " if unicodedata.category(sign) in BREAKS else sign for sign in written).split())
