"""Who an organiser is, and what they may do."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from petitions.core.address import EmailAddress
from petitions.core.db import db
from petitions.organisers import mailbox
from petitions.organisers.mandates import PERMITTED, Action, Role
from petitions.organisers.models import Account, Mandate, Passkey, Team


@dataclass(frozen=True)
class Organiser:
    """Somebody who has signed in, with the mandates that hold at this moment."""

    id: UUID
    name: str
    mandates: tuple[tuple[UUID, Role], ...] = ()
    """Team and role; one a team."""

    @property
    def team_ids(self) -> frozenset[UUID]:
        return frozenset(team for team, _ in self.mandates)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class PasskeyCard:
    """A passkey as its owner sees it."""

    name: str
    replaces_password: bool
    last_used_at: datetime


@dataclass(frozen=True)
class SafetyOf:
    """How an account is protected."""

    app: bool
    """A one-time code of an authenticator app is asked for after the password."""
    passkeys: tuple[PasskeyCard, ...]
    recovery_codes: int


def organiser_by_id(account_id: UUID, at: datetime) -> Organiser | None:
    """Return the organiser with the mandates that hold at `at`; None when closed or unknown."""
    found = db.session.execute(
        select(Account.name).where(Account.id == account_id, Account.active)
    ).scalar_one_or_none()
    if found is None:
        return None
    return Organiser(id=account_id, name=found, mandates=_mandates(account_id, at))


def _mandates(account_id: UUID, at: datetime) -> tuple[tuple[UUID, Role], ...]:
    rows = db.session.execute(
        select(Mandate.team_id, Mandate.role)
        .where(Mandate.account_id == account_id)
        .where(or_(Mandate.until.is_(None), Mandate.until > at))
        .order_by(Mandate.team_id)
    )
    return tuple((team, role) for team, role in rows)


def may(organiser: Organiser, action: Action, team_id: UUID) -> bool:
    """Tell whether the organiser's mandate for a team permits an action."""
    return any(team == team_id and role in PERMITTED[action] for team, role in organiser.mandates)


def teams_of(organiser: Organiser) -> tuple[Team, ...]:
    """Return the organiser's teams, by name."""
    if not organiser.mandates:
        return ()
    teams = select(Team).where(Team.id.in_(organiser.team_ids)).order_by(Team.name)
    return tuple(db.session.scalars(teams))


def team_by_name(name: str) -> Team | None:
    return db.session.scalar(select(Team).where(Team.name == name))


def account_by_email(email: EmailAddress) -> Account | None:
    """Return the account of an address, in whatever form it is written.

    Raises:
        AddressMalformed: it is none.
    """
    address = mailbox.canonical(email.reveal())
    return db.session.scalar(select(Account).where(Account.email == address))


def safety_of(account_id: UUID) -> SafetyOf:
    """Return how an account is protected, for its owner's eyes."""
    account = db.session.get_one(Account, account_id)
    return SafetyOf(
        app=bool(account.tf_primary_method and account.tf_totp_secret),
        passkeys=tuple(map(_card, account.webauthn)),
        recovery_codes=len(account.mf_recovery_codes or ()),
    )


def _card(passkey: Passkey) -> PasskeyCard:
    return PasskeyCard(
        name=passkey.name,
        replaces_password=passkey.usage == "first",
        last_used_at=passkey.lastuse_datetime,
    )
