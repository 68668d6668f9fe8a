"""``auth.resendVerification``. Proving the address is REST: it sets cookies (docs/trpc.md)."""

from __future__ import annotations

from typing import Any

from app.features.email_verification import service
from app.features.email_verification.schemas import AddressSchema
from app.trpc import Context, Router, public

rpc = Router()


@rpc.mutation("auth.resendVerification", input=AddressSchema)
@public
def resend(_ctx: Context, sent: dict[str, Any]) -> None:
    """Mail another link and code. The answer is the same whatever the address is."""
    service.resend(sent["email"], None)
