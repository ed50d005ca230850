"""The outbox: posting letters, taking them in hand, noting what became of them.

Nothing here talks to a mail server; that is done by `mail.jobs`, between these steps.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import delete, select, update

from petitions.core.db import db, new_id
from petitions.core.vault import SealBroken, vault
from petitions.mail.letter import Letter
from petitions.mail.models import MessageState, OutgoingMessage, place_of
from petitions.mail.queries import is_due, is_lapsed, is_over

__all__ = ["Letter"]

BATCH = 50
CLAIM_LASTS = timedelta(minutes=5)
"""Far longer than a worker keeps a letter in hand (`mail.jobs.ROUND`, plus the slowest server)."""

PUT_OFF_MINUTES = (1, 5, 15, 60, *[180] * 7)
"""Pauses between attempts, nearly a day in all. Grey-listing lets in after minutes, a full mailbox
after hours; then the letter is parked."""
JITTER_STEPS = 256

KEPT_FOR = timedelta(days=30)
"""How long an operator may look at what became of a letter."""
FORGOTTEN_AT_ONCE = 500

_overheard: ContextVar[list[UUID] | None] = ContextVar("overheard", default=None)


@dataclass(frozen=True)
class Claim:
    """A message in a worker's hand. `sealed` is what `opened` takes."""

    id: UUID
    sealed: bytes | None
    created_at: datetime
    until: datetime


class Unreadable(Exception):
    """A message does not open: it was sealed under another master key, or damaged."""


def post(letter: Letter, *, at: datetime) -> UUID:
    """Put a letter into the outbox, in the caller's transaction. It leaves from `at` on."""
    message = OutgoingMessage(
        id=new_id(),
        template=letter.template,
        lang=letter.lang,
        state=MessageState.QUEUED,
        created_at=at,
        due_at=at,
        attempts=0,
    )
    message.sealed = vault().seal(letter.to_bytes(), place_of(message.id))
    db.session.add(message)
    if (heard := _overheard.get()) is not None:
        heard.append(message.id)
    return message.id


@contextmanager
def overheard() -> Iterator[list[UUID]]:
    """Give the ids of the letters that this block posts, and of nobody else's meanwhile."""
    heard: list[UUID] = []
    before = _overheard.set(heard)
    try:
        yield heard
    finally:
        _overheard.reset(before)


def discard(messages: Iterable[UUID]) -> int:
    """Erase letters that nobody wants any more. Returns how many had not left yet.

    One that a worker has in hand may leave at this moment; if it does not, it is not tried again.
    """
    unwanted = _still_here(messages, MessageState.QUEUED, MessageState.SENDING)
    for message in unwanted:
        message.discard()
    return len(unwanted)


def intercept(messages: Iterable[UUID]) -> tuple[Letter, ...]:
    """Take those of these letters that still wait out of the outbox; return them, oldest first.

    For people who do not exist: nobody must write to the mailboxes of a demonstration.
    """
    waiting = _still_here(messages, MessageState.QUEUED)
    letters = tuple(_opened(message.id, message.sealed) for message in waiting)
    for message in waiting:
        message.discard()
    return letters


def _still_here(messages: Iterable[UUID], *states: MessageState) -> Sequence[OutgoingMessage]:
    """Return those of these messages in one of `states`, locked, as they are now, oldest first."""
    return db.session.scalars(
        select(OutgoingMessage)
        .where(OutgoingMessage.id.in_(list(messages)), OutgoingMessage.state.in_(states))
        .order_by(OutgoingMessage.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def take_back_lapsed(*, at: datetime) -> None:
    """Give letters whose worker died with them in hand back to the others."""
    db.session.execute(
        update(OutgoingMessage)
        .where(is_lapsed(at))
        .values(state=MessageState.QUEUED, claimed_until=None)
    )


def claim(*, at: datetime) -> tuple[Claim, ...]:
    """Take the longest due letters in hand, `BATCH` at most.

    No two workers get the same letter. On PostgreSQL each passes over the rows that another has
    locked (SKIP LOCKED) and so neither waits; SQLite has no row locks and needs none: the caller's
    transaction began with BEGIN IMMEDIATE, so there is one writer at a time.
    """
    until = at + CLAIM_LASTS
    messages = db.session.scalars(
        select(OutgoingMessage)
        .where(is_due(at))
        .order_by(OutgoingMessage.due_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for message in messages:
        message.claim(until)
    return tuple(Claim(m.id, m.sealed, m.created_at, until) for m in messages)


def opened(claim: Claim) -> Letter:
    """Return the letter in hand.

    Raises:
        Unreadable: see there.
    """
    return _opened(claim.id, claim.sealed)


def accept(message_id: UUID, *, at: datetime, outcome: str) -> None:
    """Note that a mail server took the letter, and erase it.

    True whoever has the message in hand by now, and so not bound to a claim.
    """
    message = db.session.get(OutgoingMessage, message_id, with_for_update=True)
    if message is not None and message.state is not MessageState.SENT:
        message.accept(at, outcome)


def put_off(claim: Claim, *, at: datetime, outcome: str) -> None:
    """Try again later; park what was put off too often."""
    message = _still_in_hand(claim)
    if message is None:
        return
    if message.attempts >= len(PUT_OFF_MINUTES):
        message.park(outcome)
        return
    message.put_off(at + pause_before(message.attempts + 1, message.id), outcome)


def park(claim: Claim, *, outcome: str) -> None:
    """Give up: the letter was refused for good."""
    if (message := _still_in_hand(claim)) is not None:
        message.park(outcome)


def release(claims: Iterable[Claim]) -> None:
    """Give back letters that were never tried."""
    for claim_ in claims:
        if (message := _still_in_hand(claim_)) is not None:
            message.release()


def forget(*, at: datetime) -> int:
    """Delete rows, `FORGOTTEN_AT_ONCE` at most, of letters whose way ended long ago.

    What they say was erased then; here goes that they were written. Returns how many there were.
    """
    old = (
        select(OutgoingMessage.id)
        .where(is_over(at - KEPT_FOR))
        .limit(FORGOTTEN_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    ids = db.session.scalars(old).all()
    db.session.execute(delete(OutgoingMessage).where(OutgoingMessage.id.in_(ids)))
    return len(ids)


def pause_before(attempt: int, message_id: UUID) -> timedelta:
    """Return how long to wait before attempt number `attempt` (the second try is 1).

    Up to a quarter longer for some letters than for others, so that those which failed together
    do not come back together. The letter's own random bits decide.
    """
    jitter = (message_id.int % JITTER_STEPS) / (4 * JITTER_STEPS)
    return timedelta(minutes=PUT_OFF_MINUTES[attempt - 1] * (1 + jitter))


def _still_in_hand(claim: Claim) -> OutgoingMessage | None:
    """Return the message, locked, unless the claim has lapsed and another worker took it up."""
    message = db.session.get(OutgoingMessage, claim.id, with_for_update=True)
    if message is None or message.state is not MessageState.SENDING:
        return None
    return message if message.claimed_until == claim.until else None


def _opened(message_id: UUID, sealed: bytes | None) -> Letter:
    try:
        return Letter.from_bytes(vault().open(sealed or b"", place_of(message_id)))
    except (SealBroken, msgspec.MsgspecError) as error:
        raise Unreadable from error
