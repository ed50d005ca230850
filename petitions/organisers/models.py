"""Tables of accounts, teams and mandates.

Flask-Security reads and writes accounts and passkeys by the attribute names that it prescribes;
those names stand here as it wants them. What it can record about a sign-in (times, network
addresses) has no column, so it cannot be stored.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from petitions.core.db import Json, Model, UtcDateTime, enumerated, new_id
from petitions.organisers.mandates import Role

if TYPE_CHECKING:
    # The library declares the columns that its mixins expect as plain values, which no typed
    # column can override.
    class UserMixin:
        """What Flask-Security asks of an account, without the columns."""

    class WebAuthnMixin:
        """What Flask-Security asks of a passkey, without the columns."""

else:
    from flask_security import UserMixin, WebAuthnMixin


def _random_handle() -> str:
    return uuid4().hex


class Account(UserMixin, Model):
    """An organiser. The password is hashed by argon2; the secret of the app is encrypted."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """In its canonical form (`mailbox.canonical`)."""
    password: Mapped[str | None] = mapped_column(String(255))
    """None until the invited person has chosen one."""
    active: Mapped[bool] = mapped_column(default=True)
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=_random_handle)
    """Stands in the session; a new one signs the account out everywhere."""
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(
        String(64), unique=True, default=_random_handle
    )
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(Text)
    totp_counter: Mapped[int | None] = mapped_column(BigInteger)
    """Time step of the last code that was accepted (RFC 6238): no code works twice."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(Json)
    """Digests; the codes themselves are shown once and kept nowhere."""

    webauthn: Mapped[list["Passkey"]] = relationship(
        back_populates="account", cascade="all, delete-orphan", order_by="Passkey.name"
    )
    mandates: Mapped[list["Mandate"]] = relationship(
        back_populates="account", cascade="all, delete-orphan"
    )

    def sign_out_everywhere(self) -> None:
        """End all sessions of this account, and the validity of links to reset its password."""
        self.fs_uniquifier = _random_handle()


class Passkey(WebAuthnMixin, Model):
    """A public key of an account (W3C Web Authentication)."""

    __tablename__ = "passkeys"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(64))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    transports: Mapped[list[str] | None] = mapped_column(Json)
    backup_state: Mapped[bool] = mapped_column(default=False)
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(Text)
    lastuse_datetime: Mapped[datetime] = mapped_column(UtcDateTime)
    usage: Mapped[str] = mapped_column(String(64))
    """`first`: instead of the password; `secondary`: after it."""

    account: Mapped[Account] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, Any]:
        """Return how Flask-Security finds the account of this passkey."""
        return {"id": self.account_id}


class Team(Model):
    """A group that runs appeals."""

    __tablename__ = "teams"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(120), unique=True)


class Mandate(Model):
    """What an account may do for a team, and until when."""

    __tablename__ = "mandates"
    __table_args__ = (UniqueConstraint("account_id", "team_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(enumerated(Role))
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """First moment at which it no longer holds; None while it has no end."""

    account: Mapped[Account] = relationship(back_populates="mandates")
