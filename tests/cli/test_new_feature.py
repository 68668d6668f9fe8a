"""``flask new feature``: names that will do, and all files or none. tests/docs/test_following.py runs it in a copy."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from werkzeug.routing import Rule

from app import EVERY_FEATURE, create_app
from app.cli.new import project
from app.cli.new.names import LONGEST, Names, names_of, refuse_taken
from app.cli.new.templates import files_of
from app.core.cli import Refused
from tests.databases import SETTINGS
from tests.docs.following import PATH_LINE
from tests.docs.snippets import ROOT, blocks

RECIPES = names_of("recipes")
HERBS = names_of("herbs")
"""Nobody has such a feature yet: a copy in which the documents were followed has recipes."""


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """None of this depends on the database."""
    return str(request.param)


@pytest.fixture(scope="module")
def whole() -> Flask:
    """An app with every feature, also where tests.without makes the others: names of each are taken."""
    return create_app(SETTINGS, EVERY_FEATURE)


@pytest.fixture
def small(tmp_path: Path, app: Flask) -> Iterator[Path]:
    """What of a project is written to, and no app that would start."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "migrations", tmp_path / "migrations", ignore=ignored)
    for folder in ("app/static", "tests/ours", "app/ours"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / project.LIST).write_text("from app.core.parts import named\n\nFEATURES = named(\n    __name__,\n)\n")
    with app.app_context():
        yield tmp_path


def tree(folder: Path) -> Mapping[Path, bytes]:
    """Every file, and every folder as if it were an empty one; but not the bytecode of modules that were read."""
    found = (path for path in folder.rglob("*") if "__pycache__" not in path.parts)
    return {path: path.read_bytes() if path.is_file() else b"" for path in found}


@pytest.mark.parametrize(
    ("many", "one", "said"),
    [
        ("Recipes", None, "bad_name: 'Recipes' is not in snake_case"),
        ("old-recipes", None, "bad_name: 'old-recipes' is not in snake_case"),
        ("../recipes", None, "bad_name: '../recipes' is not in snake_case"),
        ("recipes_", None, "bad_name: 'recipes_' is not in snake_case"),
        ("recettes_épicées", None, "bad_name: 'recettes_épicées' is not in snake_case"),
        ("r" * LONGEST + "s", None, f"bad_name: {'r' * LONGEST}s has 31 characters. A name has 30 at most."),
        ("class", None, "bad_name: class is a word of Python."),
        ("lists", None, "bad_name: list is a word of Python."),
        ("exceptions", None, "bad_name: Exception, as its class would be called, is a word of Python."),
        ("recipe", None, "one_unknown: NAME is the word for many of them. What is one of recipe called?"),
        ("diaries", None, "one_unknown: NAME is the word for many of them. What is one of diaries called?"),
        ("sheep", "sheep", "one_is_many: One of them and many of them are told apart by name. Both are sheep."),
        ("diaries", "Diary", "bad_name: 'Diary' is not in snake_case"),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_a_sentence(many: str, one: str | None, said: str) -> None:
    with pytest.raises(Refused) as refused:
        names_of(many, one)
    assert refused.value.message.startswith(said)


def test_what_one_of_them_is_called_is_known_or_said() -> None:
    assert names_of("purchase_orders").one == "purchase_order"
    assert names_of("diaries", "diary").one == "diary"
    assert names_of("news", "report").forms["Note"] == "Report"


@pytest.mark.parametrize(
    ("many", "why"),
    [
        ("accounts", "app/accounts is a room of Flaskport"),
        ("providers", "app/features/providers is a feature of Flaskport"),
        ("keys", "there is a refusal too_many_keys"),
        ("users", "there is a table of that name"),
        ("devices", "front ends know another Device"),
        ("errors", "front ends know another Error"),
        ("records", "front ends know another Record"),
    ],
)
def test_a_name_that_is_taken_is_refused_with_whose_it_is(whole: Flask, many: str, why: str) -> None:
    with pytest.raises(Refused, match=f"name_taken: {many} cannot be the name: .*{re.escape(why)}"):
        refuse_taken(whole, Names(many=many, one=many.removesuffix("s")))


def test_a_path_that_is_served_is_taken() -> None:
    app = create_app(SETTINGS)
    app.url_map.add(Rule("/api/kites/<uuid:kite_id>", endpoint="kite"))
    with pytest.raises(Refused, match="kites cannot be the name: something is served at /api/kites"):
        refuse_taken(app, names_of("kites"))


def test_a_name_like_the_beginning_of_a_setting_is_refused(whole: Flask) -> None:
    with pytest.raises(Refused, match="its settings would begin with MAIL_, as MAIL_URL does"):
        refuse_taken(whole, names_of("mail", "letter"))


@pytest.mark.parametrize(("many", "word"), [("events", "events"), ("transactions", "transaction"), ("texts", "Text")])
def test_a_name_that_would_hide_something_in_the_files_is_refused(many: str, word: str) -> None:
    with pytest.raises(Refused, match=f"name_taken: {word} means something else in the files of a feature"):
        files_of(names_of(many))


def test_what_is_written_is_what_the_page_says() -> None:
    """Statement by statement, in its order: the page has more of them, and other words around them."""
    page: dict[str, str] = {}
    for block in blocks("adding-a-feature.md", "python"):
        if first := PATH_LINE.match(block):
            page[first[1]] = block[first.end() :]
    files = files_of(Names(many="notes", one="note"))
    page["tests/ours/notes/test_notes.py"] = page.pop("tests/ours/test_notes.py")
    page["tests/ours/notes/__init__.py"] = ""
    for path, text in files.items():
        if path.endswith(".py"):
            left = iter(code_of(page[path]))
            assert [line for line in code_of(text) if line not in left] == [], path


def code_of(source: str) -> list[str]:
    """Lines, without what is imported and what is said about them."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            body[:] = [each for each in body if not _is_said(each)] or [ast.Pass()]
    return [line for line in ast.unparse(tree).splitlines() if line.strip() not in {"", "pass"}]


def _is_said(node: ast.stmt) -> bool:
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return text or isinstance(node, ast.Import | ast.ImportFrom)


def test_a_feature_comes_after_every_end_of_history(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ScriptDirectory(str(small / "migrations"))
    [head] = before.get_heads()
    [fork] = [each.down_revision for each in before.walk_revisions() if each.revision == head]
    other = f'revision = "0123456789ab"\ndown_revision = {fork!r}\nbranch_labels = None\ndepends_on = None\n'
    (small / "migrations/versions/20260101_other.py").write_text(other)
    monkeypatch.setattr(project, "types_of", lambda _: {"app/static/flaskport.d.ts": "export {};\n"})
    long = Names(many="n" * LONGEST, one="m" * LONGEST)
    written = project.begin(small, long)
    assert set(written) >= {f"app/ours/{long.many}/models.py", project.LIST, "app/static/flaskport.d.ts"}
    assert all((small / path).exists() for path in written)
    assert f'    __name__,\n    "{long.many}",\n)' in (small / project.LIST).read_text()
    after = ScriptDirectory(str(small / "migrations"))
    [made] = [after.get_revision(name) for name in after.get_heads()]
    assert made is not None
    assert set(made.down_revision or ()) == {head, "0123456789ab"}


def test_if_the_app_does_not_start_with_it_nothing_is_written(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "tidy", lambda _, __, text: text)
    before = tree(small)
    with pytest.raises(Refused, match="no_start: The app does not start with it, so nothing was written: "):
        project.begin(small, HERBS)
    assert tree(small) == before


def test_where_nothing_formats_nothing_is_written(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "find_spec", lambda _: None)
    before = tree(small)
    with pytest.raises(Refused, match="no_ruff: ruff is not installed"):
        project.begin(small, HERBS)
    assert tree(small) == before


def test_what_is_there_is_left_as_it_is(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "tidy", lambda _, __, text: text)
    (small / "tests/ours/herbs").mkdir()
    (small / "tests/ours/herbs/test_herbs.py").write_text("mine")
    before = tree(small)
    with pytest.raises(Refused, match=r"not_written: .*test_herbs\.py: File exists\. Nothing was written\."):
        project.begin(small, HERBS)
    assert tree(small) == before


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'FEATURES = named(\n    __name__,\n    "a",\n)\n',
            'FEATURES = named(\n    __name__,\n    "a",\n    "b",\n)\n',
        ),
        ('FEATURES = named(__name__, "a")\n', "FEATURES = named(__name__, 'a', \"b\",)\n"),
    ],
    ids=["lines", "one line"],
)
def test_the_word_comes_last_in_the_list(before: str, after: str) -> None:
    assert project.with_word(before, "b") == after


def test_a_list_of_another_form_is_refused() -> None:
    with pytest.raises(Refused, match=r"no_list: app/ours/__init__\.py has no list"):
        project.with_word("FEATURES = ()\n", "b")


def test_the_help_has_an_example(app: Flask) -> None:
    assert "flask new feature recipes" in app.test_cli_runner().invoke(args=["new", "feature", "--help"]).stdout
    refused = app.test_cli_runner().invoke(args=["new", "feature", "posts"])
    assert (refused.exit_code, refused.stderr.partition(":")[0]) == (1, "name_taken")
