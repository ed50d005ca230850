"""Secrets that travel in links. The house keeps their digest only."""

import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

TOKEN_BYTES = 16
"""128 bits: beyond guessing, short enough for a line of text."""


def new_token() -> str:
    """Return a fresh secret of 128 bits as 22 characters that are safe in a URL."""
    return encode_token(secrets.token_bytes(TOKEN_BYTES))


def encode_token(secret: bytes) -> str:
    """Write the first 128 bits of `secret` as base64url without padding (RFC 4648, section 5)."""
    return urlsafe_b64encode(secret[:TOKEN_BYTES]).rstrip(b"=").decode("ascii")


def token_digest(token: str) -> bytes:
    """Return the 32 bytes by which a token is found again.

    A plain hash is enough: the token has 128 bits of its own, so there is nothing to guess.
    """
    return sha256(token.encode()).digest()


def new_code() -> str:
    """Return six random digits for people who read their mail on another device."""
    return f"{secrets.randbelow(1_000_000):06}"
