"""Things that may happen once: a secret that somebody carries away and brings back in time."""

from app.one_time.mailed import Found, Holder, Mailed, find, give_back, handle_of, holder, mail, try_code, use
from app.one_time.models import OneTime
from app.one_time.service import Redeemed, issue, look_at, prune, redeem, rescuing, spend, void_all

__all__ = [
    "Found",
    "Holder",
    "Mailed",
    "OneTime",
    "Redeemed",
    "find",
    "give_back",
    "handle_of",
    "holder",
    "issue",
    "look_at",
    "mail",
    "prune",
    "redeem",
    "rescuing",
    "spend",
    "try_code",
    "use",
    "void_all",
]
