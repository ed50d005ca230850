"""What can be read of confirmations."""

from uuid import UUID

from sqlalchemy import select

from petitions.core.db import db
from petitions.core.tokens import token_digest
from petitions.signatures.models import Signature
from petitions.verification.models import Confirmation


def version_behind(token: str) -> UUID | None:
    """Return the text that the letter with this token was about; None for no letter of ours."""
    return db.session.scalar(
        select(Signature.version_id)
        .join(Confirmation, Confirmation.signature_id == Signature.id)
        .where(Confirmation.token == token_digest(token))
    )
