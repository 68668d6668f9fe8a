"""What tests take for Flaskport's own is all of it, where Flaskport itself is made."""

from __future__ import annotations

import pytest

from app import create_app
from app.trpc.mounted import mounted_of
from tests import upstream
from tests.databases import SETTINGS


def test_nothing_that_flaskport_ships_is_missing_from_its_lists() -> None:
    app = create_app(SETTINGS)
    routes = [str(rule) for rule in app.url_map.iter_rules() if not upstream.is_ours(app, rule)]
    procedures = mounted_of(app).procedures
    others = [path for path, each in procedures.items() if not upstream.is_our_procedure(each.function)]
    assert not upstream.ITSELF or (routes, others) == ([], []), "add their modules to tests/upstream.py"


@pytest.mark.parametrize("path", ["/api/profile", "/auth/login", "/healthz", "/sign-in", "/trpc/<rest:path>"])
def test_what_flaskport_ships_is_known_for_its_own(path: str) -> None:
    app = create_app(SETTINGS)
    assert {upstream.is_ours(app, rule) for rule in app.url_map.iter_rules() if str(rule) == path} == {True}
