"""What is large and public is sent in gzip, to whoever takes that."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.compression import SMALLEST
from tests.databases import Database

BUNDLE = "/static/vendor/swagger-ui/swagger-ui-bundle.js"
GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def visitor(shared_databases: Callable[[str], Database]) -> FlaskClient:
    """Any client: what is sent here is no matter of the database."""
    app: Flask = shared_databases("sqlite").app
    return FlaskClient(app, app.response_class)


@pytest.mark.parametrize("path", [BUNDLE, "/static/pages.css", "/static/flaskport.js", "/openapi.json"])
def test_it_is_the_same_half_as_large_or_less(visitor: FlaskClient, path: str) -> None:
    with visitor.get(path) as plain, visitor.get(path, headers=GZIP) as small:
        assert "Content-Encoding" not in plain.headers
        assert small.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(small.data) == plain.data
        assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) / 2
        assert small.content_type == plain.content_type
        assert "Accept-Encoding" in plain.vary
        assert "Accept-Encoding" in small.vary


def test_each_form_has_a_validator_of_its_own(visitor: FlaskClient) -> None:
    with visitor.get(BUNDLE) as plain, visitor.get(BUNDLE, headers=GZIP) as small:
        etags = plain.headers["ETag"], small.headers["ETag"]
    assert etags[0] != etags[1]

    for etag in etags:
        with visitor.get(BUNDLE, headers={**GZIP, "If-None-Match": etag}) as unchanged:
            assert unchanged.status_code == 304
            assert unchanged.data == b""


def test_a_part_of_a_file_is_of_the_file_as_it_is(visitor: FlaskClient) -> None:
    with visitor.get(BUNDLE, headers={**GZIP, "Range": "bytes=0-99"}) as part:
        assert part.status_code == 206
        assert len(part.data) == 100
        assert "Content-Encoding" not in part.headers


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (BUNDLE, {"Accept-Encoding": "gzip;q=0, identity"}),
        ("/static/brand.css", GZIP),  # under a kilobyte
        ("/static/favicon.ico", GZIP),
        ("/auth/session", GZIP),
    ],
)
def test_all_else_is_sent_as_it_is(visitor: FlaskClient, path: str, headers: dict[str, str]) -> None:
    with visitor.get(path, headers=headers) as response:
        assert response.status_code == 200
        assert "Content-Encoding" not in response.headers
        assert path == BUNDLE or path.endswith(".ico") or len(response.data) < SMALLEST


def test_head_says_what_get_would(visitor: FlaskClient) -> None:
    with visitor.get("/static/pages.css", headers=GZIP) as got, visitor.head("/static/pages.css", headers=GZIP) as head:
        assert head.data == b""
        for name in ("Content-Length", "ETag", "Content-Encoding"):
            assert head.headers[name] == got.headers[name]
