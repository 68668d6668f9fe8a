"""What Sphinx is told. Nothing here is fetched from anywhere: fonts are the reader's, scripts and pictures our own."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

HERE = Path(__file__).parent

project = "Flaskport"
author = "The Flaskport authors"
project_copyright = "The Flaskport authors, MIT license"
release = version = os.environ["DOCSITE_VERSION"]

extensions = ["myst_parser"]
myst_enable_extensions = ["attrs_block"]
myst_heading_anchors = 4
suppress_warnings = ["misc.highlighting_failure"]
exclude_patterns = ["files"]
highlight_language = "none"
smartquotes_action = "qe"
"""Quotes and dots, but no dashes: `--option` in a sentence is to be typed as it stands."""

html_theme = "furo"
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#0b6660",
        "color-brand-content": "#0b6660",
        "color-brand-visited": "#0b6660",
        "color-background-secondary": "#f3f5f4",
        "color-foreground-primary": "#17211f",
        "color-on-brand": "#ffffff",
    },
    "dark_css_variables": {
        "color-brand-primary": "#6fdccf",
        "color-brand-content": "#6fdccf",
        "color-brand-visited": "#6fdccf",
        "color-background-primary": "#0e1312",
        "color-background-secondary": "#181e1d",
        "color-foreground-primary": "#e9efed",
        "color-on-brand": "#03201d",
    },
}
"""The colours of app/static/pages.css."""
html_sidebars = {
    "**": [
        f"sidebar/{name}.html" for name in ("brand", "search", "scroll-start", "navigation", "scroll-end", "versions")
    ]
}
html_title = "Flaskport"
html_search_scorer = str(HERE / "scorer.js")
html_static_path = [str(HERE / "static")]
templates_path = [str(HERE / "templates")]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_favicon = str(HERE.parent / "app/static/favicon.ico")
html_show_sphinx = False
html_show_sourcelink = False
html_copy_source = False
html_use_index = False
html_domain_indices = False
html_last_updated_fmt = None


def two_levels(_app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    """Parts and their pages: single features and decisions are found on the page that lists them, and by the search."""
    if "toctree" in context:
        context["toctree"] = partial(_up_to_two, context["toctree"])


def _up_to_two(toctree: Callable[..., str], **options: Any) -> str:
    return toctree(**{**options, "maxdepth": 2})


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", two_levels, priority=400)  # before furo asks for the tree
