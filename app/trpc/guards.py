"""The words of app/guards.py, typed for procedures: a view returns a response, a procedure whatever it likes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, TypeVar, cast, overload

from app import guards

F = TypeVar("F", bound=Callable[..., Any])


class Word(Protocol):
    """Leaves a function's type as it is."""

    def __call__(self, function: F, /) -> F: ...


class WordWithVia(Protocol):
    @overload
    def __call__(self, function: F, /) -> F: ...
    @overload
    def __call__(self, *, via: Sequence[str]) -> Word: ...


class WordWithNames(Protocol):
    def __call__(self, *names: str, via: Sequence[str] = guards.DEFAULT_VIA) -> Word: ...


class WordWithLevel(Protocol):
    def __call__(self, level: Literal["mfa"], *, within: int | None = None, if_enrolled: bool = False) -> Word: ...


public = cast(Word, guards.public)
optional_auth = cast(WordWithVia, guards.optional_auth)
login_required = cast(WordWithVia, guards.login_required)
fresh_required = cast(Word, guards.fresh_required)
assurance_required = cast(WordWithLevel, guards.assurance_required)
role_required = cast(WordWithNames, guards.role_required)
permission_required = cast(WordWithNames, guards.permission_required)
