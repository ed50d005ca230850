"""The suggested Latin form of a name."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.signing.latin import TABLE, is_latin, suggest

SCRIPT = Path(__file__).parents[2] / "static" / "js" / "latin-name.js"
CYRILLIC = "".join(key for key in TABLE if len(key) == 1)


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Айгүл Нұрмағамбетова", "Aygul Nurmagambetova"),
        ("Ерлан Қайыргелдіұлы", "Yerlan Kayyrgeldiuly"),
        ("Сергей Щукин", "Sergey Shchukin"),
        ("Жанар Өтеген", "Zhanar Otegen"),
        ("Цой Юлия", "Tsoy Yuliya"),
        ("Ольга Подъячева", "Olga Podyacheva"),
        ("Анна-Елена Хан", "Anna-Yelena Khan"),
    ],
)
def test_a_name_is_spelled_as_in_a_passport_of_kazakhstan(name: str, latin: str) -> None:
    assert suggest(name) == latin


def test_capitals_stay_capitals_and_initials_stay_initials() -> None:
    assert suggest("ЖАНАР ЩУКИНА") == "ZHANAR SHCHUKINA"
    assert suggest("Ж. Ю. Щукина") == "Zh. Yu. Shchukina"


def test_letters_of_other_scripts_are_left_alone() -> None:
    assert suggest("Anna محمد 404") == "Anna محمد 404"


def test_a_letter_in_two_code_points_is_the_same_letter() -> None:
    assert suggest("и\u0306од") == suggest("йод") == "yod"


@pytest.mark.parametrize("name", ["Ana Čapek", "O'Neill-Smith", "Gʻulom", "Nguyễn", "405", ""])
def test_a_latin_name_needs_no_suggestion(name: str) -> None:
    assert is_latin(name)


@pytest.mark.parametrize("name", ["Айгүл", "Anna Петрова", "محمد", "გიორგი", "李"])
def test_a_name_with_any_other_letter_is_not_latin(name: str) -> None:
    assert not is_latin(name)


@given(st.text(alphabet=CYRILLIC + CYRILLIC.upper() + " -.'"))
def test_whatever_cyrillic_is_typed_the_suggestion_is_latin(name: str) -> None:
    assert is_latin(suggest(name))


@given(st.text())
def test_suggesting_twice_changes_nothing_more(name: str) -> None:
    assert suggest(suggest(name)) == suggest(name)


def test_the_page_and_the_house_use_one_table() -> None:
    line = re.search(r"^const TABLE = (\{.*\});$", SCRIPT.read_text(encoding="utf-8"), re.MULTILINE)
    assert line, "the table stands on one line of the script"
    assert json.loads(line[1]) == TABLE
