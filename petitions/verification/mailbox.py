"""The canonical form of an e-mail address: equal for addresses that reach the same mailbox."""

from email_validator import EmailNotValidError, validate_email

from petitions.mail.envelope import on_the_wire

LONGEST = 254
"""Octets that an address may have in an envelope (RFC 5321, section 4.5.3.1.3)."""


class BadAddress(ValueError):
    """Not an address that a letter could be sent to."""


def parse(text: str) -> str:
    """Return `text` as an address ready for use: spaces trimmed, domain in lower case, NFC.

    Only the syntax is looked at (RFC 5321, 5322, 6531); nothing is asked of the network.

    Raises:
        BadAddress: no letter can be sent to it.
    """
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError as error:
        raise BadAddress from error
    if len(found.normalized.encode()) > LONGEST:
        raise BadAddress
    return found.normalized


def canonical(address: str) -> str:
    """Return the form under which a mailbox is known to an appeal. Idempotent.

    The local part is compared without regard to case: no provider of note tells them apart.
    """
    local, _, domain = address.rpartition("@")
    plain = f"{local.casefold()}@{domain.lower()}"
    try:
        return on_the_wire(plain)
    except UnicodeError:  # no domain by today's rule, so no letter will find it either
        return plain
