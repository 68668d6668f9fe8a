"""A module of views that nothing imports does not stay unnoticed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.core.views import require_imported
from app.passport import BadGuards


def test_every_module_of_views_is_imported() -> None:
    require_imported("app.api", "app.auth.routes")


def test_a_module_that_nothing_imports_is_named_with_where_to_import_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "invoices.py").write_text("")
    package = sys.modules["app.api"]
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    routes = "app.auth.routes"
    monkeypatch.delitem(sys.modules, f"{routes}.session")
    with pytest.raises(BadGuards) as refusal:
        require_imported("app.api", routes)
    assert str(refusal.value).splitlines() == [
        "app.api.invoices is not imported, so none of its views is there. Import it in app.api.__init__.",
        f"{routes}.session is not imported, so none of its views is there. Import it in {routes}.__init__.",
    ]
