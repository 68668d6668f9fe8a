"""What an e-mail address is, and when two are the same."""

from __future__ import annotations

import unicodedata

from email_validator import EmailNotValidError, validate_email

from app.core.errors import VALIDATION_FAILED, Refusal, invalid
from app.core.languages import said

MAX_LENGTH = 254


def normalize(address: str) -> str:
    """The form by which addresses are compared: NFKC, lower case, the domain in IDNA's ASCII form.

    Unicode is folded *before* validation (a full-width at sign is an at sign); what was checked is what is stored.
    Nothing is looked up in DNS: that somebody reads the mailbox is for a mail to prove. Names that only exist inside
    an organisation or a test (.local, .test) are fine; a bare host or an IP address is not. Raises VALIDATION_FAILED.
    """
    folded = unicodedata.normalize("NFKC", address)
    if max(len(folded), len(address)) > MAX_LENGTH:
        raise _invalid()
    try:
        parts = validate_email(
            folded, check_deliverability=False, globally_deliverable=False, test_environment=True, strict=True
        )
    except EmailNotValidError:
        raise _invalid() from None
    top_level = parts.ascii_domain.rpartition(".")
    if not top_level[0] or top_level[2].isdigit():
        raise _invalid()
    normalized = f"{parts.local_part}@{parts.ascii_domain}".casefold()
    return unicodedata.normalize("NFKC", normalized)


def same_mailbox(one: str, other: str) -> bool:
    """Do both lead to the same mailbox, whatever server it is on? Never raises: what is no address has no mailbox.

    Where somebody is let in by an address that another party vouches for, ``normalize`` folds too much: a mail server
    may well keep strau\u00df@ and strauss@ apart (RFC 6531 section 3.2), and whoever has the one would get the account
    of the other. So the local parts must be equal but for the case of ASCII letters. The domain has one IDNA form.
    """
    local, at, _domain = one.rpartition("@")
    other_local, other_at, _other_domain = other.rpartition("@")
    try:
        same_address = normalize(one) == normalize(other)
    except VALIDATION_FAILED:
        return False
    return bool(at and other_at) and same_address and _ascii_lower(local) == _ascii_lower(other_local)


def _ascii_lower(text: str) -> bytes:
    return text.encode().lower()  # bytes.lower knows ASCII only


def _invalid() -> Refusal:
    return invalid(email=said("Not a valid e-mail address."))
