"""The parts of an app by their names, as an adopter's list has them."""

from __future__ import annotations

import pytest

from app import api, auth
from app.core.parts import named


def test_parts_come_in_the_order_of_their_names() -> None:
    assert named("app", "auth", "api") == (auth, api)
    assert named("app") == ()


def test_a_name_that_is_no_part_does_not_start() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"app\.ours\.nowhere"):
        named("app.ours", "nowhere")
    with pytest.raises(TypeError, match=r"app\.core has no init_app\(app\)"):
        named("app", "core")
