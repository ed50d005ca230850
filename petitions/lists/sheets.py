"""A list as a table or as data: CSV, XLSX, JSON. Each is written row by row, in bounded memory.

Named `sheets` because `csv` and `json` are the standard library's.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from tempfile import TemporaryDirectory
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from petitions.lists.rows import ListedSignature, ListHead, Totals
from petitions.lists.wording import COLUMNS, Wording

BOM = b"\xef\xbb\xbf"
"""Without it Excel reads a CSV file in the code page of the machine, not as UTF-8."""

ROWS_A_PIECE = 500
"""Rows that are joined before they are handed on: some 50 kB, worth a write."""

WIDTHS: Mapping[str, int] = {
    "number": 7,
    "kind": 14,
    "name": 34,
    "latin_name": 34,
    "organisation": 34,
    "role": 24,
    "town": 22,
    "country": 22,
    "country_code": 9,
    "signed_on": 12,
    "visibility": 24,
}
"""Widths of the spreadsheet's columns, in characters of its default font."""

LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet can hold (ECMA-376 limits of Excel)."""

_FORMULA = re.compile(
    r"""[\s"'\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*  # what programs skip at the start
        ( [=+\-@\uff1d\uff0b\uff0d\uff20]                     # half- and full-width
        | (?<=[\t\r]) )                                       # enough to shift what follows
    """,
    re.VERBOSE,
)

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold (section 2.2)."""


def guarded(text: str) -> str:
    """Return `text` so that no spreadsheet program takes it for a formula.

    A text that begins like one, also behind white space, quotes or invisible characters, gets an
    apostrophe in front. `unguarded` takes it off again: for every text, `unguarded(guarded(text))`
    is `text`. (OWASP, "CSV Injection".)
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """Return the text that `guarded` made `cell` of."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def cells(row: ListedSignature, wording: Wording) -> tuple[str, ...]:
    """Return one row of a table, in the order of `COLUMNS`; days as ISO 8601."""
    return (
        "" if row.number is None else str(row.number),
        wording.kinds[row.kind],
        row.name,
        row.latin_name,
        row.organisation,
        row.role,
        row.town,
        wording.country(row.country),
        row.country,
        row.signed_on.isoformat(),
        wording.visibilities[row.visibility],
    )


class _Collected:
    """A file that only remembers what was written: `csv.writer` wants one."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def write(self, part: str) -> None:
        self._parts.append(part)

    def taken(self) -> bytes:
        """Return what was written since the last call, as UTF-8."""
        text = "".join(self._parts)
        self._parts.clear()
        return text.encode("utf-8", "replace")


def csv_pieces(rows: Iterable[ListedSignature], wording: Wording) -> Iterator[bytes]:
    """Yield a CSV file (RFC 4180: commas, CRLF; UTF-8 with a byte order mark), a header first.

    Every cell is `guarded`.
    """
    collected = _Collected()
    writer = csv.writer(collected, lineterminator="\r\n")
    writer.writerow(guarded(wording.headings[column]) for column in COLUMNS)
    yield BOM
    for count, row in enumerate(rows, start=1):
        writer.writerow(map(guarded, cells(row, wording)))
        if count % ROWS_A_PIECE == 0:
            yield collected.taken()
    yield collected.taken()


def json_pieces(
    head: ListHead, rows: Iterable[ListedSignature], totals: Callable[[], Totals]
) -> Iterator[bytes]:
    """Yield one JSON object (RFC 8259): `head`, `signatures`, `totals`, a signature a line.

    The totals stand last and are asked for last, because they are counted while the rows go by.
    """
    yield b'{"head": ' + _json(_head_fields(head)) + b',\n"signatures": ['
    separator = b"\n"
    for row in rows:
        yield separator + _json(_row_fields(row))
        separator = b",\n"
    yield b'],\n"totals": ' + _json(_total_fields(totals())) + b"}\n"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _head_fields(head: ListHead) -> dict[str, object]:
    fields = asdict(head)
    fields["addressees"] = [{"name": name, "office": office} for name, office in head.addressees]
    fields["drawn_at"] = head.drawn_at.isoformat()
    return fields


def _row_fields(row: ListedSignature) -> dict[str, object]:
    return {
        "number": row.number,
        "kind": row.kind.value,
        "name": row.name,
        "latin_name": row.latin_name,
        "organisation": row.organisation,
        "role": row.role,
        "town": row.town,
        "country_code": row.country,
        "signed_on": row.signed_on.isoformat(),
        "visibility": row.visibility.value,
    }


def _total_fields(totals: Totals) -> dict[str, object]:
    return {
        "people": totals.people,
        "organisations": totals.organisations,
        "counted_only": totals.counted_only,
        "by_visibility": {each.value: count for each, count in totals.by_visibility.items()},
    }


def write_xlsx(
    file: BinaryIO,
    head: ListHead,
    rows: Iterable[ListedSignature],
    totals: Callable[[], Totals],
    wording: Wording,
) -> None:
    """Write a workbook: a sheet of signatures, and a sheet that says what the list is.

    Every cell is text and typed as text, so that nothing in it is ever calculated or followed.
    XlsxWriter keeps one row in memory and the rest in a folder of its own until the file is done.
    """
    with TemporaryDirectory(prefix="list-") as folder:
        book = xlsxwriter.Workbook(
            file,
            {
                "constant_memory": True,
                "tmpdir": folder,
                "strings_to_urls": False,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
            },
        )
        # A workbook carries the time of its making; the list's own makes it reproducible.
        book.set_properties(
            {
                "title": _writable(head.title)[:255],
                "author": _writable(head.operator_name)[:255],
                "created": head.drawn_at.replace(tzinfo=None),
            }
        )
        _write_signatures(book, rows, wording)
        _write_about(book, head, totals(), wording)
        book.close()


def _write_signatures(
    book: xlsxwriter.Workbook, rows: Iterable[ListedSignature], wording: Wording
) -> None:
    sheet = _new_sheet(book, wording.signatories, wording)
    heading = book.add_format({"bold": True, "bottom": 1, "valign": "top", "text_wrap": True})
    for at, column in enumerate(COLUMNS):
        sheet.set_column(at, at, WIDTHS[column])
        sheet.write_string(0, at, wording.headings[column], heading)
    sheet.freeze_panes(1, 0)
    last = 0
    for last, row in enumerate(rows, start=1):
        for at, text in enumerate(cells(row, wording)):
            if text:
                sheet.write_string(last, at, _writable(text))
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _write_about(
    book: xlsxwriter.Workbook, head: ListHead, totals: Totals, wording: Wording
) -> None:
    sheet = _new_sheet(book, wording.about, wording)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    label = book.add_format({"bold": True, "valign": "top"})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    for at, (name, text) in enumerate(about(head, totals, wording)):
        sheet.write_string(at, 0, _writable(name), label)
        sheet.write_string(at, 1, _writable(text), wrapped)


def about(head: ListHead, totals: Totals, wording: Wording) -> tuple[tuple[str, str], ...]:
    """Return what must be known of a list, as (label, text) pairs."""
    lines = [
        (head.kind_name, head.title),
        *((wording.to, f"{name}, {office}") for name, office in head.addressees),
        *((noun, figure) for figure, noun in wording.counts(totals)),
        (wording.drawn, wording.moment(head.drawn_at)),
        (wording.about, wording.verified),
        (wording.address, head.url),
        (wording.text_digest, head.text_digest),
    ]
    if head.demonstration:
        lines.insert(0, ("", wording.demonstration))
    return tuple(lines)


def _new_sheet(book: xlsxwriter.Workbook, name: str, wording: Wording) -> Worksheet:
    sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", name)[:31])
    if wording.dir == "rtl":
        sheet.right_to_left()
    return sheet


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)[:LONGEST_CELL]
