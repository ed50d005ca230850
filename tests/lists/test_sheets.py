"""Tables and data: nothing is lost, and nothing in them is ever calculated."""

import csv
import io
import json
from collections.abc import Iterator
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from petitions.lists.rows import ListedSignature, Roll
from petitions.lists.sheets import (
    BOM,
    ROWS_A_PIECE,
    cells,
    csv_pieces,
    guarded,
    json_pieces,
    unguarded,
    write_xlsx,
)
from petitions.lists.wording import COLUMNS, Wording
from petitions.signatures.models import Visibility
from tests.lists.samples import DRAWN_AT, head, person, signatures
from tests.lists.strategies import NASTY, registers, texts

ACTIVE = tuple("=+-@\t\r＝＋－＠")


def read_back(pieces: Iterator[bytes]) -> list[list[str]]:
    whole = b"".join(pieces)
    assert whole.startswith(BOM)
    return list(csv.reader(io.StringIO(whole[len(BOM) :].decode(), newline="")))


@given(texts)
def test_guarding_can_be_undone(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.text("=+-@\t\r\n '\"\u200b\ufeff＝a"))
def test_no_guarded_cell_begins_like_a_formula(text: str) -> None:
    cell = guarded(text)
    assert not cell.startswith(ACTIVE)
    assert cell.startswith("'") or not cell.lstrip(" \n\"'\u200b\ufeff\t\r").startswith(ACTIVE)


@pytest.mark.parametrize("text", ["'t Hooft", "O'Brien", "«Qaharman»", "405", "Ким", ""])
def test_a_harmless_name_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


@given(registers)
def test_csv_gives_back_every_cell(english: Wording, register: list[ListedSignature]) -> None:
    listed = list(Roll().listed(register))
    header, *rows = read_back(csv_pieces(listed, english))
    assert header == [english.headings[column] for column in COLUMNS]
    assert [[unguarded(cell) for cell in row] for row in rows] == [
        [cell.encode("utf-8", "replace").decode() for cell in cells(row, english)] for row in listed
    ]


def test_csv_lines_end_as_rfc_4180_says(english: Wording) -> None:
    whole = b"".join(csv_pieces([person("Ким")], english))
    assert whole.count(b"\r\n") == 2
    assert whole.endswith(b"\r\n")


def test_csv_comes_in_pieces(english: Wording) -> None:
    rows = Roll().listed(signatures(3 * ROWS_A_PIECE))
    assert len(list(csv_pieces(rows, english))) > 3


def test_csv_takes_rows_only_as_it_goes(english: Wording) -> None:
    taken = 0

    def counted() -> Iterator[ListedSignature]:
        nonlocal taken
        for row in Roll().listed(signatures(10 * ROWS_A_PIECE)):
            taken += 1
            yield row

    pieces = csv_pieces(counted(), english)
    next(pieces)
    next(pieces)
    assert taken == ROWS_A_PIECE


@given(registers)
def test_json_says_the_same_as_the_rows(register: list[ListedSignature]) -> None:
    roll = Roll()
    listed = list(Roll().listed(register))
    whole = b"".join(json_pieces(head(), roll.listed(register), lambda: roll.totals))
    read = json.loads(whole)
    assert list(read) == ["head", "signatures", "totals"]
    assert [row["number"] for row in read["signatures"]] == [row.number for row in listed]
    assert read["totals"]["counted_only"] == len(register) - len(listed)
    assert read["head"]["drawn_at"] == DRAWN_AT.isoformat()


def test_json_shows_nothing_of_those_who_are_counted_only() -> None:
    roll = Roll()
    rows = [person("Secret", visibility=Visibility.COUNT), person("Айгүл")]
    whole = b"".join(json_pieces(head(), roll.listed(rows), lambda: roll.totals)).decode()
    assert "Secret" not in whole
    assert "Айгүл" in whole


def workbook(rows: list[ListedSignature], wording: Wording) -> bytes:
    roll, file = Roll(), io.BytesIO()
    write_xlsx(file, head(), roll.listed(rows), lambda: roll.totals, wording)
    return file.getvalue()


@settings(max_examples=20, deadline=None)
@given(registers)
def test_a_workbook_holds_text_and_no_formula(
    english: Wording, register: list[ListedSignature]
) -> None:
    book = load_workbook(io.BytesIO(workbook(register, english)))
    sheet = book.worksheets[0]
    assert sheet.max_row == 1 + sum(1 for _ in Roll().listed(register))
    types = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert types <= {"s", "inlineStr"}


def test_a_workbook_gives_names_back_as_they_were(english: Wording) -> None:
    names = [name for name in NASTY if name.isprintable() and len(name) < 1_000]
    rows = [person(name) for name in names]
    sheet = load_workbook(io.BytesIO(workbook(rows, english))).worksheets[0]
    column = COLUMNS.index("name") + 1
    assert [sheet.cell(at, column).value for at in range(2, len(names) + 2)] == names


def test_a_workbook_stands_ready_to_be_read(english: Wording) -> None:
    book = load_workbook(io.BytesIO(workbook(list(signatures(20)), english)))
    sheet, about = book.worksheets
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:K29"
    assert sheet.column_dimensions["C"].width > 30
    texts = [str(cell.value) for row in about.iter_rows() for cell in row]
    assert "Demonstration data: every signatory on this list is invented." in texts
    assert any("does not prove their identity" in text for text in texts)


def test_a_workbook_never_turns_a_name_into_a_link(english: Wording) -> None:
    data = workbook([person("https://evil.example/"), person("mailto:a@b.example")], english)
    with ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert not [name for name in parts if "/_rels/sheet" in name]
    assert not [name for name, part in parts.items() if b"<hyperlink" in part or b"<f>" in part]


def test_the_same_list_gives_the_same_workbook(english: Wording) -> None:
    rows = list(signatures(5))
    assert workbook(rows, english) == workbook(rows, english)
