"""What is done with lists: drawn for an addressee, and their drawing recorded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO
from uuid import UUID

from flask import current_app

from petitions.appeals import queries as appeals
from petitions.audit import services as audit
from petitions.core.log import logger
from petitions.lists import queries, sheets
from petitions.lists.rows import ListedSignature, ListHead, Roll, Totals
from petitions.lists.rules import TypesettingFailed
from petitions.lists.typeset import write_pdf
from petitions.lists.wording import COLUMNS, Wording, wording_for
from petitions.web.addresses import public_address
from petitions.web.language import speaking

log = logger("lists")


class Format(StrEnum):
    """As what a list leaves the house."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    Format.PDF: "application/pdf",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSON: "application/json",
}


@dataclass(frozen=True)
class DrawList:
    """A list that is wanted: of which appeal, in which of its languages, as what."""

    slug: str
    lang: str
    format: Format


@dataclass(frozen=True)
class DrawnList:
    """What was drawn, as it is recorded: everything but the names."""

    appeal_id: UUID
    slug: str
    lang: str
    format: Format
    listed: int
    drawn_at: datetime

    @property
    def filename(self) -> str:
        """A plain name (letters, digits, hyphens) that needs no quoting in a header."""
        return f"{self.slug}-{self.lang}-{self.drawn_at:%Y-%m-%d}.{self.format}"


def draw(command: DrawList, file: BinaryIO, *, at: datetime) -> DrawnList:
    """Write the list of an appeal to `file`, as far as it may be shown to the addressees.

    Only reads, and may take a minute for a hundred thousand names: it stands outside any
    transaction. `record` follows, before the file leaves the house.

    Raises:
        AppealNotFound: no such appeal, or not in this language, or its key was destroyed.
        TypesettingFailed: the PDF could not be made.
    """
    text = appeals.appeal_text(command.slug, command.lang, at=at)
    key = appeals.key_of(text.id)
    roll = Roll()
    rows = roll.listed(queries.signatures_of(text.id, key))
    head, wording = _head(text, at), wording_for(command.lang)
    try:
        _write(command.format, file, head, rows, lambda: roll.totals, wording)
    except TypesettingFailed as error:
        # The reason says it; a traceback could hold names.
        log.error("typesetting failed", appeal=command.slug, reason=str(error))  # noqa: TRY400
        raise
    return DrawnList(
        appeal_id=text.id,
        slug=command.slug,
        lang=command.lang,
        format=command.format,
        listed=roll.totals.listed,
        drawn_at=at,
    )


def record(drawn: DrawnList, *, by: UUID | None) -> None:
    """Note that a list was taken out: by whom, when, as what, which columns, how many names."""
    audit.record(
        "lists.export",
        by=by,
        at=drawn.drawn_at,
        subject=("appeal", drawn.appeal_id),
        details={
            "format": drawn.format.value,
            "lang": drawn.lang,
            "columns": " ".join(COLUMNS),
            "listed": drawn.listed,
        },
    )


def _write(
    format: Format,  # noqa: A002 - the word of the command line and of the form
    file: BinaryIO,
    head: ListHead,
    rows: Iterator[ListedSignature],
    totals: Callable[[], Totals],
    wording: Wording,
) -> None:
    match format:
        case Format.PDF:
            write_pdf(file, head, rows, totals, wording)
        case Format.XLSX:
            sheets.write_xlsx(file, head, rows, totals, wording)
        case Format.CSV:
            file.writelines(sheets.csv_pieces(rows, wording))
        case Format.JSON:
            file.writelines(sheets.json_pieces(head, rows, totals))


def _head(text: appeals.AppealText, at: datetime) -> ListHead:
    settings = current_app.config["SETTINGS"]
    with speaking(text.lang):
        kind_name = text.kind_name
    return ListHead(
        slug=text.slug,
        kind=text.kind.value,
        kind_name=kind_name,
        title=text.title,
        lang=text.lang,
        dir=text.dir,
        body_markdown=text.source,
        demands=text.demands,
        addressees=tuple((each.name, each.office) for each in text.addressees),
        initiators=text.initiators,
        url=public_address("pages.appeal", slug=text.slug, lang=text.lang),
        operator_name=settings.operator_name,
        text_digest=text.digest,
        drawn_at=at,
        demonstration=text.demonstration,
    )
