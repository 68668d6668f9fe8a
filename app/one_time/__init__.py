"""Things that may happen once: a secret that somebody carries away and brings back in time."""

from app.one_time.models import OneTime
from app.one_time.service import Redeemed, issue, prune, redeem, spend, void_all

__all__ = ["OneTime", "Redeemed", "issue", "prune", "redeem", "spend", "void_all"]
