"""What signatories do with their own signature, by the secret link in their letters."""

from datetime import datetime
from uuid import UUID

from petitions.core.tokens import token_digest
from petitions.signatures import services as register
from petitions.signatures.models import Visibility
from petitions.verification import services as verification


def withdraw(token: str, *, at: datetime) -> UUID:
    """Take a signature back; return it. The person stays sealed here until they burn it.

    Raises:
        SignatureNotFound: no signature has this link.
        NotPossibleNow: it does not stand any more.
    """
    signature = register.by_link_for_change(token_digest(token))
    signature.withdraw(at)
    return signature.id


def burn(token: str, *, at: datetime) -> UUID:
    """Delete all that is kept about a signatory, in whatever state the signature is.

    Raises:
        SignatureNotFound: no signature has this link.
    """
    signature = register.by_link_for_change(token_digest(token))
    signature.burn(at)
    verification.forget_letters(signature.id)
    return signature.id


def change_choices(token: str, visibility: Visibility, *, news: bool) -> None:
    """Change who may see the name, and whether news are wanted, from now on.

    Raises:
        SignatureNotFound: no signature has this link.
    """
    signature = register.by_link_for_change(token_digest(token))
    signature.visibility, signature.news = visibility, news
