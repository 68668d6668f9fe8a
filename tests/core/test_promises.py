"""What a view answers is what its schema promises, or a developer is told: front ends are compiled with its types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import marshmallow as ma
import pytest
from flask import Flask
from marshmallow import fields

from app import create_app
from app.core.http import Moment
from app.core.openapi import Blueprint
from app.passport import public
from tests import databases
from tests.client import browser_of
from tests.databases import SETTINGS

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


class BookSchema(ma.Schema):
    titel = fields.String(required=True)
    read_at = Moment(required=True, allow_none=True)
    stars = fields.Integer()


class BooksSchema(ma.Schema):
    items = fields.List(fields.Nested(BookSchema), required=True)


WHOLE = {"titel": "Emma", "read_at": None}


def answering(app: Flask, schema: ma.Schema | type[ma.Schema], answer: object) -> Flask:
    """The app, with a view at /books that answers this."""
    books = Blueprint("books", __name__)

    @books.get("/books")
    @public
    @books.response(200, schema)
    def list_books() -> object:
        return answer

    app.register_blueprint(books)
    return app


@pytest.mark.parametrize(
    ("schema", "answer", "broken"),
    [
        (BookSchema, {"title": "Emma", "read_at": None}, "BookSchema.titel is missing"),
        (BookSchema, {"titel": None, "read_at": None}, "BookSchema.titel is None"),
        (BooksSchema, {"items": [WHOLE, {"titel": "Emma"}]}, "BooksSchema.items[1].read_at is missing"),
        (BookSchema(many=True), [WHOLE, {"read_at": None}], "BookSchema[1].titel is missing"),
    ],
)
def test_an_answer_that_lacks_what_its_schema_promises_is_a_fault_of_ours(
    make_app: Callable[..., Flask],
    caplog: pytest.LogCaptureFixture,
    schema: ma.Schema | type[ma.Schema],
    answer: object,
    broken: str,
) -> None:
    response = browser_of(answering(make_app(), schema, answer)).get("/books")

    assert (response.status_code, (response.json or {})["code"]) == (500, "internal_error")
    [told] = [record.exc_info for record in caplog.records if record.message == "unhandled exception"]
    assert told is not None
    assert str(told[1]) == f"list_books: {broken} in the answer."


@pytest.mark.parametrize(
    ("schema", "answer"), [(BookSchema, WHOLE), (BooksSchema, {"items": [WHOLE]}), (BookSchema(many=True), [WHOLE])]
)
def test_an_answer_that_holds_it_goes_out(make_app: Callable[..., Flask], schema: Any, answer: Any) -> None:
    assert browser_of(answering(make_app(), schema, answer)).get("/books").json == answer


def test_production_lets_it_pass(engine: str, new_database: Callable[[str, str], str]) -> None:
    """There it has been so for a while, and a page that lacks a word is better than none."""
    production = replace(SETTINGS, environment="production", api_docs=False)
    app = create_app(replace(production, database_url=new_database(engine, "books")))

    response = browser_of(answering(app, BookSchema, {"read_at": None})).get("/books")

    assert (response.status_code, response.json) == (200, {"read_at": None})
    databases.close(app)
