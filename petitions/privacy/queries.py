"""What a signatory may read of their own signature."""

from dataclasses import dataclass
from datetime import datetime

from petitions.appeals import queries as appeals
from petitions.core.tokens import token_digest
from petitions.signatures import queries as signatures
from petitions.signatures.models import Kind, State, StrikeReason, Visibility
from petitions.signatures.rules import PersonErased
from petitions.web import language
from petitions.web.forms import country_name


@dataclass(frozen=True)
class MySignature:
    """A signature as its own signatory sees it. The address is not repeated: they know it."""

    title: str
    appeal_url: str
    lang: str
    addressees: tuple[str, ...]
    digest: str
    state: State
    kind: Kind
    name: str
    latin_name: str | None
    organisation: str | None
    role: str | None
    town: str | None
    country: str
    visibility: Visibility
    entered_at: datetime
    verified_at: datetime | None
    news: bool
    reason: StrikeReason | None
    struck_note: str | None

    @property
    def state_name(self) -> str:
        return signatures.state_name(self.state)

    @property
    def struck_reason(self) -> str:
        return signatures.reason_name(self.reason) if self.reason else ""


def my_signature(token: str, *, at: datetime) -> MySignature:
    """Return the signature behind a signatory's own link.

    Raises:
        SignatureNotFound: no signature has this link.
        PersonErased: the person was erased.
    """
    row = signatures.by_link(token_digest(token))
    ballot = appeals.ballot_of_version(row.version_id, at=at)
    entry = signatures.opened(row, ballot.key)
    person = entry.person
    if person is None:
        raise PersonErased
    addressees = appeals.addressees_of(ballot.appeal_id, ballot.lang, ballot.original)
    return MySignature(
        title=ballot.title,
        appeal_url=ballot.url,
        lang=ballot.lang,
        addressees=tuple(addressee.name for addressee in addressees),
        digest=ballot.digest,
        state=entry.state,
        kind=entry.kind,
        name=person.name,
        latin_name=person.latin_name,
        organisation=person.organisation,
        role=person.role,
        town=person.town,
        country=country_name(entry.country, language.site_language(ballot.lang)),
        visibility=entry.visibility,
        entered_at=entry.entered_at,
        verified_at=entry.verified_at,
        news=entry.news,
        reason=entry.reason,
        struck_note=entry.note if entry.state is State.STRUCK else None,
    )


def held(token: str) -> dict[str, object]:
    """Return all that is kept about a signatory (GDPR, articles 15 and 20), for download.

    The one place where the address is given out: to its owner, in a file.

    Raises:
        SignatureNotFound, PersonErased: see there.
    """
    row = signatures.by_link(token_digest(token))
    entry = signatures.opened(row, appeals.key_of(row.appeal_id))
    person = entry.person
    if person is None:
        raise PersonErased
    return {
        "name": person.name,
        "latin_name": person.latin_name,
        "email": person.email.reveal(),
        "town": person.town,
        "country": entry.country,
        "organisation": person.organisation,
        "role": person.role,
        "kind": entry.kind,
        "visibility": entry.visibility,
        "state": entry.state,
        "news": entry.news,
        "language": entry.lang,
        "source": row.source,
        "entered_at": entry.entered_at.isoformat(),
        "verified_at": entry.verified_at.isoformat() if entry.verified_at else None,
        "text_version": str(row.version_id),
    }
