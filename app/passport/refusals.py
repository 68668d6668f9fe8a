"""What is refused, each declared once: its status, its code, its sentence. Who refuses raises the declaration.

``CSRF_MISSING = forbidden("csrf_missing", "…")`` makes a class of its own, so that ``raise CSRF_MISSING`` raises a new
instance each time, and ``except CSRF_MISSING`` catches this refusal alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar, cast

from app.passport.declarations import BadDeclaration, caller


class Refusal(Exception):
    """An answer of no, with a stable code. Its message is read by whoever asked, so it holds nothing secret.

    ``message`` is the declared sentence, or one that says more about this very case. ``errors`` says what is wrong by
    field, ``facts`` what a client needs to go on, ``headers`` go with the answer.
    """

    status: ClassVar[int]
    code: ClassVar[str]
    message: str
    meaning: ClassVar[str]
    """What the documents say about the code."""
    for_people: ClassVar[str | None] = None
    """What a page says, where the message is for developers."""
    whose: str | None = None
    """Whose credential came along, by the id in its claims, where it was checked and something else was wrong. It is
    for whoever records refusals, and never in the answer."""
    acting: bool = False
    """That credential says that another person acts for them (``act``, RFC 8693): where it came from is not theirs."""

    def __init__(
        self,
        message: str | None = None,
        *,
        errors: Mapping[str, Any] | None = None,
        facts: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.message = message or type(self).message
        self.errors = errors
        self.facts = facts
        self.headers = headers or {}
        super().__init__(self.message)

    def __str__(self) -> str:
        """With the fields, as a shell or a script shows it."""
        fields = [f"{name}: {' '.join(map(str, why))}" for name, why in (self.errors or {}).items()]
        return " ".join([self.message, *fields])


R = TypeVar("R", bound=Refusal)

_CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_declared: dict[str, type[Refusal]] = {}


def declared() -> Mapping[str, type[Refusal]]:
    """Every refusal of the modules that are imported, by its code."""
    return _declared


def declare(kind: type[R], *, module: str) -> type[R]:
    """Put a refusal on the list, under its code. Declaring the very same one again gives the first.

    Raises BadDeclaration for a second one of this code with another status or other sentences, for a code that is no
    name, and for a status that is no error's.
    """
    if not _CODE.fullmatch(kind.code):
        raise BadDeclaration(f'{module}: "{kind.code}" is no code of a refusal. Write it like "too_many_notes".')
    if not 400 <= kind.status < 600:
        raise BadDeclaration(f'{module}: "{kind.code}" has the status {kind.status}. One of an error is 400 to 599.')
    known = cast("type[R]", _declared.setdefault(kind.code, kind))
    facts = ("status", "message", "meaning", "for_people")
    if not issubclass(known, kind.__bases__[0]) or any(getattr(known, f) != getattr(kind, f) for f in facts):
        raise BadDeclaration(
            f'{module}: the refusal "{kind.code}" is declared in {known.__module__} already, with another status or '
            "other sentences. Import that one, or choose another code."
        )
    return known


def kind_of(base: type[R], code: str, message: str, *, module: str, **facts: Any) -> type[R]:
    """A refusal that is on no list. ``facts`` are attributes of the class: ``status``, ``meaning``, ``for_people`` …"""
    given = {name: fact for name, fact in facts.items() if fact is not None}
    own = {"code": code, "message": message, "meaning": message, "for_people": None, "__module__": module}
    return type(code.upper(), (base,), own | given)


class AuthenticationFailed(Refusal):
    """The request holds a credential of this kind, and it is not good: 401.

    ``challenge`` becomes ``WWW-Authenticate`` (RFC 9110 section 11.6.1). The message must tell nothing about
    which part was wrong that the caller may not know.
    """

    status = 401
    code = "invalid_credentials"
    message = "Invalid credentials"
    meaning = "Address and password do not belong together."
    for_people = "The e-mail address or the password is not right."
    challenge: str | None = None

    def __init__(
        self,
        message: str | None = None,
        *,
        challenge: str | None = None,
        errors: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.challenge = challenge or type(self).challenge
        in_header = {"WWW-Authenticate": self.challenge} if self.challenge else {}
        super().__init__(message, errors=errors, headers={**in_header, **(headers or {})})


class NotAuthenticated(AuthenticationFailed):
    """The request holds no credential that any of the view's strategies recognises: 401.

    ``hint`` is for somebody who sent one in another form: a sentence that says where it belongs.
    """

    code = "not_authenticated"
    message = meaning = "Sign in first."
    for_people = "Sign in to see this."

    def __init__(self, challenge: str | None = None, hint: str | None = None) -> None:
        super().__init__(f"{type(self).message} {hint}" if hint else None, challenge=challenge)


class Forbidden(Refusal):
    """Known, and may not: 403."""

    status = 403
    code = "forbidden"
    message = "Forbidden"
    meaning = "Known, but this is not yours to change."
    for_people = "This is not yours to change."


class ProviderFailed(Refusal):
    """An identity provider did not answer, or not with anything that may be believed: 502.

    ``reason`` is for the log. It names what was wrong and holds no secret.
    """

    status = 502
    code = "provider_failed"
    message = meaning = "The identity provider did not answer as it should. Try again in a while."
    for_people = "The site that you wanted to sign in with did not answer as it should. Try again in a while."

    def __init__(self, provider: str, reason: str) -> None:
        super().__init__()
        self.provider = provider
        self.reason = reason

    def __str__(self) -> str:
        """For the log."""
        return f"{self.provider}: {self.reason}"


for _kind in (AuthenticationFailed, NotAuthenticated, Forbidden, ProviderFailed):
    declare(_kind, module=__name__)


def unauthorized(
    code: str,
    message: str,
    *,
    challenge: str | None = None,
    meaning: str | None = None,
    for_people: str | None = None,
) -> type[AuthenticationFailed]:
    """Declare a refusal of a credential: 401. Its message must tell nothing that the caller may not know."""
    facts = {"challenge": challenge, "meaning": meaning, "for_people": for_people}
    module = caller()
    return declare(kind_of(AuthenticationFailed, code, message, module=module, **facts), module=module)


def forbidden(code: str, message: str, *, meaning: str | None = None, for_people: str | None = None) -> type[Forbidden]:
    """Declare a refusal of somebody who is known, or of where a request comes from: 403."""
    module = caller()
    kind = kind_of(Forbidden, code, message, module=module, meaning=meaning, for_people=for_people)
    return declare(kind, module=module)
