"""The outbox, and the transitions of one message in it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from petitions.core.db import Model, UtcDateTime, enumerated, new_id


class MessageState(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"  # waits for its time
    SENDING = "sending"  # a worker has it in hand
    SENT = "sent"  # a mail server took it
    PARKED = "parked"  # hopeless: refused for good, or put off too often
    DISCARDED = "discarded"  # not wanted any more before it left


OVER = (MessageState.SENT, MessageState.PARKED, MessageState.DISCARDED)


class OutgoingMessage(Model):
    """One letter on its way. What is in it is sealed, and erased when its way is over."""

    __tablename__ = "outbox"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    template: Mapped[str] = mapped_column(String(80))
    lang: Mapped[str] = mapped_column(String(12))
    state: Mapped[MessageState] = mapped_column(enumerated(MessageState))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed `Letter`; None once the message is sent, parked or discarded."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    """How often it was put off so far."""
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """While in hand: when its worker is taken for dead. Also tells one claim from the next."""
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(24))
    """Last answer as numbers, such as `250` or `550 5.1.1`: the words beside may name a person."""

    # The worker asks for one state at a time, in order of time; so does `flask check`.
    __table_args__ = (Index(None, "state", "due_at"),)

    def claim(self, until: datetime) -> None:
        """A worker takes it in hand."""
        self.state, self.claimed_until = MessageState.SENDING, until

    def release(self) -> None:
        """Back to the others, as if it had never been in hand."""
        self.state, self.claimed_until = MessageState.QUEUED, None

    def accept(self, at: datetime, outcome: str) -> None:
        """A mail server took it."""
        self.accepted_at = at
        self._end(MessageState.SENT, outcome)

    def put_off(self, due_at: datetime, outcome: str) -> None:
        """Not now."""
        self.release()
        self.attempts += 1
        self.due_at, self.outcome = due_at, outcome

    def park(self, outcome: str) -> None:
        """Never."""
        self._end(MessageState.PARKED, outcome)

    def discard(self) -> None:
        """Not wanted any more."""
        self._end(MessageState.DISCARDED, None)

    def _end(self, state: MessageState, outcome: str | None) -> None:
        self.state, self.outcome = state, outcome
        self.sealed = self.claimed_until = None


def place_of(message_id: UUID) -> str:
    """Return the place that the sealed letter of this message is bound to."""
    return f"outbox.sealed:{message_id}"
