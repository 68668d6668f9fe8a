"""What a catalogue says, in which language."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.core.languages import closest, gettext, ngettext, po, sentence, speaking
from app.core.languages.catalogues import catalogue
from app.core.languages.choosing import known_to
from tests import databases
from tests.databases import SETTINGS

PO = r"""
msgid ""
msgstr ""
"Language: xx\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

# A translator's remark.
#: static/a.js templates/b.html
msgid "A \"word\""
msgstr ""
"Ein "
"\"Wort\""

#: accounts/c.py
msgid "Use at least %(least)s characters."
msgstr "Mindestens %(least)s Zeichen."

#, fuzzy
msgid "old"
msgstr "alt"

msgid "%(count)s key"
msgid_plural "%(count)s keys"
msgstr[0] "%(count)s Schlüssel"
msgstr[1] "%(count)s Schlüssel!"

#~ msgid "gone"
#~ msgstr "weg"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "translations").mkdir()
    (tmp_path / "translations" / "xx.po").write_text(PO)
    return tmp_path


def test_a_file_of_any_editor_is_read_and_written_again(folder: Path) -> None:
    head, *messages = po.read(PO)

    assert [message.ids for message in messages] == [
        ('A "word"',),
        ("Use at least %(least)s characters.",),
        ("old",),
        ("%(count)s key", "%(count)s keys"),
    ]
    assert messages[0].strings == ('Ein "Wort"',)
    assert [message.is_translated for message in messages] == [True, True, False, True]
    written = po.write("xx", "nplurals=2; plural=(n > 1);", messages)
    assert list(po.read(written))[1:] == messages
    assert po.plural_forms(head.strings[0]) == (2, "(n > 1)")


def test_what_is_not_translated_stays_english(folder: Path) -> None:
    found = catalogue("xx", [folder])

    assert found.gettext('A "word"') == 'Ein "Wort"'
    assert found.gettext("old") == "old"
    assert found.gettext("new") == "new"
    assert [found.ngettext("%(count)s key", "%(count)s keys", count)[-1] for count in (0, 1, 2)] == ["l", "l", "!"]
    assert found.ngettext("one", "many", 1) == "one"


def test_what_an_answer_says_is_found_with_the_facts_in_it(folder: Path) -> None:
    found = catalogue("xx", [folder])

    assert found.sentence("Use at least 10 characters.") == "Mindestens 10 Zeichen."
    assert found.sentence("Use at least 10 characters!") == "Use at least 10 characters!"


def test_a_module_has_what_scripts_say_and_no_code_of_a_file(folder: Path) -> None:
    source = catalogue("xx", [folder]).module

    assert '"A \\"word\\"": "Ein \\"Wort\\""' in source
    assert "keys" not in source
    assert "(n) => Number((n > 1))" in source
    assert po.plural_forms("Plural-Forms: nplurals=2; plural=alert(1);") == (2, "(n != 1)")


def test_a_language_is_read_by_whoever_speaks_it_first() -> None:
    app = create_app(SETTINGS)
    visitor, known = app.test_client(), known_to(app)
    assert (known.offered[0], "de" in known.offered) == ("en", True)

    assert visitor.get("/healthz").status_code == 200
    assert known.catalogues == {}
    assert "Passwort" in visitor.get("/static/pages/languages/de.js").get_data(as_text=True)
    assert list(known.catalogues) == ["de"]
    databases.close(app)


def test_what_is_no_page_speaks_the_language_that_it_was_told(app: Flask) -> None:
    with app.app_context():
        assert closest("pt") is None
        with speaking("de-CH") as language:
            assert (language, gettext("Password")) == ("de", "Passwort")
            assert ngettext("%(count)s user", "%(count)s users", 2) == "%(count)s Personen"
            assert sentence("Use at least 10 characters.") == "Verwenden Sie mindestens 10 Zeichen."
        with speaking("xx"):
            assert gettext("Password") == "Password"
