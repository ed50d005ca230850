"""Structured logs, one line of JSON an event, named by room.

Nothing that could point at a signatory is ever passed in: no name, address, token or network
address. `guard_against_persons` is the second line of defence: it blanks what slipped through.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
IPV6 = re.compile(
    r"""
    (?<![\w:])
    (?: (?:[0-9a-f]{1,4}:){7} [0-9a-f]{1,4}  # written out
      | (?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)? ::  # or with its noughts left out (RFC 5952)
        (?:[0-9a-f]{1,4}:)* (?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{1,4})?
    )
    (?![\w:])
    """,
    re.IGNORECASE | re.VERBOSE,
)
LINK_TOKEN = re.compile(r"/(c|s|d|reset)/[\w.-]{16,}")
BLANK = "[removed]"
_HOUSE = Path(__file__).resolve().parents[1]


def without_persons(text: str) -> str:
    """Blank e-mail addresses, network addresses and link tokens in `text`."""
    text = LINK_TOKEN.sub(rf"/\1/{BLANK}", text)
    for pattern in (EMAIL, IPV6, IPV4):
        text = pattern.sub(BLANK, text)
    return text


def guard_against_persons(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Clean every value of an event, tracebacks included (a structlog processor)."""
    return {key: value if key == "timestamp" else _cleaned(value) for key, value in event.items()}


def _cleaned(value: object) -> object:
    """Return a value as it may be written: texts cleaned, in whatever they are wrapped."""
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, str):
        return without_persons(value)
    if isinstance(value, Mapping):
        return {without_persons(str(key)): _cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_cleaned(inner) for inner in value]
    return without_persons(repr(value))


class PersonFilter(logging.Filter):
    """The same guard for libraries that log through the standard library."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = without_persons(record.getMessage())
        record.args = None
        if record.exc_info:
            text = logging.Formatter().formatException(record.exc_info)
            record.exc_text = without_persons(text)
        return True


def configure(*, stream: TextIO | None = None) -> None:
    """Write all logs of the process to `stream` (standard error by default)."""
    target = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            guard_against_persons,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=target),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.addFilter(PersonFilter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def logger(room: str) -> FilteringBoundLogger:
    """Return the logger of a room; its name stands in each line as `room`."""
    return cast(FilteringBoundLogger, structlog.get_logger(room=room))


def place_of(error: BaseException) -> str:
    """Return where an error happened, as `file:line`; empty for one that was never raised.

    For logs, in place of a traceback: that ends with the error's message, which may quote a
    person. Where a library gave up, our line that called it comes first: `ours:1 > theirs:2`.
    """
    frames = [
        (Path(frame.f_code.co_filename), line)
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    ours = [frame for frame in frames if frame[0].is_relative_to(_HOUSE)]
    places = dict.fromkeys(ours[-1:] + frames[-1:])
    return " > ".join(f"{_short(path)}:{line}" for path, line in places)


def _short(path: Path) -> str:
    """Return a file's path within the house, or its last parts elsewhere."""
    if path.is_relative_to(_HOUSE):
        return path.relative_to(_HOUSE.parent).as_posix()
    return "/".join(path.parts[-3:])
