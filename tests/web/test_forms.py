"""What people type is cleaned; countries stand in the order of the reader's alphabet."""

import unicodedata
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from petitions.web.forms import (
    alphabetical,
    clean_line,
    country_choices,
    country_codes,
    country_name,
    longest_pile,
)
from petitions.web.language import locale_of, speaking

KAZAKH = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
NASTY = st.sampled_from(
    [*"\x00\x07\x1b\x7f\x85\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e",
     *"\u2066\u2067\u2068\u2069\ufeff\ufff9\U000e0041\ue000\u3164\u115f\t\r\n\u00a0 ",
     *"eЁй\u0301\u0306\u1100\u1161"]
)  # fmt: skip
typed = st.one_of(st.text(max_size=60), st.lists(NASTY, max_size=30).map("".join))
OVERRIDES = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
JOINERS = {"\u200c", "\u200d"}


@given(typed)
def test_no_control_and_no_direction_override_survives(text: str) -> None:
    for character in clean_line(text):
        assert character not in OVERRIDES
        if character not in JOINERS:
            assert unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


@given(typed)
def test_a_cleaned_line_is_one_line_in_nfc_without_spaces_around(text: str) -> None:
    clean = clean_line(text)
    assert unicodedata.is_normalized("NFC", clean)
    assert clean == clean.strip()
    assert "  " not in clean
    assert len(clean.splitlines()) <= 1


@given(typed)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Suzie \t Quatermass\r\n", "Suzie Quatermass"),
        ("Suzie\u202eQuatermass", "SuzieQuatermass"),
        ("Айгу\u0308л", "Айгӱл"),
        ("e\u200b\u0301", "é"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("O\u2019Neil", "O\u2019Neil"),
        ("𐌰𐌱", "𐌰𐌱"),
        ("\u3164\u3164", ""),
        (None, ""),
    ],
)
def test_names_stay_what_their_owners_call_them(text: str | None, clean: str) -> None:
    assert clean_line(text) == clean


@pytest.mark.parametrize(
    ("text", "pile"), [("", 0), ("Suzie", 0), ("Nguyễn", 2), ("Z\u0301\u0301\u0301", 3), ("й", 1)]
)
def test_marks_are_counted_letter_by_letter(text: str, pile: int) -> None:
    assert longest_pile(text) == pile


# -- alphabets --------------------------------------------------------------------------------


@pytest.mark.parametrize("alphabet", [KAZAKH, RUSSIAN, "abcdefghijklmnopqrstuvwxyz"])
def test_letters_stand_in_the_order_of_their_alphabet(alphabet: str) -> None:
    for written in (alphabet, alphabet.upper()):
        keys = [alphabetical(letter) for letter in written]
        assert keys == sorted(keys)
        assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("alphabet", [KAZAKH, RUSSIAN])
def test_words_stand_in_that_order_too(alphabet: str) -> None:
    for one, two in pairwise(alphabet):
        assert alphabetical(f"{one}я") < alphabetical(f"{two}а"), (one, two)
        assert alphabetical(f"к{one}") < alphabetical(f"к{two}")
        assert alphabetical(one) < alphabetical(f"{one}а")


def test_marks_of_latin_letters_do_not_move_them() -> None:
    names = ["Zimbabwe", "Éthiopie", "Espagne", "Égypte", "Albanie", "Åland"]
    assert sorted(names, key=alphabetical) == [
        "Åland", "Albanie", "Égypte", "Espagne", "Éthiopie", "Zimbabwe",
    ]  # fmt: skip


# -- countries --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "kazakhstan", "germany"),
    [
        ("en", "Kazakhstan", "Germany"),
        ("fr", "Kazakhstan", "Allemagne"),
        ("ru", "Казахстан", "Германия"),
        ("kk", "Қазақстан", "Германия"),
    ],
)
def test_countries_are_named_in_the_reader_s_language(
    app: Flask, lang: str, kazakhstan: str, germany: str
) -> None:
    with speaking(lang):
        choices = dict(country_choices())
    assert (choices["KZ"], choices["DE"]) == (kazakhstan, germany)
    assert country_name("KZ", lang) == kazakhstan


@pytest.mark.parametrize("lang", ["en", "fr", "ru", "kk"])
def test_countries_stand_in_the_order_of_the_reader_s_alphabet(app: Flask, lang: str) -> None:
    with speaking(lang):
        (nothing, words), *choices = country_choices()
    assert nothing == ""
    assert words
    names = [name for _, name in choices]
    assert names == sorted(names, key=alphabetical)
    assert len(names) > 240


def test_kazakh_countries_are_where_a_kazakh_looks_for_them(app: Flask) -> None:
    with speaking("kk"):
        names = [name for _, name in country_choices()[1:]]
    firsts = list(dict.fromkeys(name[0].casefold() for name in names))
    assert firsts == sorted(firsts, key=KAZAKH.index)
    assert names.index("Қазақстан") > names.index("Куба")


def test_every_language_offers_the_same_countries(app: Flask) -> None:
    offered = set()
    for lang in ("en", "fr", "ru", "kk"):
        with speaking(lang):
            offered.add(frozenset(code for code, _ in country_choices()[1:]))
    assert len(offered) == 1
    assert {"KZ", "RU", "DE", "BE", "XK", "PS", "TW"} <= next(iter(offered))


def test_no_union_of_countries_is_a_country() -> None:
    codes = set(country_codes())
    assert not codes & {"EU", "UN", "EZ", "ZZ", "QO", "XA", "XB"}
    assert all(len(code) == 2 and code.isupper() and code.isascii() for code in codes)


def test_a_code_that_is_none_is_shown_as_it_is() -> None:
    assert country_name("QX", "en") == "QX"


def test_dates_are_written_as_in_europe(app: Flask) -> None:
    assert locale_of("en") == "en_GB"
    assert [locale_of(lang) for lang in ("ru", "kk", "fr", "uz")] == ["ru", "kk", "fr", "en_GB"]
