"""Who is shown to whom, numbered and counted."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.lists.rows import (
    ListedSignature,
    Reader,
    Roll,
    RowsOutOfOrder,
    disclosed,
    initials,
)
from petitions.signatures.models import Kind, Visibility
from tests.lists.samples import organisation, person, signatures
from tests.lists.strategies import registers
from tests.lists.strategies import signatures as any_signature


@pytest.mark.parametrize(
    ("visibility", "to_addressee", "to_public"),
    [
        (Visibility.PUBLIC, "Айгүл Сәрсенова", "Айгүл Сәрсенова"),
        (Visibility.ADDRESSEE, "Айгүл Сәрсенова", None),
        (Visibility.INITIALS, "А. С.", "А. С."),
        (Visibility.COUNT, None, None),
    ],
)
def test_each_reader_sees_what_the_signatory_chose(
    visibility: Visibility, to_addressee: str | None, to_public: str | None
) -> None:
    signature = person("Айгүл Сәрсенова", visibility=visibility)
    for reader, expected in ((Reader.ADDRESSEE, to_addressee), (Reader.PUBLIC, to_public)):
        shown = disclosed(signature, to=reader)
        assert (shown.name if shown else None) == expected


@given(any_signature, st.sampled_from(Reader))
def test_who_is_counted_only_is_shown_to_nobody(signature: ListedSignature, to: Reader) -> None:
    assert disclosed(replace(signature, visibility=Visibility.COUNT), to=to) is None


@given(any_signature)
def test_what_is_for_the_addressee_is_not_shown_to_the_public(signature: ListedSignature) -> None:
    entrusted = replace(signature, visibility=Visibility.ADDRESSEE)
    assert disclosed(entrusted, to=Reader.PUBLIC) is None


@given(any_signature, st.sampled_from(Reader))
def test_initials_leave_nothing_else_of_the_person(signature: ListedSignature, to: Reader) -> None:
    shown = disclosed(replace(signature, visibility=Visibility.INITIALS), to=to)
    assert shown is not None
    assert (shown.latin_name, shown.organisation, shown.role, shown.town) == ("", "", "", "")
    assert shown.name == initials(signature.name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Айгүл Сәрсенова", "А. С."),
        ("әлихан бөкейхан", "Ә. Б."),
        ("Anna Maria de Souza", "A. M. D. S."),
        ("Мария-Луиза Ким", "М. К."),
        ("“Jo” O’Neill", "J. O."),
        ("E\u0301lodie D\u0327ag", "É. Ḑ."),
        ("n\u0303\u0323ame", "Ṇ̃."),
        ("أمينة الحسيني", "أ. ا."),
        ("נועה בן־דוד", "נ. ב."),
        ("שׁלמה", "שׁ."),
        ("ნინო ჩხეიძე", "ნ. ჩ."),
        ("Անահիտ Պետրոսյան", "Ա. Պ."),
        ("王小明", "王."),
        ("김민서", "김."),
        ("प्रियंका शर्मा", "प्रि. श."),
        ("क्षमा", "क्ष."),
        ("เอกชัย ใจดี", "อ. จ."),
        ("ß", "Ss."),
        ("405", "…"),
        ("", "…"),
        ("😀", "…"),
        ("a b c d e f g h", "A. B. C. D. E. F."),
    ],
)
def test_initials_are_those_of_the_script(name: str, expected: str) -> None:
    assert initials(name) == unicodedata.normalize("NFC", expected)


@given(st.text(st.characters(categories=["L"]), min_size=2, max_size=30))
def test_initials_of_a_word_hold_one_letter_unless_they_are_joined(word: str) -> None:
    letters = [c for c in unicodedata.normalize("NFD", initials(word)) if c.isalpha()]
    assert len(letters) <= 3  # a title-cased ligature may be spelt out: ﬃ


@given(registers)
def test_totals_agree_with_the_rows(register: list[ListedSignature]) -> None:
    roll = Roll()
    listed = list(roll.listed(register))
    totals = roll.totals
    assert [row.number for row in listed] == list(range(1, totals.listed + 1))
    assert totals.people == sum(row.kind is Kind.PERSON for row in register)
    assert totals.organisations == sum(row.kind is Kind.ORGANISATION for row in register)
    assert totals.counted_only == len(register) - len(listed)
    assert sum(totals.by_visibility.values()) == len(register)


def test_a_list_refuses_an_organisation_behind_a_person() -> None:
    with pytest.raises(RowsOutOfOrder):
        list(Roll().listed([person(), organisation()]))


def test_the_sample_counts_817_people_and_8_organisations() -> None:
    roll = Roll()
    listed = list(roll.listed(signatures()))
    assert (roll.totals.people, roll.totals.organisations) == (817, 8)
    assert listed[0].kind is Kind.ORGANISATION
    assert listed[7].number == 8
