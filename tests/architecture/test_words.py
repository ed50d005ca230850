"""Whoever signs reads in their own language: the catalogues are whole where the public walks."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message, TranslationError
from babel.messages.checkers import python_format
from babel.messages.pofile import read_po

from petitions.web.language import SITE_LANGUAGES
from tests.architecture.sources import PACKAGE

CATALOGUES = PACKAGE / "translations"
SOURCE_LANGUAGE = "en"
TRANSLATED = tuple(lang for lang in SITE_LANGUAGES if lang != SOURCE_LANGUAGE)

BEHIND_THE_DOOR = (
    "petitions/*/commands.py",
    "petitions/*/desk.py",
    "petitions/check.py",
    "petitions/demo/*",
    "petitions/organisers/*",
    "templates/*/desk*",
    "templates/base/account.html",
    "templates/mail/*",
    "templates/organisers/*",
    "templates/security/*",
    "templates/web/patterns.html",
)
"""Where organisers, operators and developers are among themselves, and English may still stand."""


def catalogue(lang: str) -> Catalog:
    with (CATALOGUES / lang / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=lang)


# -- keepers ----------------------------------------------------------------------------------


def untranslated(messages: Iterable[Message]) -> Iterator[str]:
    """Every sentence that the public may read has its translation, and none is a guess."""
    for message in messages:
        if message.id and is_public(message) and (message.fuzzy or not whole(message)):
            yield f"{where(message)}: {message.id!r}"


def mistranslated(catalogue: Catalog) -> Iterator[str]:
    """A translation keeps the placeholders of its source."""
    for message in catalogue:
        if message.id and whole(message):
            try:
                python_format(catalogue, message)
            except TranslationError as error:
                yield f"{where(message)}: {message.id!r}: {error}"


def is_public(message: Message) -> bool:
    paths = [path for path, _ in message.locations]
    return not paths or any(
        not any(fnmatch(path, pattern) for pattern in BEHIND_THE_DOOR) for path in paths
    )


def whole(message: Message) -> bool:
    forms = (message.string,) if isinstance(message.string, str) else message.string
    return all(forms or ())


def where(message: Message) -> str:
    return ", ".join(path for path, _ in message.locations)


# -- the house keeps them ---------------------------------------------------------------------


@pytest.mark.parametrize("lang", TRANSLATED)
def test_everything_that_the_public_reads_is_translated(lang: str) -> None:
    messages = catalogue(lang)
    assert len([message for message in messages if message.id and is_public(message)]) > 100
    assert list(untranslated(messages)) == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_translations_keep_their_placeholders(lang: str) -> None:
    assert list(mistranslated(catalogue(lang))) == []


def test_each_language_of_the_house_has_its_catalogue_and_no_other_has() -> None:
    assert {path.name for path in CATALOGUES.iterdir() if path.is_dir()} == set(TRANSLATED)


# -- and they bite ----------------------------------------------------------------------------


def synthetic(tmp_path: Path, text: str, lang: str = "ru") -> Catalog:
    path = tmp_path / "messages.po"
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    path.write_text(header + text, encoding="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=lang)


@pytest.mark.parametrize(
    "text",
    [
        '#: templates/pages/appeal.html\nmsgid "Sign"\nmsgstr ""\n',
        '#: templates/pages/appeal.html\n#, fuzzy\nmsgid "Sign"\nmsgstr "Petit"\n',
        '#: templates/lists/desk_export.html templates/ui/forms.html\nmsgid "Name"\nmsgstr ""\n',
        '#: x.html\nmsgid "name"\nmsgid_plural "names"\nmsgstr[0] "имя"\nmsgstr[1] "имени"\n',
    ],
)
def test_a_gap_in_the_public_s_words_is_found(tmp_path: Path, text: str) -> None:
    assert list(untranslated(synthetic(tmp_path, text)))


def test_a_gap_at_the_desk_is_left_alone(tmp_path: Path) -> None:
    text = '#: templates/lists/desk_export.html\nmsgid "Draw"\nmsgstr ""\n'
    assert list(untranslated(synthetic(tmp_path, text))) == []


def test_a_lost_placeholder_is_found(tmp_path: Path) -> None:
    text = '#, python-format\nmsgid "by %(who)s"\nmsgstr "от %(whom)s"\n'
    assert list(mistranslated(synthetic(tmp_path, text)))
