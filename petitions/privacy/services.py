"""What signatories do with their own signature, by the secret link in their letters."""

from datetime import datetime
from uuid import UUID

from petitions.core.tokens import token_digest
from petitions.signatures import queries as signatures
from petitions.signatures import services as register
from petitions.signatures.models import Signature, Visibility


def withdraw(token: str, *, at: datetime) -> UUID:
    """Take a signature back; return it. The person stays sealed here until they burn it.

    Raises:
        SignatureNotFound: no signature has this link.
        NotPossibleNow: it does not stand any more.
    """
    signature = _by_token(token)
    signature.withdraw(at)
    return signature.id


def burn(token: str, *, at: datetime) -> UUID:
    """Delete all that is kept about a signatory, in whatever state the signature is.

    Raises:
        SignatureNotFound: no signature has this link.
    """
    signature = _by_token(token)
    signature.burn(at)
    return signature.id


def change_visibility(token: str, visibility: Visibility) -> None:
    """Change who may see the name, from now on.

    Raises:
        SignatureNotFound: no signature has this link.
    """
    _by_token(token).visibility = visibility


def _by_token(token: str) -> Signature:
    found = signatures.by_link(token_digest(token))
    return register.for_change(found.id)
