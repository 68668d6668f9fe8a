"""Links and codes that were mailed to somebody: judged like any other proof, and used up with what they unlock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import sqlalchemy as sa

from app import one_time
from app.accounts.events import Refused, SignInRefused, refusals_announced
from app.accounts.gates import Claimed, Passage, ask_gates
from app.accounts.models import User
from app.core.database import read_one, transaction
from app.core.errors import refusal
from app.core.events import announce_alone
from app.one_time import Found

PASSWORD_RESET = "password_reset"  # noqa: S105 (a purpose, not a password)
"""The purpose of a secret that lets somebody set a new password on the page /reset-password. Whatever proves that
somebody reads the account's address may lead there; with ``address`` the secret is good for no other one."""

LINK_OVER = refusal(
    410,
    "link_over",
    "This link was used already, replaced by a newer one, or is too old. Ask for another.",
)
WRONG_CODE = refusal(
    422,
    "wrong_code",
    "This code is wrong or too old, or was asked for in another browser.",
    for_people="This code is wrong or too old. Codes work in the browser that asked for them.",
)


class Brought(NamedTuple):
    """What somebody brings back from a mail: the link's token; or the code, to the browser that asked."""

    token: str | None = None
    code: str | None = None
    handle: str | None = None
    """Of this browser, for the purpose (``browser.binding.handle``). None: it never asked for a mail."""


class Judged(NamedTuple):
    """A mailed secret that is good. ``used_up`` is the transaction of what it unlocks."""

    found: Found
    passage: Passage | None

    @contextmanager
    def used_up(self) -> Iterator[None]:
        """Raises LINK_OVER where somebody else has used it meanwhile. What the block raises makes it good again."""
        with transaction():
            if not one_time.use(self.found):
                raise LINK_OVER
            yield
        if self.passage is not None:
            self.passage.proved()

    def put_back(self) -> None:
        """What it is for was refused for another reason: the code's try counts no more, nor does it at the gates."""
        one_time.give_back(self.found)
        if self.passage is not None:
            self.passage.unjudged()


_BY_ADDRESS = sa.select(User.id).where(User.email_normalized == sa.bindparam("address"))


def judge(purpose: str, brought: Brought, *, refused: Refused | None = None) -> Judged:
    """What was brought, if it is good; it is not used up yet. Not inside a transaction: wrong tries must count.

    ``refused`` is announced of a code that is not, where that lets nobody in (SignInRefused). Raises LINK_OVER,
    WRONG_CODE, and whatever a gate raises.
    """
    if brought.token is not None:
        return Judged(_link(purpose, brought.token), None)
    return _code(purpose, brought.handle, brought.code or "", refused)


def _link(purpose: str, token: str) -> Found:
    found = one_time.find(token, purpose)
    if found is None:
        ask_gates(Claimed(way=purpose, what="wrong secret"))
        announce_alone(SignInRefused(user_id=None, strategy=purpose, code=LINK_OVER.code))
        raise LINK_OVER
    return found


def _code(purpose: str, handle: str | None, code: str, refused: Refused | None) -> Judged:
    """Guesses count for the account whose mail it is, or as much for an address that none has.

    Where there was no mail, such as for an address that is proved already, they count for the account as well: of all
    flows together there are as many for each address. Blanks are no part of a code: people type them, or copy them
    along.
    """
    holder = (one_time.holder(handle, purpose) if handle else None) or one_time.Holder(None, None)
    if holder.address is not None:
        row = read_one(_BY_ADDRESS, {"address": holder.address})
        holder = one_time.Holder(holder.user_id or (row and row.id), holder.address)
    refused = refused or partial(SignInRefused, user_id=holder.user_id, strategy=purpose)
    with refusals_announced(refused):
        passage = ask_gates(Claimed(way=purpose, user_id=holder.user_id, email=holder.address))
        with passage:
            found = one_time.try_code(handle, "".join(code.split()), purpose) if handle else None
        if found is None:
            raise WRONG_CODE(errors={"code": [WRONG_CODE.for_people]})
    return Judged(found, passage)
