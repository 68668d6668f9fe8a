"""The buttons to sign in with a provider, on the pages to sign in and up."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask

from app.core.assets import STATIC
from app.features.providers.buttons import MARKS
from tests.pages.markup import elements_of
from tests.pages.visiting import html_of

SOCIAL = {
    "SOCIAL_GITHUB_KEY": "key",
    "SOCIAL_GITHUB_SECRET": "secret",
    "SOCIAL_GITLAB_KEY": "key",
    "SOCIAL_GITLAB_SECRET": "secret",
}


def test_providers_are_links_and_from_the_fifth_on_stand_in_two_columns(
    make_app: Callable[..., Flask],
) -> None:
    more = {f"SOCIAL_{name}_{part}": "x" for name in ("DISCORD", "GOOGLE", "SPOTIFY") for part in ("KEY", "SECRET")}
    settings: list[dict[str, str]] = [{}, SOCIAL, SOCIAL | more]
    without, with_two, with_five = (make_app(variables=each).test_client() for each in settings)
    for path in ("/sign-in", "/sign-up"):
        links = [element for element in elements_of(html_of(with_two, path)) if "data-provider" in element]
        assert [link["href"] for link in links] == [
            "/auth/oauth/github?next=/account",
            "/auth/oauth/gitlab?next=/account",
        ]
        assert 'id="providers"' not in html_of(without, path)
        assert '<ul class="providers" role="list">' in html_of(with_two, path)
        assert '<ul class="providers many" role="list">' in html_of(with_five, path)
        assert "<b>S</b>" in html_of(with_five, path), "what has no drawing has its first letter"


def test_every_mark_is_drawn() -> None:
    drawn = re.findall(r'<symbol id="([\w-]+)"', (STATIC / "pages" / "icons.svg").read_text(encoding="utf-8"))

    assert set(MARKS.values()) <= set(drawn)
