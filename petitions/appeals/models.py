"""Tables of an appeal, and the transitions of one row."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from petitions.appeals.rules import AppealNotDraft, AppealNotOpen
from petitions.core.db import Json, Model, UtcDateTime, enumerated, new_id

Localised = dict[str, str]
"""A short text by language tag; `queries.said_in` picks one."""


class Kind(StrEnum):
    """What sort of text is put to the addressees."""

    OPEN_LETTER = "open_letter"
    PETITION = "petition"
    STATEMENT = "statement"


class State(StrEnum):
    """How far an appeal has come."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    DELIVERED = "delivered"


class UpdateKind(StrEnum):
    """What an update tells."""

    UPDATE = "update"
    OUTCOME = "outcome"
    ANSWER = "answer"


class Appeal(Model):
    """A text put to addressees for signature. Its words stand in `versions`."""

    __tablename__ = "appeals"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[Kind] = mapped_column(enumerated(Kind))
    state: Mapped[State] = mapped_column(enumerated(State), default=State.DRAFT)
    lang: Mapped[str] = mapped_column(String(12))
    """Language of the original."""
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"), index=True)
    demonstration: Mapped[bool] = mapped_column(default=False)
    """Its signatories are invented, and every page and list says so."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    key: Mapped["AppealKey"] = relationship(lazy="raise", cascade="all, delete-orphan")
    versions: Mapped[list["Version"]] = relationship(
        lazy="raise", order_by="Version.number", cascade="all, delete-orphan"
    )
    addressees: Mapped[list["Addressee"]] = relationship(
        lazy="raise", order_by="Addressee.position", cascade="all, delete-orphan"
    )
    initiators: Mapped[list["Initiator"]] = relationship(
        lazy="raise", order_by="Initiator.position", cascade="all, delete-orphan"
    )
    updates: Mapped[list["Update"]] = relationship(
        lazy="raise", order_by="Update.published_at.desc()", cascade="all, delete-orphan"
    )

    __table_args__ = (Index(None, "state", "opened_at"),)

    @property
    def is_open(self) -> bool:
        return self.state is State.OPEN

    def accepts_signatures(self, at: datetime) -> bool:
        """Tell whether somebody may sign at this moment."""
        return self.is_open and (self.closes_at is None or at < self.closes_at)

    def state_at(self, at: datetime) -> State:
        """Return the state that a reader sees: closed from its last moment on."""
        over = self.is_open and not self.accepts_signatures(at)
        return State.CLOSED if over else self.state

    def open(self, at: datetime) -> None:
        """Let people sign.

        Raises:
            AppealNotDraft: it was opened before.
        """
        if self.state is not State.DRAFT:
            raise AppealNotDraft
        self.state, self.opened_at = State.OPEN, at

    def close(self, at: datetime) -> None:
        """Take no further signatures.

        Raises:
            AppealNotOpen: it is not open.
        """
        if self.state is not State.OPEN:
            raise AppealNotOpen
        self.state, self.closed_at = State.CLOSED, at


class AppealKey(Model):
    """The wrapped key of an appeal: without this row its people are sealed for ever.

    A table of its own, so that a backup can leave it out (docs/operations.md).
    """

    __tablename__ = "appeal_keys"

    appeal_id: Mapped[UUID] = mapped_column(ForeignKey("appeals.id"), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class Version(Model):
    """The text of an appeal in one language; frozen and hashed when the appeal opens."""

    __tablename__ = "versions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    appeal_id: Mapped[UUID] = mapped_column(ForeignKey("appeals.id"))
    lang: Mapped[str] = mapped_column(String(12))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    """Markdown."""
    demands: Mapped[list[str]] = mapped_column(Json)
    consent: Mapped[str] = mapped_column(Text)
    """The sentence that signatories agree to, word for word."""
    digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """SHA-256 of the frozen text (`services.frozen_text`)."""
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("appeal_id", "lang", "number"),)


class Addressee(Model):
    """To whom an appeal is put."""

    __tablename__ = "addressees"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    appeal_id: Mapped[UUID] = mapped_column(ForeignKey("appeals.id"), index=True)
    position: Mapped[int]
    name: Mapped[Localised] = mapped_column(Json)
    office: Mapped[Localised] = mapped_column(Json)
    lang: Mapped[str] = mapped_column(String(12))
    """The language in which lists are drawn up for this addressee."""


class Initiator(Model):
    """Stands with the text from the start."""

    __tablename__ = "initiators"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    appeal_id: Mapped[UUID] = mapped_column(ForeignKey("appeals.id"), index=True)
    position: Mapped[int]
    name: Mapped[Localised] = mapped_column(Json)


class Update(Model):
    """News under an appeal."""

    __tablename__ = "updates"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    appeal_id: Mapped[UUID] = mapped_column(ForeignKey("appeals.id"), index=True)
    kind: Mapped[UpdateKind] = mapped_column(enumerated(UpdateKind))
    title: Mapped[Localised] = mapped_column(Json)
    body: Mapped[Localised] = mapped_column(Json)
    """Markdown."""
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
