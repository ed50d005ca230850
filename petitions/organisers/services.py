"""What is done to accounts, teams and mandates."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app
from flask_security import hash_password
from flask_security.recoverable import generate_reset_password_token

from petitions.audit import services as audit
from petitions.core.address import EmailAddress
from petitions.core.db import db, new_id
from petitions.mail import services as mail
from petitions.organisers import letters, mailbox, queries
from petitions.organisers.mandates import Role
from petitions.organisers.models import Account, Mandate, Team
from petitions.web.addresses import public_address
from petitions.web.language import site_language


@dataclass(frozen=True)
class Invited:
    """What an invitation came to."""

    account: Account
    new_account: bool
    letter_posted: bool
    """False when the account has a password already: its owner simply signs in."""


def found_team(name: str, *, at: datetime, by: UUID | None = None) -> Team:
    """Return the team of this name, founded now if there was none."""
    if (team := queries.team_by_name(name)) is not None:
        return team
    team = Team(id=new_id(), name=name)
    db.session.add(team)
    audit.record("organisers.found_team", by=by, at=at, subject=("team", team.id))
    return team


def open_account(
    email: EmailAddress, name: str, *, at: datetime, by: UUID | None = None
) -> Account:
    """Open an account that nobody can sign in to before a password is set.

    Raises:
        AddressMalformed: the address is none.
    """
    account = Account(
        id=new_id(), email=mailbox.canonical(email.reveal()), name=name, invited_at=at
    )
    db.session.add(account)
    db.session.flush()
    audit.record("organisers.open_account", by=by, at=at, subject=("account", account.id))
    return account


def appoint(
    account: Account,
    team: Team,
    role: Role,
    until: datetime | None = None,
    *,
    at: datetime,
    by: UUID | None = None,
) -> Mandate:
    """Give an account a role in a team, in place of the one that it had there."""
    db.session.flush()
    mandate = next((m for m in account.mandates if m.team_id == team.id), None)
    if mandate is None:
        mandate = Mandate(id=new_id(), team_id=team.id)
        account.mandates.append(mandate)
    mandate.role, mandate.until = role, until
    db.session.flush()
    audit.record(
        "organisers.appoint",
        by=by,
        at=at,
        subject=("account", account.id),
        details={"team": str(team.id), "role": role.value},
    )
    return mandate


def invite(
    email: EmailAddress,
    name: str,
    team: Team,
    role: Role,
    *,
    at: datetime,
    lang: str | None = None,
    by: UUID | None = None,
) -> Invited:
    """Appoint somebody by address, opening an account if there is none.

    Who has no password yet gets a letter with a link to choose one, in the language `lang`.

    Raises:
        AddressMalformed: the address is none.
    """
    known = queries.account_by_email(email)
    account = known or open_account(email, name, at=at, by=by)
    appoint(account, team, role, at=at, by=by)
    if account.password is None:
        _post_invitation(account, team, site_language(lang), at)
    return Invited(account, new_account=known is None, letter_posted=account.password is None)


def _post_invitation(account: Account, team: Team, lang: str, at: datetime) -> None:
    letter = letters.invitation(
        EmailAddress(account.email),
        name=account.name,
        team=team.name,
        link=password_link(generate_reset_password_token(account)),  # type: ignore[no-untyped-call]
        valid_for=current_app.config["SECURITY_RESET_PASSWORD_WITHIN"],
        lang=lang,
    )
    mail.post(letter, at=at)


def password_link(token: str) -> str:
    """Return the full address at which a password is chosen."""
    return public_address("security.reset_password", token=token)


def set_password(account: Account, password: str) -> None:
    """Set a password, whatever it is worth, and end all sessions of the account."""
    account.password = hash_password(password)
    account.sign_out_everywhere()
