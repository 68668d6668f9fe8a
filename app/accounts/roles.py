"""The roles, and what each may do. Whoever owns a permission or a role declares it while its module is imported."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Set
from difflib import get_close_matches

from app.passport.declarations import BadDeclaration, caller

ROLES: dict[str, frozenset[str]] = {"user": frozenset(), "staff": frozenset(), "admin": frozenset()}
"""Every role with its permissions. A user has exactly one role."""
DEFAULT_ROLE = "user"
ADMIN_ROLE = "admin"

_PERMISSION = re.compile(r"{0}:{0}".format("[a-z]+([-_][a-z]+)*"))

_declared: set[str] = set()


class _Permissions(Set[str]):
    """Every permission that is declared by now, in alphabetical order."""

    def __contains__(self, name: object) -> bool:
        return name in _declared

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(_declared))

    def __len__(self) -> int:
        return len(_declared)

    @classmethod
    def _from_iterable(cls, names: Iterable[str]) -> frozenset[str]:  # type: ignore[override]
        return frozenset(names)


PERMISSIONS: Set[str] = _Permissions()
"""To be read when it is used, and not copied while modules are imported: others may declare more."""


def role(name: str, *, may: Collection[str] = ()) -> str:
    """Declare a role that holds these permissions. Returns the name. Raises BadDeclaration, and the app does not start.

    It is a string in the user's row: whose role is no longer declared may do nothing.
    """
    module = caller()
    if name in ROLES:
        raise BadDeclaration(f'{module}: There is already a role "{name}".')
    for permission_name in may:
        _require(module, "permission", permission_name, PERMISSIONS)
    ROLES[name] = frozenset(may)
    return name


def permission(name: str, *, roles: Collection[str]) -> str:
    """Declare a permission that these roles hold. Returns the name. Raises BadDeclaration, and the app does not start.

    Nobody can give a role that may do more than their own: what ``admin`` does not hold, admins cannot give.
    """
    module = caller()
    if not _PERMISSION.fullmatch(name):
        raise BadDeclaration(
            f'{module}: "{name}" is no name of a permission. Write noun:verb in lower-case letters: "posts:moderate".'
        )
    if name in PERMISSIONS:
        raise BadDeclaration(f'{module}: There is already a permission "{name}".')
    for role_name in roles:
        _require(module, "role", role_name, ROLES)
    _declared.add(name)
    for role_name in roles:
        ROLES[role_name] |= {name}
    return name


def permissions_of(role: str) -> frozenset[str]:
    """What a role may do. A role that is no longer declared may do nothing."""
    return ROLES.get(role, frozenset())


def _require(module: str, kind: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        close = get_close_matches(name, known, n=1)
        hint = f' Did you mean "{close[0]}"?' if close else ""
        raise BadDeclaration(f'{module}: Unknown {kind} "{name}". Declared: {", ".join(known)}.{hint}')


USERS_READ = permission("users:read", roles=("staff", "admin"))
USERS_WRITE = permission("users:write", roles=("admin",))
