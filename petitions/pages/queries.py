"""What the public pages show, composed from the rooms below."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from petitions.appeals import queries as appeals
from petitions.appeals.models import State
from petitions.appeals.rules import AppealNotFound
from petitions.signatures import queries as signatures


class Order(StrEnum):
    """The order of open appeals on the front page."""

    NEWEST = "newest"
    MOST_SIGNED = "most-signed"


@dataclass(frozen=True)
class CountedCard:
    """An appeal in a list of appeals, with its counts."""

    slug: str
    title: str
    lang: str
    dir: str
    kind: str
    kind_name: str
    state: str
    state_name: str
    addressees: tuple[str, ...]
    people: int
    organisations: int
    opens_at: datetime | None
    closes_at: datetime | None
    answered: bool
    url: str


@dataclass(frozen=True)
class FrontPage:
    """Appeals by how far they have come."""

    open: tuple[CountedCard, ...]
    coming: tuple[CountedCard, ...]
    finished: tuple[CountedCard, ...]


def front_page(lang: str, search: str, order: Order) -> FrontPage:
    """Return the appeals whose title or addressees contain `search`."""
    cards = appeals.published_cards(lang)
    counts = signatures.counts_of([card.id for card in cards])
    wanted = search.casefold()
    found = (c for c in cards if c.is_public and _mentions(c, wanted))
    shown = [_counted(c, counts.get(c.id)) for c in found]
    is_open = [card for card in shown if card.state == State.OPEN]
    if order is Order.MOST_SIGNED:
        is_open.sort(key=lambda card: card.people + card.organisations, reverse=True)
    return FrontPage(
        open=tuple(is_open),
        coming=tuple(c for c in shown if c.state == State.DRAFT),
        finished=tuple(c for c in shown if c.state in (State.CLOSED, State.DELIVERED)),
    )


def card(slug: str, lang: str) -> CountedCard:
    """Return one appeal as a card.

    Raises:
        AppealNotFound: no such appeal.
    """
    found = appeals.card_by_slug(slug, lang)
    if not found.is_public:
        raise AppealNotFound
    return _counted(found, signatures.count_of(found.id))


def _mentions(one: appeals.AppealCard, wanted: str) -> bool:
    return any(wanted in text.casefold() for text in (one.title, *one.addressees))


def _counted(one: appeals.AppealCard, count: signatures.Count | None) -> CountedCard:
    count = count or signatures.Count()
    return CountedCard(
        slug=one.slug,
        title=one.title,
        lang=one.lang,
        dir=one.dir,
        kind=one.kind,
        kind_name=one.kind_name,
        state=one.state,
        state_name=one.state_name,
        addressees=one.addressees,
        people=count.people,
        organisations=count.organisations,
        opens_at=one.opens_at,
        closes_at=one.closes_at,
        answered=one.answered,
        url=one.url,
    )
