"""Why an API key is good or not, check by check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hmac import compare_digest

from app.accounts.explaining import user_steps
from app.accounts.models import User
from app.core import clock
from app.core.explaining import Explainer, Step
from app.core.tables import moment
from app.extensions import db
from app.features.api_keys.models import ApiKey
from app.features.api_keys.service import digest_of
from app.passport.strategies.api_key import INVALID_API_KEY, is_api_key, parts_of

REFUSED = INVALID_API_KEY.code


def explain(token: str) -> Iterator[Step]:
    yield Step("strategy", "api_key: in Authorization: Bearer <key>, on routes that take programs without a session")
    parts = parts_of(token)
    if parts is None:
        yield Step("form", "It is cut off, or changed: fp_, 32 digits, _, 64 digits.", good=False, code=REFUSED)
        return
    key = db.session.get(ApiKey, parts[0])
    if key is None:
        yield Step(
            "key", "There is no such key: it ended long ago, or is of another database.", good=False, code=REFUSED
        )
        return
    yield Step("key", f"{key.id}, made {moment(key.created_at)}, last used {moment(key.last_used_at)}")
    good = compare_digest(key.secret_hash, digest_of(parts[1]))
    yield Step(
        "secret",
        "It fits." if good else "It is another one than this key's.",
        good=good,
        code=None if good else REFUSED,
    )
    yield from _times(key)
    for step in user_steps(db.session.get(User, key.user_id)):
        yield replace(step, code=step.code and REFUSED)
    yield Step("scopes", f"Limited to: {', '.join(key.scope_names) or 'nothing that needs a permission'}")


def _times(key: ApiKey) -> Iterator[Step]:
    if key.revoked_at is not None:
        yield Step("revoked", f"Since {moment(key.revoked_at)}.", good=False, code=REFUSED)
    if key.expires_at is not None and key.expires_at <= clock.now():
        yield Step("expired", f"Since {moment(key.expires_at)}.", good=False, code=REFUSED)


EXPLAINER = Explainer("API key", is_api_key, explain)
