"""The code of an unknown device: mailed for a sign-in that waits, and good once for that one."""

from __future__ import annotations

import uuid

from app.accounts import prove_address
from app.accounts.events import EmailVerified, PasswordReset
from app.accounts.mailed_codes import MailedCodes
from app.accounts.service import locked
from app.browser.device import remember_here
from app.browser.second_factor import Shown
from app.core.errors import refusal
from app.features.unknown_device.check import NAME

WRONG_DEVICE_CODE = refusal(
    401,
    "wrong_device_code",
    "This is not the code that was mailed for this sign-in: it is wrong, too old, or was used before.",
    for_people="This code is wrong or too old. Only the one of the newest mail works.",
)
CODES = MailedCodes(name=NAME, template="unknown_device/code", wrong=WRONG_DEVICE_CODE, is_wanted=lambda _: True)


def use(user_id: uuid.UUID, *, code: str, place: str) -> None:
    """Use the code up. Whoever has it knows the password and reads the mailbox: the address is proved, too."""
    CODES.use(user_id, code, place=place, then=_prove)


SHOWN = Shown(
    name=NAME,
    judge=lambda user_id, sent: use(user_id, code=sent["code"], place=sent["token"]),
    refuses=(WRONG_DEVICE_CODE,),
    step=NAME,
)


def _prove(user_id: uuid.UUID) -> None:
    prove_address(locked(user_id), set_up_by_them=True)


def make_known(event: PasswordReset | EmailVerified) -> None:
    """Whoever brings what was mailed has shown as much as the code does. An administrator's browser is not theirs."""
    if event.user_id is not None and event.by in ("owner", None):
        remember_here(event.user_id)
