"""A list as a document: the letter with its addressees, then the numbered names, as PDF.

typst sets it, in child processes with limits of time and memory. Up to `ROWS_A_VOLUME` names are
set at once; longer lists are set in volumes and bound together (`binding.py`), so that memory
stays bounded. What people wrote goes in as data and is never read as markup.
"""

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import fields
from itertools import chain, groupby, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, TypeVar

from petitions.lists.binding import bind, page_count
from petitions.lists.glyphs import printable
from petitions.lists.prose import prose
from petitions.lists.rows import ListedSignature, ListHead, Totals
from petitions.lists.rules import TypesettingFailed
from petitions.lists.wording import Wording
from petitions.signatures.models import Kind, Visibility

ROWS_A_VOLUME = 2_000
"""Names set by one child process: about a second and 300 MB."""

MOST_TAGGED_ROWS = 20_000
"""Above this the tags of all volumes would not fit in bounded memory; the list is then untagged."""

SECONDS_A_VOLUME = 120
"""A volume takes one to three; something is wrong with one that takes this long."""

PAGES_OF_FOLIOS = 1_000
"""Page numbers set by one child process."""

TAGGED = "a-3a,ua-1"
UNTAGGED = "a-3b"

COMPOSITOR = Path(__file__).parent / "compositor.py"

Data = dict[str, Any]
Item = TypeVar("Item")


def write_pdf(
    file: BinaryIO,
    head: ListHead,
    rows: Iterable[ListedSignature],
    totals: Callable[[], Totals],
    wording: Wording,
) -> None:
    """Write a list as PDF/A-3 to `file`; the same input gives the same bytes.

    Tagged for screen readers (made as PDF/A-3a and PDF/UA-1) up to `MOST_TAGGED_ROWS` names;
    longer lists are made as PDF/A-3b, without tags. `totals` is asked for after the last row.

    Raises:
        TypesettingFailed: the typesetter refused, took too long, or was ended by the system.
    """
    press = Press(head, wording)
    volumes = in_volumes(rows, ROWS_A_VOLUME)
    first = next(volumes, [])
    second = next(volumes, None)
    if second is None:
        file.write(press.whole(first, totals()))
        return
    with ExitStack() as shelf:
        _write_volumes(file, press, chain([first, second], volumes), totals, shelf)


def _write_volumes(
    file: BinaryIO,
    press: "Press",
    volumes: Iterable[list[ListedSignature]],
    totals: Callable[[], Totals],
    shelf: ExitStack,
) -> None:
    """Set the names first, then the letter with the totals, then the page numbers; bind them."""
    rolls: list[BinaryIO] = []
    last_kind: Kind | None = None
    set_rows = 0
    for rows in volumes:
        set_rows += len(rows)
        tagged = set_rows <= MOST_TAGGED_ROWS
        rolls.append(_kept(press.roll(rows, last_kind, tagged=tagged), shelf))
        last_kind = rows[-1].kind
    tagged = set_rows <= MOST_TAGGED_ROWS
    bound = [_kept(press.letter(totals(), tagged=tagged), shelf), *rolls]
    pages = sum(map(page_count, bound))
    folios = [
        _kept(press.folios(at, min(at + PAGES_OF_FOLIOS, pages + 1), pages, tagged=tagged), shelf)
        for at in range(1, pages + 1, PAGES_OF_FOLIOS)
    ]
    bind(file, bound, folios, tagged=tagged)


def _kept(pdf: bytes, shelf: ExitStack) -> BinaryIO:
    """Put a volume into a file that has no name and is gone when the shelf is."""
    file = shelf.enter_context(TemporaryFile())  # noqa: SIM115 - entered here
    file.write(pdf)
    file.seek(0)
    return file


def in_volumes(rows: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield lists of `size` items. A short rest joins the last one: no page for three names."""
    iterator = iter(rows)
    volume = list(islice(iterator, size))
    while volume:
        following = list(islice(iterator, size))
        if len(following) < size // 4:
            volume += following
            following = []
        yield volume
        volume = following


class Press:
    """Sets the parts of one list, each in a child process."""

    def __init__(self, head: ListHead, wording: Wording) -> None:
        self._head = head
        self._wording = wording
        self._shared: Data = {"head": _head(head), "words": _words(wording)}

    def whole(self, rows: list[ListedSignature], totals: Totals) -> bytes:
        """Return letter and names as one document."""
        return self._set("whole", TAGGED, **self._letter(totals), **self._roll(rows, None))

    def letter(self, totals: Totals, *, tagged: bool) -> bytes:
        """Return the letter, its pages not yet numbered."""
        return self._set("letter", TAGGED if tagged else UNTAGGED, **self._letter(totals))

    def roll(self, rows: list[ListedSignature], after: Kind | None, *, tagged: bool) -> bytes:
        """Return names, the pages not yet numbered; `after` is the kind of the name before."""
        return self._set("roll", TAGGED if tagged else UNTAGGED, **self._roll(rows, after))

    def folios(self, first: int, end: int, pages: int, *, tagged: bool) -> bytes:
        """Return empty pages with the numbers from `first` up to, not including, `end`.

        Tagged, because only then are the numbers marked as artifacts of the page.
        """
        standards = TAGGED if tagged else UNTAGGED
        return self._set("folios", standards, first=first, end=end, pages=pages)

    def _letter(self, totals: Totals) -> Data:
        return {
            "body": prose(self._head.body_markdown),
            "counts": self._wording.counts(totals),
            "drawn": self._wording.moment(self._head.drawn_at),
        }

    def _roll(self, rows: list[ListedSignature], after: Kind | None) -> Data:
        parts = []
        for kind, of_kind in groupby(rows, key=lambda row: row.kind):
            parts.append(self._part(kind, [self._row(row) for row in of_kind], kind is after))
        entrusted = any(row.visibility is Visibility.ADDRESSEE for row in rows)
        return {"parts": parts, "first": after is None, "entrusted": entrusted}

    def _part(self, kind: Kind, rows: list[Data], continued: bool) -> Data:
        words = self._shared["words"]
        is_people = kind is Kind.PERSON
        heading = words["people"] if is_people else words["organisations"]
        return {
            "heading": None if continued else heading,
            "naming": words["native_name"] if is_people else words["organisation"],
            "latin": any(row["latin"] for row in rows),
            "rows": rows,
        }

    def _row(self, row: ListedSignature) -> Data:
        name, latin, notes = _named(row)
        place = (row.town, self._wording.country(row.country))
        return {
            "number": str(row.number),
            "entrusted": row.visibility is Visibility.ADDRESSEE,
            "name": self._datum(name if printable(name).strip() else "—"),
            "latin": "" if latin == name else printable(latin),
            "notes": [note for note in map(self._datum, notes) if note["text"]],
            "place": self._joined(place),
            "day": row.signed_on.isoformat(),
        }

    def _joined(self, texts: Iterable[str]) -> list[Data]:
        """Return texts as one line where they read in the same direction, else a line each."""
        data = [datum for datum in map(self._datum, texts) if datum["text"]]
        if len({datum["dir"] for datum in data}) != 1:
            return data
        return [{"text": ", ".join(datum["text"] for datum in data), "dir": data[0]["dir"]}]

    def _datum(self, text: str) -> Data:
        """Return a text with its own direction; None stands for that of the document."""
        own = direction_of(text)
        return {"text": printable(text).strip(), "dir": None if own == self._head.dir else own}

    def _set(self, part: str, standards: str, **data: Any) -> bytes:
        stamp = int(self._head.drawn_at.timestamp())
        return run(json.dumps(self._shared | data | {"part": part}), standards, stamp)


def run(data: str, standards: str, timestamp: int, *, seconds: int = SECONDS_A_VOLUME) -> bytes:
    """Return the PDF that a child process made of `data` (JSON).

    The child gets no environment: what it does not know it cannot leak.

    Raises:
        TypesettingFailed: it refused, took more than `seconds`, or was ended.
    """
    command = [sys.executable, "-I", str(COMPOSITOR), standards, str(timestamp), str(seconds)]
    try:
        done = subprocess.run(  # noqa: S603 - our own script, no shell, data on standard input
            command, input=data.encode(), capture_output=True, timeout=seconds, env={}, check=False
        )
    except subprocess.TimeoutExpired:
        raise TypesettingFailed(f"took more than {seconds} seconds") from None
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise TypesettingFailed(words[-1] if words else f"ended by signal {-done.returncode}")
    return done.stdout


def _named(row: ListedSignature) -> tuple[str, str, list[str]]:
    """Return what stands as name, its Latin form, and what stands below.

    An organisation is listed by its own name, with the one who signed for it below.
    """
    if row.kind is Kind.PERSON or not row.organisation:
        return row.name, row.latin_name, [_comma(row.role, row.organisation)]
    signer = row.name if row.latin_name in {"", row.name} else f"{row.name} ({row.latin_name})"
    return row.organisation, "", [_comma(signer, row.role)]


def _comma(*texts: str) -> str:
    return ", ".join(text for text in texts if text)


def direction_of(text: str) -> str | None:
    """Return the direction of the first letter that has one (UAX #9, rule P2), else None."""
    for character in text:
        match unicodedata.bidirectional(character):
            case "L":
                return "ltr"
            case "R" | "AL":
                return "rtl"
    return None


def _head(head: ListHead) -> Data:
    return {
        "title": printable(head.title, longest=None).strip() or "—",  # PDF/UA asks for one
        "kind_name": printable(head.kind_name),
        "lang": _primary(head.lang),
        "dir": head.dir,
        "demands": [printable(each, longest=None) for each in head.demands],
        "addressees": [
            {"name": printable(name), "office": printable(office)}
            for name, office in head.addressees
        ],
        "initiators": [printable(each) for each in head.initiators],
        "url": head.url,
        # Whole, without the breaks that help names: it is there to be copied.
        "shown_url": printable(head.url.removeprefix("https://"), longest=None),
        "operator_name": printable(head.operator_name),
        "text_digest": head.text_digest,
        "demonstration": head.demonstration,
    }


def _primary(lang: str) -> str:
    """Return the primary subtag of a BCP 47 tag, which is what typst takes; "en" if malformed."""
    subtag = lang.split("-")[0].lower()
    return subtag if re.fullmatch("[a-z]{2,3}", subtag) else "en"


def _words(wording: Wording) -> Data:
    phrases = {
        field.name: getattr(wording, field.name)
        for field in fields(wording)
        if isinstance(getattr(wording, field.name), str)
    }
    return {name: printable(text, longest=None) for name, text in phrases.items()} | {
        name: printable(wording.headings[name]) for name in ("number", "organisation")
    }
