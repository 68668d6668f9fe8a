"""The caller's own sessions: list them, end one."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, jsonify

from app import sessions
from app.auth.blueprint import auth
from app.auth.schemas import DevicesSchema, show_device
from app.browser.signed_in import without_cookies
from app.core.errors import NOT_FOUND
from app.core.http import no_content
from app.core.openapi import CLEARS_COOKIES
from app.core.paging import PageQuerySchema
from app.guards import current_user, login_required


@auth.get("/sessions")
@login_required
@auth.arguments(PageQuerySchema, location="query")
@auth.response(200, DevicesSchema)
def list_sessions(page: dict[str, Any]) -> Response:
    """Where the caller is signed in, the last seen first."""
    user = current_user()
    here = user.session and user.session.id
    found, next_cursor = sessions.list_active(user.id, **page)
    devices = [show_device(session, current=session.id == here) for session in found]
    return jsonify(items=devices, next_cursor=next_cursor)


@auth.delete("/sessions/<uuid:session_id>")
@login_required
@auth.response(204, headers=CLEARS_COOKIES)
@auth.refuses(NOT_FOUND, note="Not a session of the caller, or ended already.")
def end_session(session_id: uuid.UUID) -> Response:
    """Sign one device out."""
    user = current_user()
    if not sessions.revoke(session_id, "signed_out_remotely", user_id=user.id):
        raise NOT_FOUND
    if user.session is not None and user.session.id == session_id:
        return without_cookies()
    return no_content()
