"""What a view says about who may call it: the mark that guards leave, and how it is read."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ParamSpec, Protocol, TypeVar

from flask.typing import ResponseReturnValue

from app.passport.refusals import Refusal

U_contra = TypeVar("U_contra", contravariant=True)
P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)


class BadGuards(RuntimeError):
    """Views that are not guarded as they must be, or not there. Each line of the text names one, and what is wrong."""

    stops_the_start = True


class Requirement(Protocol[U_contra]):
    """What a guard asks beyond "somebody". ``kind`` and ``names`` are checked against the app's vocabulary."""

    @property
    def kind(self) -> str: ...
    @property
    def names(self) -> Collection[str]: ...
    @property
    def refusals(self) -> Collection[type[Refusal]]:
        """How it says no."""

    def __call__(self, user: U_contra) -> None:
        """Return for yes; raise Forbidden for no."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Who may call a view. The mark that the start-up check, ``flask auth routes`` and OpenAPI read."""

    strategies: tuple[str, ...] = ()
    optional: bool = False
    requirement: Requirement[Any] | None = None
    csrf: bool = True
    """False: a cookie counts without the CSRF header, whatever the method."""

    @property
    def is_public(self) -> bool:
        return not self.strategies

    def __str__(self) -> str:
        return "public" if self.is_public else self.said(self.strategies)

    def said(self, strategies: tuple[str, ...]) -> str:
        """In words, with these strategies in the place of groups."""
        words = ["|".join(strategies)]
        if self.requirement is not None:
            words.append(f"{self.requirement.kind}: {', '.join(sorted(self.requirement.names)) or 'yes'}")
        elif self.optional:
            words.append("optional")
        if not self.csrf:
            words.append("without CSRF header")
        return " ".join(words)


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Anyone may call this, said aloud."""

    @functools.wraps(view)
    def opened(*args: P.args, **kwargs: P.kwargs) -> R:
        return view(*args, **kwargs)

    return mark(opened, Guard())


def mark(view: Callable[P, R], guard: Guard) -> Callable[P, R]:
    """Note the guard on the wrapper that enforces it; a copy further out (``functools.wraps``) is no guard.

    What it wraps is told, too: if that is what was registered, the guard came too late.
    """
    view.__dict__["passport_guard"] = (guard, view)
    wrapped = getattr(view, "__wrapped__", None)
    if wrapped is not None:
        wrapped.__dict__["passport_guarded"] = (wrapped, view)
    return view


def guard_above(view: Callable[..., Any]) -> Callable[..., Any] | None:
    """The guard that wraps this very function, which is registered without it."""
    wrapped, outer = getattr(view, "passport_guarded", (None, None))
    return outer if wrapped is view else None


def misplaced(view: Callable[..., Any], registered: Iterable[Callable[..., Any]]) -> str | None:
    """What is wrong with where a view's guard stands. One above the route is missed also where another is below it."""
    above = guard_above(view)
    if guard_of(view) is None and hasattr(view, "passport_guard"):
        return "the guard must stand directly under the route, above the rest."
    if above is not None and not any(above in layers_of(each) for each in registered):
        return "the guard stands above the route, where it guards nothing. Move it below."
    return "no guard. Add one, or @public to open it to anyone." if guard_of(view) is None else None


def layers_of(view: Callable[..., Any] | None) -> Iterator[Callable[..., Any]]:
    """A view and what it wraps, from the outside in."""
    while view is not None:
        yield view
        view = getattr(view, "__wrapped__", None)


def named(names: tuple[object, ...], example: str) -> None:
    """Raises TypeError where a guard that takes names got the view instead: it was written without its parentheses."""
    for name in names:
        if callable(name):
            view = getattr(name, "__qualname__", repr(name))
            raise TypeError(f"{view}: this guard takes names, as in {example}.")
        if not isinstance(name, str):
            raise TypeError(f"a guard takes names, as in {example}, and not {name!r}.")


def guard_of(view: Callable[..., Any]) -> Guard | None:
    """The guard that a registered view starts with, or None."""
    guard, owner = getattr(view, "passport_guard", (None, None))
    return guard if owner is view else None


def guards_of(view: Callable[..., Any] | None) -> Iterator[Guard]:
    """Every guard of a view, from the outside in: they may be stacked."""
    for layer in layers_of(view):
        guard = guard_of(layer)
        if guard is not None:
            yield guard
