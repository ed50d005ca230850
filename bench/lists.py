"""How long a list takes and how much memory, by format and length: `python -m bench.lists`.

    python -m bench.lists [--formats pdf,xlsx,csv,json] [--rows 825,10000,100000]

Each list is drawn in a process of its own from rows that are made up as they are needed, without a
database: what is measured is the writing alone. Peaks of memory are those of the process itself and
of the largest of its children (only PDF has any).
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from tempfile import TemporaryFile
from typing import BinaryIO

from flask import Flask
from flask_babel import Babel

from petitions.lists import sheets
from petitions.lists.rows import Roll
from petitions.lists.services import Format
from petitions.lists.typeset import write_pdf
from petitions.lists.wording import wording_for
from tests.lists import samples

FORMATS = ",".join(Format)
ROWS = "825,10000,100000"
MEGABYTE = 2**20


@dataclass(frozen=True)
class Drawn:
    """One list: seconds by the clock and of the processors, megabytes at their highest."""

    form: str
    rows: int
    seconds: float
    cpu_seconds: float
    own_mb: float
    child_mb: float
    file_mb: float


def draw(form: str, rows: int) -> Drawn:
    """Draw one list in this process."""
    began = time.perf_counter()
    with TemporaryFile() as file:
        _write(Format(form), rows, file)
        size = file.tell()
    seconds = time.perf_counter() - began
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Drawn(
        form=form,
        rows=rows,
        seconds=seconds,
        cpu_seconds=sum(use.ru_utime + use.ru_stime for use in (own, children)),
        own_mb=own.ru_maxrss / 1024,
        child_mb=children.ru_maxrss / 1024,
        file_mb=size / MEGABYTE,
    )


def _write(form: Format, rows: int, file: BinaryIO) -> None:
    app = Flask("bench")
    Babel(app)
    with app.app_context():
        words = wording_for("en")
        roll, head = Roll(), samples.head()
        listed = roll.listed(samples.signatures(rows - len(samples.ORGANISATIONS)))
        match form:
            case Format.PDF:
                write_pdf(file, head, listed, lambda: roll.totals, words)
            case Format.XLSX:
                sheets.write_xlsx(file, head, listed, lambda: roll.totals, words)
            case Format.CSV:
                file.writelines(sheets.csv_pieces(listed, words))
            case Format.JSON:
                file.writelines(sheets.json_pieces(head, listed, lambda: roll.totals))


def measured(form: str, rows: int) -> Drawn:
    """Draw one list in a process of its own."""
    command = [sys.executable, "-m", "bench.lists", "--one", form, str(rows)]
    done = subprocess.run(command, capture_output=True, check=True)
    return Drawn(**json.loads(done.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the drawing of lists.")
    parser.add_argument("--formats", default=FORMATS)
    parser.add_argument("--rows", default=ROWS)
    parser.add_argument("--one", nargs=2, metavar=("FORMAT", "ROWS"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(asdict(draw(asked.one[0], int(asked.one[1])))))
        return
    print("format     rows   seconds   CPU s     rows/s   own MB   child MB   file MB")
    for form in asked.formats.split(","):
        for rows in map(int, asked.rows.split(",")):
            each = measured(form, rows)
            print(
                f"{form:6} {rows:8,} {each.seconds:9.1f} {each.cpu_seconds:7.1f}"
                f" {rows / each.seconds:10,.0f} {each.own_mb:8.0f} {each.child_mb:10.0f}"
                f" {each.file_mb:9.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
