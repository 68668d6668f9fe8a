"""What Flaskport itself ships. Where a test pins an exact list, it pins what is listed here: whatever a project adds to
it is that project's business, and fails no list of ours.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

ITSELF = bool(os.environ.get("FLASKPORT_ITSELF"))
""".ci/run says it, where Flaskport itself is made: there nothing may be missing from these lists."""

API = {"app.api.managing", "app.api.profile", "app.api.users"}
"""Modules with views of the blueprint ``api``, to which projects add."""
BLUEPRINTS = {
    "second_factors_of_users",
    "assurance_pages",
    "api-docs",
    "api_keys",
    "api_keys_of_users",
    "assurance",
    "audit",
    "auth",
    "challenges",
    "check",
    "dev_mail",
    "docs",
    "doctor",
    "email_verification",
    "email_verification_pages",
    "email_change",
    "email_code",
    "email_code_steps",
    "email_change_pages",
    "health",
    "invitation_page",
    "invitations",
    "magic_link",
    "magic_link_page",
    "metrics",
    "notice_pages",
    "notices",
    "passkey_newcomers",
    "passkey_origins",
    "passkey_ways",
    "passkeys",
    "pages",
    "password_quality",
    "password_reset",
    "password_reset_of_users",
    "password_reset_pages",
    "popup",
    "personal_data",
    "providers",
    "recovery_codes",
    "registration",
    "posts",
    "static",
    "totp",
    "trpc",
    "trusted_devices",
    "unknown_device",
    "unknown_device_page",
    "well_known",
}
"""Endpoints and blueprints that are all ours."""
STRATEGIES = {"api_key", "basic", "external_jwt", "jwt", "local", "refresh"}
"""By the name that guards have for them."""
PROCEDURES = {
    "app.api.procedures",
    "app.auth.procedures",
    "app.features.assurance.procedures",
    "app.features.audit.procedures",
    "app.features.email_verification.procedures",
    "app.features.invitations.procedures",
    "app.features.password_reset.procedures",
    "app.features.notices.procedures",
    "app.features.passkeys.procedures",
    "app.features.posts.procedures",
    "app.features.recovery_codes.procedures",
    "app.features.totp.procedures",
    "app.features.trusted_devices.procedures",
}
"""Modules with tRPC procedures."""
WITH_PROCEDURES = tuple(name.split(".")[2] for name in sorted(PROCEDURES) if name.startswith("app.features."))
"""Features that have some."""


def is_ours(app: Flask, rule: Rule) -> bool:
    """Is this a route that Flaskport ships?"""
    blueprint = rule.endpoint.partition(".")[0]
    return blueprint in BLUEPRINTS or (blueprint == "api" and app.view_functions[rule.endpoint].__module__ in API)


def is_our_procedure(function: Callable[..., Any]) -> bool:
    return function.__module__ in PROCEDURES
