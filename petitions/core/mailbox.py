"""E-mail addresses as text: what may be typed, which are the same mailbox, what servers want.

Rules of single providers, such as dots that one of them does not tell apart, are no part of it:
they are a judgement about signatures, and so verification's.
"""

import idna
from email_validator import EmailNotValidError, validate_email

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
    trimmed = text.strip()
    # Before anything else: to normalise some thousands of combining marks takes seconds.
    if len(trimmed) > LONGEST:
        raise BadAddress
    try:
        found = validate_email(trimmed, check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError as error:
        raise BadAddress from error
    if len(found.normalized.encode()) > LONGEST:
        raise BadAddress
    return found.normalized


def canonical(address: str) -> str:
    """Return the form that is equal for addresses of one mailbox. Idempotent.

    `address` is as `parse` gives it. The local part is compared without regard to case, for no
    provider of note tells cases apart; but other letters make another mailbox, so it is put in
    small letters and not folded: straße@ and strasse@ may be two people.
    """
    local, _, domain = address.rpartition("@")
    plain = f"{local.lower()}@{domain.lower()}"
    try:
        return on_the_wire(plain)
    except BadAddress:  # no domain by today's rule, so no letter will find it either
        return plain


def on_the_wire(address: str) -> str:
    """Return the address with its domain in ASCII (IDNA 2008, UTS 46), as servers want it.

    Raises:
        BadAddress: its domain cannot be written so.
    """
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except UnicodeError as error:
        raise BadAddress from error
