"""Roles and permissions: declared by their owners, and known wherever one is named."""

from __future__ import annotations

from collections.abc import Iterator

import click
import marshmallow as ma
import pytest
from click.testing import CliRunner

from app.accounts import roles
from app.accounts.roles import PERMISSIONS, ROLES, permission, permissions_of, role
from app.accounts.schemas import UserSchema
from app.core.choices import Choice, OneOf
from app.passport import BadDeclaration


@pytest.fixture(autouse=True)
def declared_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test declares is gone after it."""
    monkeypatch.setattr(roles, "_declared", set(PERMISSIONS))
    before = dict(ROLES)
    yield
    ROLES.clear()
    ROLES.update(before)


def test_a_permission_is_held_by_the_roles_that_its_owner_names() -> None:
    assert permission("cheese:cut", roles=("staff", "admin")) == "cheese:cut"
    assert "cheese:cut" in PERMISSIONS
    assert [name for name in ROLES if "cheese:cut" in permissions_of(name)] == ["staff", "admin"]
    assert list(PERMISSIONS) == sorted(PERMISSIONS)
    assert {"cheese:cut", "none"} & PERMISSIONS == {"cheese:cut"}
    assert {"cheese:cut", "none"} - PERMISSIONS == {"none"}


def test_a_role_is_declared_with_what_it_may_do() -> None:
    role("tester", may=("users:read",))
    permission("cheese:eat", roles=("tester", "admin"))
    assert permissions_of("tester") == {"users:read", "cheese:eat"}
    assert permissions_of("wizard") == frozenset()


def test_what_is_declared_twice_or_unknown_does_not_start() -> None:
    before = {name: set(held) for name, held in ROLES.items()}
    with pytest.raises(BadDeclaration, match='There is already a permission "users:read"'):
        permission("users:read", roles=("user",))
    with pytest.raises(BadDeclaration, match='There is already a role "staff"'):
        role("staff")
    with pytest.raises(
        ValueError, match=r'Unknown role "amdin"\. Declared: user, staff, admin.*\. Did you mean "admin"'
    ):
        permission("cheese:cut", roles=("staff", "amdin"))
    with pytest.raises(BadDeclaration, match='Unknown permission "users:raed"'):
        role("tester", may=("users:raed",))
    assert {name: set(held) for name, held in ROLES.items()} == before
    assert "cheese:cut" not in PERMISSIONS


@pytest.mark.parametrize(
    "name", ["", "bookmarks", "bookmarks moderate", "bookmarks:", "Bookmarks:read", "a:b:c", "a: b"]
)
def test_a_permission_is_a_noun_and_a_verb(name: str) -> None:
    told = rf'^tests\.accounts\.test_roles: "{name}" is no name of a permission\. Write noun:verb in lower-case letters'
    with pytest.raises(BadDeclaration, match=told):
        permission(name, roles=("admin",))
    assert name not in PERMISSIONS


def test_what_is_declared_later_can_be_chosen() -> None:
    chosen, typed, described = OneOf(PERMISSIONS), Choice(ROLES), UserSchema().fields["role"]
    role("tester")
    permission("cheese:eat", roles=("tester",))

    @click.command()
    @click.option("--role", type=typed)
    def command(role: str) -> None:
        click.echo(role)

    assert chosen("cheese:eat") == "cheese:eat"
    with pytest.raises(ma.ValidationError, match=r"Must be one of: .*\bcheese:eat\b"):
        chosen("audit:raed")
    assert CliRunner().invoke(command, ["--role", "tester"]).output == "tester\n"
    assert "'tester'" in CliRunner().invoke(command, ["--role", "testr"]).output
    assert f"[{'|'.join(ROLES)}]" in CliRunner().invoke(command, ["--help"]).output
    assert described.metadata["description"] == f"One of: {', '.join(ROLES)}."
