"""Typesets one volume in a process of its own.

    python -I compositor.py STANDARDS TIMESTAMP SECONDS

Run by path, not imported, so that it starts fast and has nothing of the house in its memory. Data
comes in as JSON on standard input and is handed to the template as one string; the PDF goes out on
standard output. Nothing is written to disk and nothing is read but templates and fonts.
"""

import resource
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

import typst

if TYPE_CHECKING:
    from typst import PDFStandard

HERE = Path(__file__).parent
PRESS = HERE / "press"
FONTS = HERE / "fonts"

MOST_MEMORY = 3 * 2**30
"""Bytes of address space. A volume of 2,000 rows takes a tenth of it."""

FAILED = 3
"""Exit status when the typesetter refused the document; its message is on standard error."""


def limit(seconds: int) -> None:
    """Make the system end this process rather than let it take the machine along."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold names
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def compose(data: str, standards: "list[PDFStandard]", timestamp: int) -> bytes:
    """Return a PDF made of `press/list.typ` and `data` (JSON).

    Raises:
        typst.TypstError: the document cannot be made.
    """
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
    with TemporaryDirectory() as nothing:  # where packages would be: there are none
        compiler = typst.Compiler(
            input=str(PRESS / "list.typ"),
            root=str(PRESS),
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs={"data": data},
            package_path=nothing,
            package_cache_path=nothing,
        )
        made = compiler.compile(
            format="pdf",
            pdf_standards=standards,
            timestamp=timestamp,
            pdf_tags="ua-1" in standards,
        )
    assert isinstance(made, bytes)
    return made


def main(standards: str, timestamp: str, seconds: str) -> int:
    limit(int(seconds))
    profiles = cast("list[PDFStandard]", standards.split(","))
    try:
        pdf = compose(sys.stdin.buffer.read().decode(), profiles, int(timestamp))
    except typst.TypstError as error:
        sys.stderr.write(error.message)
        return FAILED
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
