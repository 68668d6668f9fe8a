"""Who may call a view, in words, from its guards; and what these refuse, whatever the view does."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import Rule

from app.cli.reference.markdown import code
from app.core.refusals import refusals_at_gates
from app.guards import PROGRAMS_TOO
from app.passport import Guard, Refusal, guards_of
from app.passport.registry import guard_in, names_in, refused_by_admissions, strategies_of

SESSION = "jwt"


def who(app: Flask, rule: Rule) -> str:
    guards = list(guards_of(app.view_functions[rule.endpoint]))
    needed = [words for guard in guards for words in _needed(guard)]
    caller = _caller(app, guards[0]) if guards else "anyone"
    if needed and caller.endswith("and programs"):  # of both, and not of programs alone
        caller += ", each"
    return " ".join([caller, *dict.fromkeys(needed)])


def refused_by_guards(app: Flask, rule: Rule) -> set[str]:
    """The codes that are of the callers: what programs may bring, and what holds for all callers alike."""
    refused: set[type[Refusal]] = set()
    for guard in guards_of(app.view_functions[rule.endpoint]):
        refused |= set(refused_by_admissions(app, guard))
        if guard.strategies == PROGRAMS_TOO:
            refused |= set(refusals_at_gates(app))
            on = strategies_of(app)
            refused |= {kind for name in names_in(app, PROGRAMS_TOO) if name in on for kind in on[name].refusals}
    return {kind.code for kind in refused}


def _caller(app: Flask, guard: Guard) -> str:
    if guard.is_public:
        return "anyone"
    if guard.strategies == (SESSION,):
        words = "whoever is signed in"
    elif guard.strategies == PROGRAMS_TOO:
        words = "whoever is signed in, and programs"
    else:
        words = f"whoever brings what {' or '.join(map(code, guard_in(app, guard).strategies))} reads"
    return f"anyone, and more for {words}" if guard.optional else words


def _needed(guard: Guard) -> list[str]:
    if guard.requirement is None:
        return []
    names = " or ".join(f"`{name}`" for name in sorted(guard.requirement.names))
    return [
        {
            "permission": f"with the permission {names}",
            "role": f"with the role {names}",
            "fresh": "and has just proved again that it is them",
            "assurance": f"and has shown {names}",
        }.get(guard.requirement.kind, f"with {guard.requirement.kind} {names}")
    ]
