"""Choices between names that parts of the app declare: read when one is made, for others may have declared more."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import click
from click.shell_completion import CompletionItem
from marshmallow import validate


class OneOf(validate.OneOf):
    """For marshmallow, whose own says in its refusals what there was to choose when it was made."""

    def _format_error(self, value: Any) -> str:
        return self.error.format(input=value, choices=", ".join(self.choices), labels="")


class Choice(click.ParamType[str]):
    """For click, whose own copies the names."""

    name = "choice"

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return self._now().convert(value, param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        return self._now().get_metavar(param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return self._now().shell_complete(ctx, param, incomplete)

    def _now(self) -> click.Choice[str]:
        return click.Choice(self._names)
