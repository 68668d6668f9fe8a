"""The roles, and what each may do. Adding a role is one line here; a user has exactly one."""

from __future__ import annotations

USERS_READ = "users:read"
USERS_WRITE = "users:write"
POSTS_MODERATE = "posts:moderate"

ROLES: dict[str, frozenset[str]] = {
    "user": frozenset(),
    "staff": frozenset({USERS_READ, POSTS_MODERATE}),
    "admin": frozenset({USERS_READ, USERS_WRITE, POSTS_MODERATE}),
}
DEFAULT_ROLE = "user"
ADMIN_ROLE = "admin"

PERMISSIONS: frozenset[str] = frozenset().union(*ROLES.values())


def permissions_of(role: str) -> frozenset[str]:
    """What a role may do. A role that is no longer defined may do nothing."""
    return ROLES.get(role, frozenset())
