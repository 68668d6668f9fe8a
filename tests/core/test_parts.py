"""The parts of an app by their names, as an adopter's list has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import api, auth
from app.core.parts import named
from app.extensions import Base
from app.passport import BadDeclaration


def test_parts_come_in_the_order_of_their_names() -> None:
    assert named("app", "auth", "api") == (auth, api)
    assert named("app") == ()


def test_a_name_that_is_no_part_does_not_start() -> None:
    with pytest.raises(BadDeclaration, match=r'^app lists "nowhere", and there is no app\.nowhere\.$'):
        named("app", "nowhere")
    with pytest.raises(BadDeclaration, match=r'no app\.accouts\. Did you mean "accounts"\?$'):
        named("app", "accouts")
    with pytest.raises(BadDeclaration, match=r"app\.core has no init_app\(app\)"):
        named("app", "core")


def test_a_part_whose_own_import_fails_says_which_that_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "__init__.py").touch()
    (tmp_path / "house" / "lacking.py").write_text("import nothing_of_this_name\n")

    with pytest.raises(ModuleNotFoundError, match="nothing_of_this_name"):
        named("house", "lacking")


def test_a_table_that_is_anothers_already_is_refused_by_its_owners_name() -> None:
    told = r'^tests\.core\.test_parts: the table "users" is app\.accounts\.models\.User\'s\. Choose another name\.$'
    with pytest.raises(BadDeclaration, match=told):

        class Member(Base):
            __tablename__ = "users"
