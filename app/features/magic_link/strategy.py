"""The link that was mailed, or the code to the browser that asked, as a credential to sign in with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Request

from app.accounts import (
    ADDRESS_REFUSED,
    INVITATION_REQUIRED,
    LINK_OVER,
    REGISTRATION_CLOSED,
    WRONG_CODE,
    Brought,
    CurrentUser,
)
from app.browser import binding
from app.core.openapi import read_fields
from app.features.magic_link import service
from app.features.magic_link.schemas import FinishLinkSchema
from app.features.magic_link.service import OTHER_BROWSER
from app.passport import Strategy, Success


@dataclass(frozen=True, slots=True)
class LinkProof:
    """``remember``: as it was said with the link, else as it was wished in this browser when the mail was asked for."""

    remember: bool


class MagicLinkStrategy(Strategy[CurrentUser, LinkProof]):
    """``redeem`` uses up what was brought (``service.redeem``). It stands alone on its view.

    With MAGIC_LINK=only whoever has no account gets one by this.
    """

    name = service.NAME
    refusals = (
        LINK_OVER,
        WRONG_CODE,
        ADDRESS_REFUSED,
        INVITATION_REQUIRED,
        REGISTRATION_CLOSED,
        OTHER_BROWSER,
    )
    asks_gates = True

    def __init__(self, redeem: Callable[..., tuple[CurrentUser, bool]] = service.redeem) -> None:
        self._redeem = redeem

    def authenticate(self, request: Request) -> Success[CurrentUser, LinkProof]:
        fields = read_fields(request, FinishLinkSchema)
        brought = Brought(token=fields.get("token"), code=fields.get("code"), handle=binding.handle(self.name))
        user, wished = self._redeem(brought, confirmed=fields["confirm"])
        said = fields["remember"]
        return Success(user, self.name, LinkProof(wished if said is None else said))
