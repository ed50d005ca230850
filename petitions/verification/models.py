"""Letters that ask for confirmation: what the answer is compared with."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from petitions.core.db import Model, UtcDateTime, new_id

VALID_FOR = timedelta(days=14)
WRONG_CODES = 5
"""Six digits allow a million codes; five guesses at each letter leave one chance in 200,000."""


LETTERS_A_DAY = 5
"""To one mailbox about one appeal."""


class Confirmation(Model):
    """One letter that asks for confirmation. Link and code are kept as digests only."""

    __tablename__ = "confirmations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    signature_id: Mapped[UUID] = mapped_column(ForeignKey("signatures.id", ondelete="CASCADE"))
    message_id: Mapped[UUID]
    """The letter in the outbox; no foreign key, for its row is forgotten sooner."""
    token: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    code: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Digest under the appeal's key: a plain hash of six digits would be found by trying all."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    wrong_codes: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index(None, "signature_id", "asked_at"),)

    def is_live(self, at: datetime) -> bool:
        return at < self.expires_at
