"""Signatures, made through the services as a door makes them. Each call is one unit of work."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from petitions.appeals.queries import key_of
from petitions.core import mailbox
from petitions.core.address import EmailAddress
from petitions.core.db import db, transaction
from petitions.mail.letter import Letter
from petitions.signatures import services as register
from petitions.signatures.models import Kind, Signature, StrikeReason, Visibility
from petitions.signing import services as signing
from petitions.signing.services import SignAppeal
from petitions.verification import services as verification
from tests.conftest import A_MORNING, Outbox
from tests.factories.appeals import Furnished

CONFIRM_LINK = re.compile(r"/c/([A-Za-z0-9_-]{22})")
OWN_LINK = re.compile(r"/s/([A-Za-z0-9_-]{22})")
CODE = re.compile(r"^ {4}(\d{3} \d{3})$", re.MULTILINE)

SUZIE = SignAppeal(
    slug="library",
    lang="en",
    version_id=None,
    kind=Kind.PERSON,
    name="Suzie Quatermass",
    latin_name=None,
    email=EmailAddress("suzie@example.org"),
    country="KZ",
    town="Semey",
    organisation=None,
    role=None,
    visibility=Visibility.ADDRESSEE,
    news=False,
    source=None,
)


@dataclass(frozen=True)
class Signed:
    """A signature that stands in the register."""

    id: UUID
    letter: Letter

    @property
    def token(self) -> str:
        """The secret of the link in its newest letter."""
        return confirm_token(self.letter)

    @property
    def code(self) -> str:
        """The six digits of its newest letter."""
        return code_in(self.letter)

    @property
    def own_token(self) -> str:
        """The secret of the signatory's own page."""
        return own_token(self.letter)


def confirm_token(letter: Letter) -> str:
    return _found(CONFIRM_LINK, letter)


def own_token(letter: Letter) -> str:
    return _found(OWN_LINK, letter)


def code_in(letter: Letter) -> str:
    return _found(CODE, letter).replace(" ", "")


def _found(pattern: re.Pattern[str], letter: Letter) -> str:
    found = pattern.search(letter.text)
    assert found is not None, f"{letter.template} has nothing like {pattern.pattern}"
    return found[1]


def digest_of(appeal: Furnished, email: str) -> bytes:
    """Return the digest by which an appeal knows a mailbox."""
    return key_of(appeal.id).digest(mailbox.canonical(email))


def row_of(appeal: Furnished, email: str) -> Signature | None:
    """Return the row of a mailbox, read anew."""
    db.session.remove()
    found = select(Signature).where(
        Signature.appeal_id == appeal.id, Signature.mailbox == digest_of(appeal, email)
    )
    return db.session.scalar(found)


def sign(appeal: Furnished, email: str, *, at: datetime = A_MORNING, **changes: object) -> None:
    """Sign as Suzie does, but with another mailbox and other `changes`."""
    command = replace(SUZIE, slug=appeal.slug, email=EmailAddress(email), **changes)  # type: ignore[arg-type]
    with transaction():
        signing.sign(command, at=at)


def newest_letter(email: str) -> Letter:
    """Return the newest letter in the outbox to an address."""
    letters = [one for one in Outbox().letters() if one.to == EmailAddress(email)]
    assert letters, "no letter to this address"
    return letters[-1]


def signed(appeal: Furnished, email: str, *, at: datetime = A_MORNING, **changes: object) -> Signed:
    """Sign, and read the letter."""
    sign(appeal, email, at=at, **changes)
    row = row_of(appeal, email)
    assert row is not None
    return Signed(row.id, newest_letter(email))


def confirmed(
    appeal: Furnished, email: str, *, at: datetime = A_MORNING, **changes: object
) -> Signed:
    """Sign, and confirm by the link in the letter."""
    entered = signed(appeal, email, at=at, **changes)
    with transaction():
        verification.confirm(entered.token, at=at)
    return entered


def struck(
    entered: Signed,
    reason: StrikeReason = StrikeReason.NOT_A_PERSON,
    note: str | None = None,
    *,
    by: UUID,
    at: datetime = A_MORNING,
) -> Signed:
    """Let an organiser strike a signature."""
    with transaction():
        verification.strike(entered.id, reason, note, at=at, by=by)
    return entered


def counted(*, at: datetime = A_MORNING) -> None:
    """Let the job derive the tallies."""
    with transaction():
        register.recount(at=at)


def state_of(entered: Signed) -> str:
    """Return where a signature stands now."""
    db.session.remove()
    return db.session.get_one(Signature, entered.id).state.value
