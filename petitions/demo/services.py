"""Furnishing the house, by what its rooms offer to everybody: nothing is put in behind their backs.

Each verb does one unit of work in its caller's transaction. Done again, it goes on where it
stopped, or does nothing.
"""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from petitions.appeals import queries as appeals_read
from petitions.appeals import services as appeals
from petitions.appeals.models import Kind as AppealKind
from petitions.appeals.models import Localised, State, UpdateKind
from petitions.appeals.rules import AppealNotFound
from petitions.core.address import EmailAddress
from petitions.demo.mailbag import Mailbag
from petitions.demo.people import Fate, Invented
from petitions.demo.texts import DemoAppeal, Told
from petitions.organisers import queries as organisers_read
from petitions.organisers import services as organisers
from petitions.organisers.mandates import Role
from petitions.organisers.models import Account
from petitions.privacy import services as privacy
from petitions.signatures import queries as signatures
from petitions.signatures import services as register
from petitions.signatures.models import Kind, StrikeReason, Visibility
from petitions.signing import services as signing
from petitions.signing.services import SignAppeal
from petitions.verification import services as verification

TEAM = "Demonstration"
ORGANISER = "organiser@example.org"
ORGANISER_NAME = "Demo Organiser"
OPENING_HOUR = time(4, tzinfo=UTC)
"""Nine in the morning in Kazakhstan, from which the invented moments of signing count."""
LIST_LANGUAGE = "en"


@dataclass(frozen=True)
class Drawn:
    """An appeal of the demonstration as it stands in the house."""

    id: UUID
    slug: str
    opened_at: datetime | None


def organiser(*, at: datetime) -> Account:
    """Return the organiser of the demonstration, appointed owner of its team."""
    address = EmailAddress(ORGANISER)
    if (known := organisers_read.account_by_email(address)) is not None:
        return known
    account = organisers.open_account(address, ORGANISER_NAME, at=at)
    organisers.appoint(account, organisers.found_team(TEAM, at=at), Role.OWNER, at=at)
    return account


def give_password(account: Account) -> str:
    """Set a new random password; return it."""
    password = secrets.token_urlsafe(12)
    organisers.set_password(account, password)
    return password


def draw_up(appeal: DemoAppeal, *, at: datetime, by: UUID) -> Drawn:
    """Enter an appeal with its words, and open it if its day has come; or return what is there."""
    try:
        known = appeals_read.appeal_by_slug(appeal.slug)
        return Drawn(known.id, known.slug, known.opened_at)
    except AppealNotFound:
        return _drawn_up(appeal, _morning(at + appeal.opens_in), at=at, by=by)


def _morning(moment: datetime) -> datetime:
    """Return the last opening hour up to a moment."""
    opening = datetime.combine(moment.astimezone(UTC), OPENING_HOUR)
    return opening if opening <= moment else opening - timedelta(days=1)


def _drawn_up(appeal: DemoAppeal, opens_at: datetime, *, at: datetime, by: UUID) -> Drawn:
    drawn_at = min(at, opens_at)
    row = appeals.draw_up(
        appeals.DrawUpAppeal(
            slug=appeal.slug,
            kind=AppealKind(appeal.kind),
            lang="en",
            team_id=organisers.found_team(TEAM, at=at).id,
            opens_at=opens_at,
            closes_at=at + appeal.closes_in if appeal.closes_in else None,
            demonstration=True,
        ),
        at=drawn_at,
        by=by,
    )
    appeals.address(row.id, _addressees(appeal))
    appeals.name_initiators(row.id, appeal.initiators)
    for text in appeal.texts:
        appeals.write(row.id, appeals.WriteVersion(text.lang, text.title, text.body, text.demands))
    if opens_at <= at:
        appeals.open_appeal(row.id, at=opens_at, by=by)
    return Drawn(row.id, row.slug, row.opened_at)


def _addressees(appeal: DemoAppeal) -> list[appeals.AddresseeEntry]:
    count = len(appeal.text(LIST_LANGUAGE).addressees)
    return [
        appeals.AddresseeEntry(
            name={text.lang: text.addressees[n].name for text in appeal.texts},
            office={text.lang: text.addressees[n].office for text in appeal.texts},
            lang=LIST_LANGUAGE,
        )
        for n in range(count)
    ]


def signed(appeal: Drawn) -> int:
    """Count the signatures entered so far, whatever became of them."""
    return sum(one.people + one.organisations for one in signatures.states_of(appeal.id))


def sign(appeal: Drawn, people: Sequence[Invented], *, at: datetime, by: UUID) -> None:
    """Let people sign, read their letters, confirm, and meet what became of them.

    `at` is the present: nothing happens later than that.
    """
    mailbag = Mailbag()
    with mailbag.held_open():
        for one in people:
            signing.sign(_command(appeal.slug, one), at=_opened_at(appeal) + one.after)
    with mailbag.held_open():
        for one in people:
            if one.fate != "pending":
                _confirm(appeal, one, mailbag, at=at, by=by)


def _opened_at(appeal: Drawn) -> datetime:
    assert appeal.opened_at is not None
    return appeal.opened_at


def _command(slug: str, one: Invented) -> SignAppeal:
    return SignAppeal(
        slug=slug,
        lang=one.lang,
        version_id=None,
        kind=Kind(one.kind),
        name=one.name,
        latin_name=one.latin_name,
        email=EmailAddress(one.email),
        country=one.country,
        town=one.town,
        organisation=one.organisation,
        role=one.role,
        visibility=Visibility(one.visibility),
        news=one.news,
        source=one.source,
    )


def _confirm(appeal: Drawn, one: Invented, mailbag: Mailbag, *, at: datetime, by: UUID) -> None:
    # The same delay on every run; nothing here is secret.
    chance = random.Random(one.email)  # noqa: S311
    minutes = 1 + min(chance.expovariate(1 / 20), 600.0)
    confirmed_at = min(_opened_at(appeal) + one.after + timedelta(minutes=minutes), at)
    answered = verification.confirm(mailbag.token("c", one.email), at=confirmed_at)
    later = min(confirmed_at + timedelta(hours=chance.randint(2, 40)), at)
    _meet_fate(one, answered.signature_id, mailbag, at=later, by=by)


def _meet_fate(
    one: Invented, signature_id: UUID, mailbag: Mailbag, *, at: datetime, by: UUID
) -> None:
    fate: Fate = one.fate
    if fate == "withdrawn":
        privacy.withdraw(mailbag.token("s", one.email), at=at)
    elif fate == "struck":
        reason = StrikeReason(one.reason or StrikeReason.OTHER)
        verification.strike(signature_id, reason, None, at=at, by=by)
    elif fate == "quarantined":
        register.for_change(signature_id).quarantine(one.reason or "")


def conclude(appeal: DemoAppeal, drawn: Drawn, *, at: datetime, by: UUID) -> None:
    """Close an appeal whose day is over, and publish what became of it; once."""
    text = appeals_read.appeal_text(drawn.slug, LIST_LANGUAGE, at=at)
    if appeal.closes_in and appeal.closes_in < timedelta(0) and text.state is State.OPEN:
        appeals.close(drawn.id, at=text.closes_at or at, by=by)
    if appeal.update and not text.updates:
        appeals.report(
            drawn.id,
            UpdateKind(appeal.update.kind),
            _by_language({one.lang: one.update_title for one in appeal.texts}),
            _by_language({one.lang: one.update_body for one in appeal.texts}),
            at=_published_at(appeal.update, at),
        )


def _by_language(texts: dict[str, str | None]) -> Localised:
    return {lang: text for lang, text in texts.items() if text}


def _published_at(told: Told, at: datetime) -> datetime:
    if told.published_on:
        return datetime.combine(told.published_on, time(12, tzinfo=UTC))
    return at + (told.published_in or timedelta(0))


def keep_login(password: str, folder: Path) -> Path:
    """Write the organiser's login to a file that only its owner may read; return the file."""
    file = login_file(folder)
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(f"organiser     {ORGANISER}\npassword      {password}\n", encoding="utf-8")
    return file


def login_file(folder: Path) -> Path:
    """Return where the login of the organiser is kept."""
    return folder / "demo-login.txt"
