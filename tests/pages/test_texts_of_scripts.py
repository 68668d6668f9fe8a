"""Texts of scripts stand where they are collected."""

from __future__ import annotations

import re

from app.core.parts import folder_of
from app.features import FEATURES
from tests.pages.test_assets import ROOT, found_in

WITHIN = re.compile(r"""\$\{[^}`]*\b[tn]\(["'][^}`]*""")
"""A text that is looked up within a template string, of which the collector reads nothing."""


def test_none_stands_within_a_template_string_in_which_nobody_collects_it() -> None:
    folders = [ROOT / "app" / "static", *(folder_of(feature) / "static" for feature in FEATURES)]
    scripts = [folder / name for folder in folders for name in found_in(folder)]

    assert [(path.name, found) for path in scripts for found in WITHIN.findall(path.read_text())] == []
    assert WITHIN.findall('` ${t("to %(email)s", { email })}`') == ['${t("to %(email)s", { email ']
