"""Addresses are built by code that werkzeug compiles for each route."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule


def test_it_is_compiled_when_an_address_is_first_asked_for(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = []
    before = Rule._compile_builder

    def compile_builder(rule: Rule, append_unknown: bool) -> Callable[..., tuple[str, str]]:
        compiled.append((rule.rule, append_unknown))
        return before(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", compile_builder)
    app = make_app()
    assert compiled == []
    with app.test_request_context():
        # A value may be called as the builder calls its rule.
        assert url_for("static", filename="a/b", rule="x") == "/static/a/b?rule=x"
        assert url_for("static", filename="ü") == "/static/%C3%BC"
    assert compiled == [("/static/<path:filename>", True)]
