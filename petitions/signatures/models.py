"""The register's tables, and the transitions of one signature."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from petitions.core.db import Model, UtcDateTime, enumerated, new_id
from petitions.signatures.rules import NotPossibleNow


class Kind(StrEnum):
    """Who signs."""

    PERSON = "person"
    ORGANISATION = "organisation"


class State(StrEnum):
    """Where a signature stands. Only verified ones count."""

    PENDING = "pending"
    VERIFIED = "verified"
    WITHDRAWN = "withdrawn"
    STRUCK = "struck"
    QUARANTINED = "quarantined"
    EXPIRED = "expired"


class Visibility(StrEnum):
    """Who may see the name."""

    PUBLIC = "public"
    INITIALS = "initials"
    ADDRESSEE = "addressee"
    COUNT = "count"


class StrikeReason(StrEnum):
    """Why an organiser struck a signature; the signatory is told in these words."""

    DUPLICATE = "duplicate"
    NOT_A_PERSON = "not_a_person"
    ON_REQUEST = "on_request"
    OTHER = "other"


STANDING = frozenset({State.PENDING, State.VERIFIED, State.QUARANTINED})
TELL_EVERY = timedelta(days=1)
RENEWABLE = frozenset({State.PENDING, State.WITHDRAWN})


class Signature(Model):
    """One signatory's act under one appeal.

    The person is sealed; what statistics need stays open. The mailbox is found by its digest under
    the appeal's key, so the same mailbox under two appeals cannot be linked.
    """

    __tablename__ = "signatures"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    appeal_id: Mapped[UUID] = mapped_column(ForeignKey("appeals.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("versions.id"))
    kind: Mapped[Kind] = mapped_column(enumerated(Kind))
    state: Mapped[State] = mapped_column(enumerated(State))
    visibility: Mapped[Visibility] = mapped_column(enumerated(Visibility))
    country: Mapped[str] = mapped_column(String(2))
    lang: Mapped[str] = mapped_column(String(12))
    source: Mapped[str | None] = mapped_column(String(40))
    news: Mapped[bool]
    person: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed `Person`; None once erased."""
    mailbox: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Digest of the canonical address under the appeal's key; None once erased."""
    link: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    """Digest of the token of `/s/<token>`; None once erased."""
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its mailbox was last told that it has signed before."""
    reason: Mapped[StrikeReason | None] = mapped_column(enumerated(StrikeReason))
    note: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("appeal_id", "mailbox"),
        # Counting, and lists in their order: organisations first, then by entry.
        Index(None, "appeal_id", "state", "kind", "id"),
        # The desk's list of everything, newest first.
        Index(None, "appeal_id", "id"),
        # What expires: a small index, for most signatures are pending for minutes only.
        Index(
            "ix_signatures_pending",
            "entered_at",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    def tell_again(self, at: datetime) -> bool:
        """Note that its mailbox is told again; False when it was told less than a day ago.

        Whoever types a stranger's address again and again must not fill that mailbox.
        """
        if self.told_at is not None and at - self.told_at < TELL_EVERY:
            return False
        self.told_at = at
        return True

    def confirm(self, at: datetime) -> None:
        """The mailbox is theirs."""
        self._step({State.PENDING}, State.VERIFIED)
        self.verified_at = at

    def withdraw(self, at: datetime) -> None:
        """The signatory takes it back."""
        self._step(STANDING, State.WITHDRAWN)
        self.ended_at = at

    def strike(self, reason: StrikeReason, note: str | None, at: datetime) -> None:
        """An organiser takes it off, with a reason."""
        self._step(STANDING, State.STRUCK)
        self.reason, self.note, self.ended_at = reason, note, at

    def quarantine(self, note: str) -> None:
        """Set aside, uncounted, until a person has looked at it."""
        self._step({State.PENDING, State.VERIFIED}, State.QUARANTINED)
        self.note = note

    def expire(self, at: datetime) -> None:
        """Nobody confirmed it in time."""
        self._step({State.PENDING}, State.EXPIRED)
        self.ended_at = at
        self.erase()

    def burn(self, at: datetime) -> None:
        """The signatory wants nothing kept. The row stays as a number among the withdrawn."""
        if self.state in STANDING:
            self.withdraw(at)
        self.erase()

    def disown(self, at: datetime) -> None:
        """The owner of the mailbox says that it was somebody else: as if never confirmed."""
        if self.state in STANDING:
            self.state, self.ended_at = State.EXPIRED, at
        self.erase()

    def erase(self) -> None:
        """Forget the person, the mailbox and the link."""
        self.person = self.mailbox = self.link = self.note = None

    def _step(self, origins: frozenset[State] | set[State], target: State) -> None:
        if self.state not in origins:
            raise NotPossibleNow
        self.state = target


class Tally(Model):
    """The count that pages show: derived from the register by one job, never incremented."""

    __tablename__ = "tallies"

    appeal_id: Mapped[UUID] = mapped_column(ForeignKey("appeals.id"), primary_key=True)
    people: Mapped[int]
    organisations: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)


def person_context(signature_id: UUID) -> str:
    """Return the place that a signature's sealed person is bound to."""
    return f"signatures.person:{signature_id}"
