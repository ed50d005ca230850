"""Keys and seals.

Every appeal has a key of its own, wrapped by the installation's master key, which lives outside
the database. What a signatory tells us is sealed under the appeal's key and bound to its row:
a value that is copied to another row, column or appeal does not open.

Seals are AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits; keys are derived by HKDF
(RFC 5869) with SHA-256. A sealed value is `scheme (1 byte) | nonce (12) | ciphertext and tag`.
The leading byte leaves room for a second scheme, the custodian's public key (docs/adr/0003).
"""

import hmac
import secrets
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import cast
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from flask import current_app

KEY_BYTES = 32
NONCE_BYTES = 12
SCHEME = b"\x01"


class SealBroken(Exception):
    """A sealed value does not open: it was altered, moved, or sealed under another key."""


@dataclass(frozen=True)
class Seal:
    """One key that seals and opens."""

    _cipher: AESGCM

    @classmethod
    def of(cls, key: bytes) -> "Seal":
        return cls(AESGCM(key))

    def close(self, plain: bytes, context: str) -> bytes:
        """Seal `plain`. `context` names its place (table, column, row); it opens only there."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return SCHEME + nonce + self._cipher.encrypt(nonce, plain, SCHEME + context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Return what was sealed at `context`.

        Raises:
            SealBroken: the value is not one of ours, or not of this place.
        """
        scheme, nonce, body = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        if scheme != SCHEME:
            raise SealBroken
        try:
            return self._cipher.decrypt(nonce, body, SCHEME + context.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken from error


@dataclass(frozen=True)
class AppealKey:
    """The key of one appeal, unwrapped: seals people, finds mailboxes, derives tokens."""

    _seal: Seal
    _digest_key: bytes
    _token_key: bytes

    @classmethod
    def of(cls, key: bytes) -> "AppealKey":
        return cls(
            Seal.of(derive(key, "person")), derive(key, "mailbox"), derive(key, "signatory's link")
        )

    def seal(self, plain: bytes, context: str) -> bytes:
        return self._seal.close(plain, context)

    def open(self, sealed: bytes, context: str) -> bytes:
        return self._seal.open(sealed, context)

    def digest(self, value: str) -> bytes:
        """Return 32 bytes by which `value` is found within this appeal and nowhere else."""
        return hmac.digest(self._digest_key, value.encode(), sha256)

    def token_secret(self, row: UUID) -> bytes:
        """Return 32 secret bytes for one row; the same each time, so that no letter needs a row."""
        return hmac.digest(self._token_key, row.bytes, sha256)


class Vault:
    """All that the installation's master key can do."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != KEY_BYTES:
            raise ValueError("The master key has 32 bytes.")
        self._wrapping = Seal.of(derive(master_key, "appeal keys"))
        self._own = Seal.of(derive(master_key, "installation"))
        self._unwrap = lru_cache(maxsize=256)(self._unwrapped)

    def new_appeal_key(self, appeal: UUID) -> bytes:
        """Return a fresh random key for `appeal`, wrapped."""
        return self._wrapping.close(secrets.token_bytes(KEY_BYTES), f"appeal_keys.key:{appeal}")

    def appeal_key(self, appeal: UUID, wrapped: bytes) -> AppealKey:
        """Unwrap the key of `appeal`.

        Raises:
            SealBroken: wrapped by another master key, or for another appeal.
        """
        return self._unwrap(appeal, wrapped)

    def _unwrapped(self, appeal: UUID, wrapped: bytes) -> AppealKey:
        return AppealKey.of(self._wrapping.open(wrapped, f"appeal_keys.key:{appeal}"))

    def seal(self, plain: bytes, context: str) -> bytes:
        """Seal something of the installation's own, such as a letter in the outbox."""
        return self._own.close(plain, context)

    def open(self, sealed: bytes, context: str) -> bytes:
        return self._own.open(sealed, context)


def derive(key: bytes, purpose: str) -> bytes:
    """Derive a key of 32 bytes for one purpose (HKDF-Expand; `key` is uniformly random)."""
    return HKDFExpand(SHA256(), KEY_BYTES, purpose.encode()).derive(key)


def vault() -> Vault:
    """Return the vault of the running application."""
    return cast(Vault, current_app.extensions["vault"])
