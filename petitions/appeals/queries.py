"""What can be read of appeals: frozen values, never rows, for all who show something."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from petitions.appeals import markdown
from petitions.appeals.models import (
    Addressee,
    Appeal,
    AppealKey,
    Kind,
    Localised,
    State,
    Update,
    UpdateKind,
    Version,
)
from petitions.appeals.rules import AppealNotFound, NoMandate
from petitions.core import vault
from petitions.core.db import db
from petitions.organisers.mandates import Action
from petitions.organisers.queries import Organiser, may
from petitions.web.language import SITE_LANGUAGES, direction


@dataclass(frozen=True)
class AddresseeText:
    """An addressee as named in one language."""

    name: str
    office: str


@dataclass(frozen=True)
class UpdateText:
    """News under an appeal, in one language."""

    kind: UpdateKind
    title: str
    body: Markup
    published_at: datetime
    lang: str

    @property
    def kind_name(self) -> str:
        return update_kind_name(self.kind)

    @property
    def dir(self) -> str:
        return direction(self.lang)


@dataclass(frozen=True)
class AppealText:
    """All that a page says about an appeal in one language; no person but public names."""

    id: UUID
    version_id: UUID
    slug: str
    kind: Kind
    state: State
    lang: str
    languages: tuple[str, ...]
    """All languages of the text, the original first."""
    title: str
    source: str
    """The body as its author wrote it, in Markdown."""
    demands: tuple[str, ...]
    addressees: tuple[AddresseeText, ...]
    initiators: tuple[str, ...]
    updates: tuple[UpdateText, ...]
    consent: str
    digest: str
    opens_at: datetime | None
    opened_at: datetime | None
    closes_at: datetime | None
    demonstration: bool
    accepts_signatures: bool

    @property
    def is_public(self) -> bool:
        return is_public(self.state, self.opens_at)

    @property
    def dir(self) -> str:
        return direction(self.lang)

    @property
    def body(self) -> Markup:
        return markdown.to_html(self.source)

    @property
    def kind_name(self) -> str:
        return kind_name(self.kind)

    @property
    def state_name(self) -> str:
        return state_name(self.state)

    @property
    def url(self) -> str:
        return url_for("pages.appeal", slug=self.slug, lang=self.lang)


@dataclass(frozen=True)
class AppealCard:
    """An appeal in a list of appeals, in one language. Its counts are added by who shows it."""

    id: UUID
    slug: str
    kind: Kind
    state: State
    lang: str
    title: str
    addressees: tuple[str, ...]
    opens_at: datetime | None
    opened_at: datetime | None
    closes_at: datetime | None
    answered: bool

    @property
    def is_public(self) -> bool:
        return is_public(self.state, self.opens_at)

    @property
    def url(self) -> str:
        return url_for("pages.appeal", slug=self.slug, lang=self.lang)

    @property
    def dir(self) -> str:
        return direction(self.lang)

    @property
    def kind_name(self) -> str:
        return kind_name(self.kind)

    @property
    def state_name(self) -> str:
        return state_name(self.state)


@dataclass(frozen=True)
class Ballot:
    """What signing needs to know of an appeal: which text is signed, and under which key."""

    appeal_id: UUID
    version_id: UUID
    slug: str
    lang: str
    original: str
    """Language of the original."""
    title: str
    digest: str
    """SHA-256 of the frozen text, in hex."""
    accepts_signatures: bool
    key: vault.AppealKey

    @property
    def url(self) -> str:
        return url_for("pages.appeal", slug=self.slug, lang=self.lang)


def is_public(state: State, opens_at: datetime | None) -> bool:
    """Tell whether everybody may read an appeal: a draft only once its opening is announced."""
    return state is not State.DRAFT or opens_at is not None


def said_in(text: Localised, lang: str, original: str = "en") -> str:
    """Return `text` in `lang`, else in the original language, else in any."""
    return text.get(lang) or text.get(original) or next(iter(text.values()), "")


def kind_name(kind: Kind) -> str:
    names: dict[Kind, str] = {
        Kind.OPEN_LETTER: _("Open letter"),
        Kind.PETITION: _("Petition"),
        Kind.STATEMENT: _("Statement"),
    }
    return names[kind]


def state_name(state: State) -> str:
    names: dict[State, str] = {
        State.DRAFT: _("Not open yet"),
        State.OPEN: _("Open for signature"),
        State.CLOSED: _("Closed"),
        State.DELIVERED: _("Delivered"),
    }
    return names[state]


def update_kind_name(kind: UpdateKind) -> str:
    names: dict[UpdateKind, str] = {
        UpdateKind.UPDATE: _("News"),
        UpdateKind.OUTCOME: _("Outcome"),
        UpdateKind.ANSWER: _("Answer"),
    }
    return names[kind]


def appeal_by_slug(slug: str) -> Appeal:
    """Return the row.

    Raises:
        AppealNotFound: no appeal has this address.
    """
    appeal = db.session.scalar(select(Appeal).where(Appeal.slug == slug))
    if appeal is None:
        raise AppealNotFound
    return appeal


def appeal_of(organiser: Organiser, action: Action, slug: str) -> Appeal:
    """Return an appeal for somebody who wants to do something with it.

    Raises:
        AppealNotFound: there is none, or none that they may know of.
        NoMandate: their mandate does not go so far.
    """
    appeal = appeal_by_slug(slug)
    if appeal.team_id not in organiser.team_ids:
        raise AppealNotFound
    if not may(organiser, action, appeal.team_id):
        raise NoMandate
    return appeal


def appeal_for_change(appeal_id: UUID) -> Appeal:
    """Return the row, locked until the transaction ends so that two cannot open or close it."""
    found = select(Appeal).where(Appeal.id == appeal_id).with_for_update()
    # `populate_existing`: what was read before the wait for the lock may be old.
    appeal = db.session.scalar(found.execution_options(populate_existing=True))
    if appeal is None:
        raise AppealNotFound
    return appeal


def due_to_open(at: datetime) -> Sequence[UUID]:
    """Return the drafts whose announced moment has come."""
    announced = (Appeal.state == State.DRAFT, Appeal.opens_at <= at)
    return db.session.scalars(select(Appeal.id).where(*announced)).all()


def due_to_close(at: datetime) -> Sequence[UUID]:
    """Return the open appeals whose time is over."""
    over = (Appeal.state == State.OPEN, Appeal.closes_at <= at)
    return db.session.scalars(select(Appeal.id).where(*over)).all()


def newest_key() -> tuple[UUID, bytes] | None:
    """Return the newest appeal that has a key, and the key as it is wrapped."""
    row = db.session.execute(
        select(AppealKey.appeal_id, AppealKey.wrapped).order_by(AppealKey.appeal_id.desc()).limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def key_of(appeal_id: UUID) -> vault.AppealKey:
    """Return the key of an appeal, unwrapped.

    Raises:
        AppealNotFound: the key was destroyed, or there never was such an appeal.
    """
    wrapped = db.session.scalar(select(AppealKey.wrapped).where(AppealKey.appeal_id == appeal_id))
    if wrapped is None:
        raise AppealNotFound
    return vault.vault().appeal_key(appeal_id, wrapped)


def ballot(slug: str, lang: str, version_id: UUID | None, *, at: datetime) -> Ballot:
    """Return what somebody signs at `slug`: the version read, or the newest in `lang`.

    Where there is none in `lang` it is the original that was read.

    Raises:
        AppealNotFound: no such appeal, or no such version of it.
    """
    version = _ballots().where(Appeal.slug == slug)
    if version_id is not None:
        version = version.where(Version.id == version_id)
    in_order = version.order_by(
        (Version.lang == lang).desc(), (Version.lang == Appeal.lang).desc(), Version.number.desc()
    )
    return _ballot(in_order.limit(1), at)


def ballot_of_version(version_id: UUID, *, at: datetime) -> Ballot:
    """Return what those who signed a version signed.

    Raises:
        AppealNotFound: no such version, or the appeal's key was destroyed.
    """
    return _ballot(_ballots().where(Version.id == version_id), at)


_Ballots = Select[Appeal, UUID, str, str, bytes | None, bytes]


def _ballots() -> _Ballots:
    """Select what a ballot is made of; not the words, which are long and known to who signs."""
    return (
        select(Appeal, Version.id, Version.lang, Version.title, Version.digest, AppealKey.wrapped)
        .join(Version, Version.appeal_id == Appeal.id)
        .join(AppealKey, AppealKey.appeal_id == Appeal.id)
    )


def _ballot(chosen: _Ballots, at: datetime) -> Ballot:
    row = db.session.execute(chosen).first()
    if row is None:
        raise AppealNotFound
    appeal, version_id, lang, title, digest, wrapped = row
    return Ballot(
        appeal_id=appeal.id,
        version_id=version_id,
        slug=appeal.slug,
        lang=lang,
        original=appeal.lang,
        title=title,
        digest=digest.hex() if digest else "",
        accepts_signatures=appeal.accepts_signatures(at),
        key=vault.vault().appeal_key(appeal.id, wrapped),
    )


def languages_of(slug: str) -> tuple[str, ...]:
    """Return the languages of an appeal's text, the original first.

    Raises:
        AppealNotFound: no such appeal, or one without words.
    """
    appeal = appeal_by_slug(slug)
    langs = db.session.scalars(
        select(Version.lang).where(Version.appeal_id == appeal.id).distinct()
    ).all()
    if not langs:
        raise AppealNotFound
    return _in_order(langs, appeal.lang)


def _in_order(langs: Iterable[str], original: str) -> tuple[str, ...]:
    """Return languages with the original first, then those of the house, then others."""
    house = {lang: n for n, lang in enumerate(SITE_LANGUAGES)}
    return tuple(sorted(langs, key=lambda lang: (lang != original, house.get(lang, 99), lang)))


def appeal_text(slug: str, lang: str, *, at: datetime) -> AppealText:
    """Return an appeal in one of its languages.

    Raises:
        AppealNotFound: no such appeal, or not in this language.
    """
    appeal = db.session.scalar(_whole().where(Appeal.slug == slug))
    if appeal is None:
        raise AppealNotFound
    version = next((v for v in reversed(appeal.versions) if v.lang == lang), None)
    if version is None:
        raise AppealNotFound
    return _text(appeal, version, at)


def text_of_version(version_id: UUID, *, at: datetime) -> AppealText:
    """Return the text that a signature names, also when a newer one stands on the page.

    Raises:
        AppealNotFound: no such version.
    """
    appeal = db.session.scalar(
        _whole().join(Version, Version.appeal_id == Appeal.id).where(Version.id == version_id)
    )
    if appeal is None:
        raise AppealNotFound
    return _text(appeal, next(v for v in appeal.versions if v.id == version_id), at)


def _whole() -> Select[Appeal]:
    return select(Appeal).options(
        selectinload(Appeal.versions),
        selectinload(Appeal.addressees),
        selectinload(Appeal.initiators),
        selectinload(Appeal.updates),
    )


def _text(appeal: Appeal, version: Version, at: datetime) -> AppealText:
    lang = version.lang
    langs = {v.lang for v in appeal.versions}
    return AppealText(
        id=appeal.id,
        version_id=version.id,
        slug=appeal.slug,
        kind=appeal.kind,
        state=appeal.state_at(at),
        lang=lang,
        languages=_in_order(langs, appeal.lang),
        title=version.title,
        source=version.body,
        demands=tuple(version.demands),
        addressees=tuple(_addressee(a, lang, appeal.lang) for a in appeal.addressees),
        initiators=tuple(said_in(i.name, lang, appeal.lang) for i in appeal.initiators),
        updates=tuple(_update(u, lang, appeal.lang) for u in appeal.updates),
        consent=version.consent,
        digest=version.digest.hex() if version.digest else "",
        opens_at=appeal.opens_at,
        opened_at=appeal.opened_at,
        closes_at=appeal.closes_at,
        demonstration=appeal.demonstration,
        accepts_signatures=appeal.accepts_signatures(at),
    )


def _addressee(row: Addressee, lang: str, original: str) -> AddresseeText:
    return AddresseeText(said_in(row.name, lang, original), said_in(row.office, lang, original))


def _update(row: Update, lang: str, original: str) -> UpdateText:
    spoken = lang if lang in row.title else original
    return UpdateText(
        kind=row.kind,
        title=said_in(row.title, lang, original),
        body=markdown.to_html(said_in(row.body, lang, original)),
        published_at=row.published_at,
        lang=spoken,
    )


def addressees_of(appeal_id: UUID, lang: str, original: str) -> tuple[AddresseeText, ...]:
    """Return the addressees as named in `lang`, else in the appeal's original language."""
    rows = db.session.scalars(
        select(Addressee).where(Addressee.appeal_id == appeal_id).order_by(Addressee.position)
    )
    return tuple(_addressee(row, lang, original) for row in rows)


def _in_brief() -> Select[Appeal]:
    """Select what cards are made of: no words but titles."""
    return select(Appeal).options(
        selectinload(Appeal.versions).load_only(
            Version.appeal_id, Version.lang, Version.title, Version.number
        ),
        selectinload(Appeal.addressees),
        selectinload(Appeal.updates).load_only(Update.appeal_id, Update.kind),
    )


def published_cards(lang: str) -> tuple[AppealCard, ...]:
    """Return every appeal that has words: open, about to open, and finished; newest first.

    In `lang` where there is a text in it, else in the original language.
    """
    newest_first = _in_brief().order_by(Appeal.opened_at.desc(), Appeal.created_at.desc())
    return _cards(db.session.scalars(newest_first).all(), lang)


def cards_of_teams(team_ids: Collection[UUID], lang: str) -> tuple[AppealCard, ...]:
    """Return the appeals of some teams, newest first."""
    theirs = _in_brief().where(Appeal.team_id.in_(team_ids)).order_by(Appeal.created_at.desc())
    return _cards(db.session.scalars(theirs).all(), lang)


def card_by_slug(slug: str, lang: str) -> AppealCard:
    """Return one appeal as a card.

    Raises:
        AppealNotFound: no such appeal, or one without words.
    """
    cards = _cards(db.session.scalars(_in_brief().where(Appeal.slug == slug)).all(), lang)
    if not cards:
        raise AppealNotFound
    return cards[0]


def _cards(appeals: Sequence[Appeal], lang: str) -> tuple[AppealCard, ...]:
    return tuple(_card(appeal, lang) for appeal in appeals if appeal.versions)


def _card(appeal: Appeal, lang: str) -> AppealCard:
    texts = {v.lang: v for v in appeal.versions}
    version = texts.get(lang) or texts.get(appeal.lang) or appeal.versions[0]
    return AppealCard(
        id=appeal.id,
        slug=appeal.slug,
        kind=appeal.kind,
        state=appeal.state,
        lang=version.lang,
        title=version.title,
        addressees=tuple(said_in(a.name, version.lang, appeal.lang) for a in appeal.addressees),
        opens_at=appeal.opens_at,
        opened_at=appeal.opened_at,
        closes_at=appeal.closes_at,
        answered=any(u.kind is UpdateKind.ANSWER for u in appeal.updates),
    )
