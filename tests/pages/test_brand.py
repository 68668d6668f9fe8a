"""Whose pages they are: a name, a logo."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.core.config import Brand, Config
from config import ConfigError
from tests.databases import SETTINGS
from tests.pages.visiting import NAVIGATION, PAGES

LOGO = "pages/favicon.svg"


@pytest.mark.parametrize("path", PAGES)
def test_the_name_is_on_every_page_as_text(visitor_of: Callable[..., FlaskClient], path: str) -> None:
    html = visitor_of(brand=Brand(name="Ada & <b>Sons</b>")).get(path, headers=NAVIGATION).text

    assert "· Ada &amp; &lt;b&gt;Sons&lt;/b&gt;</title>" in html
    assert '<span dir="auto">Ada &amp; &lt;b&gt;Sons&lt;/b&gt;</span>' in html
    assert "<b>Sons" not in html
    assert "Flaskport" not in html


@pytest.mark.parametrize("path", PAGES)
def test_a_logo_takes_the_place_of_the_letter(visitor_of: Callable[..., FlaskClient], path: str) -> None:
    html = visitor_of(brand=Brand(name="Acme", logo=LOGO)).get(path, headers=NAVIGATION).text

    assert f'<img src="/static/{LOGO}?v=' in html
    assert 'alt="Acme"' in html
    assert "monogram" not in html


@pytest.mark.parametrize("logo", ["missing.svg", "pages", "../__init__.py", "/etc/passwd"])
def test_a_logo_that_is_not_there_stops_the_start(visitor_of: Callable[..., FlaskClient], logo: str) -> None:
    with pytest.raises(ConfigError, match="BRAND_LOGO"):
        visitor_of(brand=Brand(logo=logo))


def test_the_brand_is_set_by_the_environment() -> None:
    secrets = {"JWT_SECRET": SETTINGS.jwt_secret, "JWT_REFRESH_SECRET": SETTINGS.jwt_refresh_secret}

    config = Config.from_env({**secrets, "BRAND_NAME": "Acme", "BRAND_LOGO": "acme.svg", "HOSTED_PAGES": "off"})

    assert config.brand == Brand("Acme", "acme.svg")
    assert not config.hosted_pages
    assert config.sign_in_url is None
