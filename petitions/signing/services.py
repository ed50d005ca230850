"""Signing, as every door does it."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from uuid import UUID

from petitions.appeals import queries as appeals
from petitions.appeals.rules import AppealNotOpen
from petitions.core import mailbox
from petitions.core.address import EmailAddress
from petitions.signatures import queries as signatures
from petitions.signatures import services as register
from petitions.signatures.models import RENEWABLE, Kind, Signature, State, Visibility
from petitions.signatures.person import Person
from petitions.signatures.services import EnterSignature
from petitions.verification import reference
from petitions.verification import services as verification


@dataclass(frozen=True)
class SignAppeal:
    """A signature as its signatory wants it."""

    slug: str
    lang: str
    version_id: UUID | None
    """The text that was read; None for the newest."""
    kind: Kind
    name: str
    latin_name: str | None
    email: EmailAddress
    country: str
    town: str | None
    organisation: str | None
    role: str | None
    visibility: Visibility
    news: bool
    source: str | None


def sign(command: SignAppeal, *, at: datetime) -> str:
    """Enter a pending signature and ask its mailbox; return the reference for typing the code.

    From outside it looks the same whether the mailbox is new, waiting, verified, withdrawn or
    struck: who has signed is told to the owner of the mailbox only, by letter.

    Raises:
        AppealNotFound: no such appeal, or no such text of it.
        AppealNotOpen: it takes no signatures now.
    """
    ballot = appeals.ballot(command.slug, command.lang, command.version_id, at=at)
    if not ballot.accepts_signatures:
        raise AppealNotOpen
    digest = ballot.key.digest(mailbox.canonical(command.email.reveal()))
    entry = _entry(command, ballot, digest)
    signature = register.enter(entry, ballot.key, at=at)
    if signature is None:
        _sign_again(entry, ballot, at)
    else:
        verification.ask(signature, entry.person, ballot, at=at)
    return reference.write(ballot.appeal_id, digest, at=at)


def pretend(command: SignAppeal, *, at: datetime) -> str:
    """Return a reference that looks like that of a signature, and sign nothing.

    Raises:
        AppealNotFound: no such appeal.
    """
    return reference.write(appeals.appeal_by_slug(command.slug).id, token_bytes(32), at=at)


def _sign_again(entry: EnterSignature, ballot: appeals.Ballot, at: datetime) -> None:
    """Answer, by letter, a mailbox that stands under the appeal already."""
    signature = register.by_mailbox_for_change(ballot.appeal_id, entry.mailbox)
    if signature is None:  # burnt in the blink between two statements; nobody is left to ask
        return
    if signature.state not in RENEWABLE:
        if signature.tell_again(at):
            _tell(signature, ballot, at)
        return
    if verification.may_ask(signature.id, at=at):
        register.renew(signature, entry, ballot.key, at=at)
        verification.ask(signature, entry.person, ballot, at=at)


def _tell(signature: Signature, ballot: appeals.Ballot, at: datetime) -> None:
    # To the person in the register: the name that was just typed may be a stranger's joke.
    person = signatures.opened(signature, ballot.key).person
    if person is None:
        return
    if signature.state is State.STRUCK:
        verification.tell_struck(signature, person, ballot, at=at)
    else:
        verification.tell_already(signature, person, ballot, at=at)


def _entry(command: SignAppeal, ballot: appeals.Ballot, digest: bytes) -> EnterSignature:
    return EnterSignature(
        appeal_id=ballot.appeal_id,
        version_id=ballot.version_id,
        mailbox=digest,
        person=Person(
            name=command.name,
            latin_name=command.latin_name,
            email=command.email,
            town=command.town,
            organisation=command.organisation,
            role=command.role,
        ),
        kind=command.kind,
        visibility=command.visibility,
        country=command.country,
        lang=command.lang,
        source=command.source,
        news=command.news,
    )
