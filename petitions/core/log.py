"""Structured logs, one line of JSON an event, named by room.

Nothing that could point at a signatory is ever passed in: no name, address, token or network
address. `guard_against_persons` is the second line of defence: it blanks what slipped through.
"""

import logging
import re
import sys
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE)
LINK_TOKEN = re.compile(r"/(c|s|d)/[\w-]{16,}")
BLANK = "[removed]"


def without_persons(text: str) -> str:
    """Blank e-mail addresses, network addresses and link tokens in `text`."""
    text = LINK_TOKEN.sub(rf"/\1/{BLANK}", text)
    for pattern in (EMAIL, IPV4, IPV6):
        text = pattern.sub(BLANK, text)
    return text


def guard_against_persons(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Clean every text of an event, tracebacks included (a structlog processor)."""
    return {
        key: without_persons(value) if isinstance(value, str) and key != "timestamp" else value
        for key, value in event.items()
    }


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
