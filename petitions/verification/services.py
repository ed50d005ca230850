"""Asking for confirmation, and taking the answer."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, func, select

from petitions.appeals import queries as appeals
from petitions.core.db import db
from petitions.core.tokens import new_code, new_token, token_digest
from petitions.core.vault import AppealKey
from petitions.mail import services as mail
from petitions.signatures import queries as signatures
from petitions.signatures import services as register
from petitions.signatures.models import Signature, State, StrikeReason
from petitions.signatures.person import Person
from petitions.verification import letters
from petitions.verification.models import LETTERS_A_DAY, VALID_FOR, WRONG_CODES, Confirmation
from petitions.verification.reference import Reference
from petitions.verification.rules import LinkExpired, LinkSuperseded, LinkUnknown
from petitions.web.addresses import public_address
from petitions.web.language import speaking

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Answered:
    """What became of a confirmation."""

    signature_id: UUID
    first_time: bool


def may_ask(signature_id: UUID, *, at: datetime) -> bool:
    """Tell whether another letter may go to this mailbox today.

    The bound keeps strangers from filling it, and bounds the guesses at codes with it.
    """
    asked = db.session.scalar(
        select(func.count()).where(
            Confirmation.signature_id == signature_id, Confirmation.asked_at > at - ONE_DAY
        )
    )
    return (asked or 0) < LETTERS_A_DAY


def ask(signature: Signature, person: Person, ballot: appeals.Ballot, *, at: datetime) -> None:
    """Send the letter that asks for confirmation: one row for the answer, one in the outbox."""
    token, code = new_token(), new_code()
    expires_at = at + VALID_FOR
    letter = letters.confirm(
        addressed(signature, person, ballot),
        signature.visibility,
        confirm_url=public_address("verification.asked", token=token),
        code=code,
        expires_at=expires_at,
    )
    db.session.add(
        Confirmation(
            signature_id=signature.id,
            message_id=mail.post(letter, at=at),
            token=token_digest(token),
            code=_code_digest(ballot.key, signature.id, code),
            asked_at=at,
            expires_at=expires_at,
        )
    )


def tell_already(
    signature: Signature, person: Person, ballot: appeals.Ballot, *, at: datetime
) -> None:
    """Tell the owner of the mailbox that it has signed before; the page says nothing of it."""
    counts = signature.state is State.VERIFIED
    mail.post(letters.already(addressed(signature, person, ballot), counts=counts), at=at)


def tell_struck(
    signature: Signature, person: Person, ballot: appeals.Ballot, *, at: datetime
) -> None:
    """Tell a signatory why the signature was taken off, and whom to write to."""
    with speaking(ballot.lang):
        reason = signatures.reason_name(signature.reason) if signature.reason else ""
    letter = letters.struck(
        addressed(signature, person, ballot),
        reason=reason,
        note=signature.note,
        contact=current_app.config["SETTINGS"].operator_contact,
    )
    mail.post(letter, at=at)


def strike(
    signature_id: UUID,
    reason: StrikeReason,
    note: str | None,
    *,
    at: datetime,
    by: UUID,
) -> None:
    """Take a signature off the list and tell its signatory why.

    Raises:
        SignatureNotFound: none with this id.
        NotPossibleNow: it does not stand any more.
    """
    signature = register.strike(signature_id, reason, note, at=at, by=by)
    ballot = appeals.ballot_of_version(signature.version_id, at=at)
    entry = signatures.opened(signature, ballot.key)
    if entry.person is not None:
        tell_struck(signature, entry.person, ballot, at=at)


def addressed(signature: Signature, person: Person, ballot: appeals.Ballot) -> letters.Addressed:
    """Return what every letter about this signature begins with."""
    link = register.link_token(ballot.key, signature.id)
    return letters.Addressed(
        to=person.email,
        name=person.name,
        lang=ballot.lang,
        title=ballot.title,
        appeal_url=public_address("pages.appeal", slug=ballot.slug, lang=ballot.lang),
        my_url=public_address("privacy.mine", token=link),
    )


def confirm(token: str, *, at: datetime) -> Answered:
    """Take the answer given by the button behind a link. A second time changes nothing.

    Raises:
        LinkSpent: the link leads nowhere (any more).
    """
    return _confirm(_signature_behind(token, at), at)


def confirm_by_code(
    appeal_id: UUID, signed: Reference, code: str, key: AppealKey, *, at: datetime
) -> Answered | None:
    """Take the answer typed as a code; None when it does not fit, which is counted.

    It confirms only what was entered by the same form: somebody may have signed with this address
    since, and a code does not show what it is for. The caller commits either way: a wrong guess
    must stay counted. Too many guesses and a mailbox that never signed look like a wrong code.
    """
    signature = register.by_mailbox_for_change(appeal_id, signed.mailbox)
    if signature is None or signature.entered_at != signed.entered_at:
        return None
    newest = _newest(signature.id)
    if newest is None or not newest.is_live(at) or newest.wrong_codes >= WRONG_CODES:
        return None
    if not hmac.compare_digest(newest.code, _code_digest(key, signature.id, code)):
        newest.wrong_codes += 1
        return None
    if signature.state not in (State.PENDING, State.VERIFIED):
        return None
    return _confirm(signature, at)


def _confirm(signature: Signature, at: datetime) -> Answered:
    if signature.state is State.VERIFIED:
        return Answered(signature.id, first_time=False)
    if signature.state is not State.PENDING:
        raise LinkUnknown
    signature.confirm(at)
    return Answered(signature.id, first_time=True)


def disown(token: str, *, at: datetime) -> None:
    """Delete what was entered under somebody else's address, at the word of its owner.

    Raises:
        LinkSpent: the link leads nowhere (any more).
    """
    signature = _signature_behind(token, at)
    signature.disown(at)
    forget_letters(signature.id)


def expire(*, at: datetime, limit: int) -> int:
    """Forget up to `limit` people who never confirmed; return how many."""
    overdue = register.overdue(before=at - VALID_FOR, limit=limit)
    for signature in overdue:
        signature.expire(at)
        forget_letters(signature.id)
    return len(overdue)


def forget_letters(signature_id: UUID) -> None:
    """Forget what was asked of a mailbox; a letter that has not left yet does not leave."""
    asked = db.session.scalars(
        delete(Confirmation)
        .where(Confirmation.signature_id == signature_id)
        .returning(Confirmation.message_id)
    ).all()
    mail.discard(asked)


def _signature_behind(token: str, at: datetime) -> Signature:
    """Return the signature that a link may confirm, locked.

    Whether the letter is the newest is asked only behind the lock: somebody may be signing again
    at this moment, and whoever confirms must have seen what was typed last.
    """
    confirmation = _live(token, at)
    signature = register.for_change(confirmation.signature_id)
    _refuse_superseded(confirmation)
    return signature


def confirmation_by_token(token: str, *, at: datetime) -> Confirmation:
    """Return the confirmation behind a link, to be looked at.

    Raises:
        LinkUnknown, LinkExpired, LinkSuperseded: see there.
    """
    confirmation = _live(token, at)
    _refuse_superseded(confirmation)
    return confirmation


def _live(token: str, at: datetime) -> Confirmation:
    confirmation = db.session.scalar(
        select(Confirmation).where(Confirmation.token == token_digest(token))
    )
    if confirmation is None:
        raise LinkUnknown
    if not confirmation.is_live(at):
        raise LinkExpired
    return confirmation


def _refuse_superseded(confirmation: Confirmation) -> None:
    newest = _newest(confirmation.signature_id)
    if newest is None:  # forgotten while we waited
        raise LinkUnknown
    if newest.id != confirmation.id:
        raise LinkSuperseded


def _newest(signature_id: UUID) -> Confirmation | None:
    return db.session.scalar(
        select(Confirmation)
        .where(Confirmation.signature_id == signature_id)
        .order_by(Confirmation.asked_at.desc(), Confirmation.id.desc())
        .limit(1)
    )


def _code_digest(key: AppealKey, signature_id: UUID, code: str) -> bytes:
    return key.digest(f"code:{signature_id}:{code}")
