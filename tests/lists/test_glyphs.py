"""Texts that the typesetter can print, whatever people typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.lists.glyphs import (
    BREAK,
    FONTS,
    LONGEST_TEXT,
    LONGEST_WORD,
    MOST_MARKS,
    REPLACEMENT,
    code_points,
    families,
    printable,
)
from tests.lists.samples import ORGANISATIONS, SCRIPTS, people
from tests.lists.strategies import texts


@pytest.mark.parametrize("name", [each for row in SCRIPTS for each in row[:3] if each])
def test_names_of_every_script_stay_as_they_are(name: str) -> None:
    assert printable(name).replace(BREAK, "") == unicodedata.normalize("NFC", name)


def test_kazakh_letters_stay_as_they_are() -> None:
    letters = "әғқңөұүһі ӘҒҚҢӨҰҮҺІ"
    assert printable(letters) == letters


def test_typographic_signs_of_the_letter_stay_as_they_are() -> None:
    signs = "№ “a” „b“ «c» – — … · • ○ €"
    assert printable(signs) == signs


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("\u202eevil\u202c", "evil"),
        ("a\x00b\x07c", "abc"),
        ("a\tb\r\nc\u2028d", "a b c d"),
        ("\ufeffa\u00adb", "ab"),
        ("😀 a", f"{REPLACEMENT} a"),
        ("👨\u200d👩\u200d👧", REPLACEMENT),
        ("\ud800", REPLACEMENT),
        ("E\u0301", "É"),
        ("نام\u200cخانوادگی", "نام\u200cخانوادگی"),
    ],
)
def test_what_cannot_be_printed_is_replaced_or_taken_out(typed: str, printed: str) -> None:
    assert printable(typed) == printed


def test_a_pile_of_marks_is_cut_down() -> None:
    marks = [c for c in printable("e" + "\u0323" * 200) if unicodedata.combining(c)]
    assert len(marks) <= MOST_MARKS


def test_a_very_long_word_can_be_broken() -> None:
    parts = printable("x" * 100).split(BREAK)
    assert len(parts) > 1
    assert max(map(len, parts)) <= LONGEST_WORD


@given(texts)
def test_a_printable_text_stays_printable(text: str) -> None:
    once = printable(text)
    assert printable(once.replace(BREAK, "")) == once


@given(st.text("aЖқё é-.'№Ĳﬁ\u0301\u00a0\u200b😀 ", max_size=40))
def test_the_short_way_gives_what_the_long_way_gives(text: str) -> None:
    # Behind a letter that no font has, nothing is plain any more.
    the_long_way = printable(f"😀a{text}").replace(BREAK, "")
    assert the_long_way == REPLACEMENT + printable(f"a{text}").replace(BREAK, "")


@given(texts)
def test_every_printed_letter_is_in_a_font(text: str) -> None:
    known = frozenset.union(*families().values()) | {ord(BREAK), 0x200C, 0x200D}
    assert {ord(character) for character in printable(text)} <= known


@given(st.text())
def test_a_printed_text_is_never_longer_than_a_cell_takes(text: str) -> None:
    assert len(printable(text * 10).replace(BREAK, "")) <= LONGEST_TEXT * (1 + MOST_MARKS)


def test_fonts_are_read_as_their_makers_meant() -> None:
    arabic = code_points((FONTS / "Vazirmatn-Regular.ttf").read_bytes())
    asian = code_points((FONTS / "DroidSansFallback.ttf").read_bytes())
    assert {ord("ع"), ord("پ")} <= arabic
    assert ord("我") not in arabic
    assert {ord("我"), ord("한"), ord("か")} <= asian
    assert ord("ع") not in asian


def test_every_font_has_its_licence_beside_it() -> None:
    licences = {path.name.split("-")[0] for path in (FONTS / "licences").iterdir()}
    assert {path.stem.split("-")[0] for path in FONTS.glob("*.ttf")} == licences


def test_the_samples_need_no_replacement() -> None:
    stock = people()
    names = [next(stock).name for _ in range(400)] + [name for row in ORGANISATIONS for name in row]
    assert not [name for name in names if REPLACEMENT in printable(name)]
