"""The organisers' screens of the register: appeals with their numbers, and the signatures."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.exceptions import BadRequest

from petitions.appeals import queries as appeals
from petitions.appeals.models import Appeal
from petitions.organisers.guard import organisers_only
from petitions.organisers.mandates import Action
from petitions.organisers.queries import Organiser, may
from petitions.signatures import blueprint, chart, queries
from petitions.signatures.forms import SearchForm, state_named
from petitions.signatures.models import STANDING, State
from petitions.web import language
from petitions.web.forms import country_name

ROWS_ON_A_PAGE = 50
MOST_FOUND = 200


@dataclass(frozen=True)
class DeskCard:
    """An appeal among those of a team."""

    slug: str
    title: str
    lang: str
    dir: str
    state_name: str
    people: int
    organisations: int
    pending: int
    url: str


@dataclass(frozen=True)
class DeskRow:
    """A signature as organisers see it: never with the address."""

    id: UUID
    kind: str
    name: str
    latin_name: str | None
    organisation: str | None
    town: str | None
    country: str
    state: str
    state_name: str
    visibility_name: str
    entered_at: datetime
    verified_at: datetime | None
    struck_reason: str
    strikeable: bool


@blueprint.get("/desk/")
@organisers_only
def desk_home(organiser: Organiser) -> ResponseReturnValue:
    """The appeals of my teams."""
    cards = appeals.cards_of_teams(organiser.team_ids, language.page_language())
    return render_template("signatures/desk_home.html", cards=_counted(cards))


@blueprint.get("/desk/<slug:slug>")
@organisers_only
def desk_appeal(organiser: Organiser, slug: str) -> ResponseReturnValue:
    """An appeal's numbers."""
    appeal = appeals.appeal_of(organiser, Action.SEE_APPEAL, slug)
    days = queries.days_of(appeal.id)
    lang = language.site_language()
    return render_template(
        "signatures/desk_appeal.html",
        card=desk_card(slug),
        numbers=queries.states_of(appeal.id),
        chart=_drawing(chart.drawn(days)),
        days=days,
        countries=[(country_name(c, lang), p, o) for c, p, o in queries.countries_of(appeal.id)],
        may_export=may(organiser, Action.EXPORT, appeal.team_id),
        may_see_signatures=may(organiser, Action.SEE_SIGNATURES, appeal.team_id),
    )


@blueprint.get("/desk/<slug:slug>/signatures")
@organisers_only
def desk_signatures(organiser: Organiser, slug: str) -> ResponseReturnValue:
    """The signatures, newest first, page by page; of one state where the address says so."""
    appeal = appeals.appeal_of(organiser, Action.SEE_SIGNATURES, slug)
    state = state_named(request.args.get("state", ""))
    entries = queries.newest_first(
        appeal.id,
        appeals.key_of(appeal.id),
        limit=ROWS_ON_A_PAGE + 1,
        before=_uuid(request.args.get("before", "")),
        state=state,
    )
    shown = entries[:ROWS_ON_A_PAGE]
    has_more = len(entries) > ROWS_ON_A_PAGE
    return _signatures_page(
        organiser,
        appeal,
        SearchForm(state=state.value if state else ""),
        shown,
        found=ngettext(
            "%(num)d signature on this page", "%(num)d signatures on this page", len(shown)
        ),
        next_url=_next_url(slug, shown[-1], state) if has_more else None,
    )


@blueprint.post("/desk/<slug:slug>/signatures")
@organisers_only
def search(organiser: Organiser, slug: str) -> ResponseReturnValue:
    """The newest signatures in which some words occur."""
    appeal = appeals.appeal_of(organiser, Action.SEE_SIGNATURES, slug)
    form = SearchForm()
    if not form.validate():
        raise BadRequest
    entries = queries.newest_first(
        appeal.id,
        appeals.key_of(appeal.id),
        limit=MOST_FOUND,
        state=form.chosen_state(),
        text=form.q.data or "",
    )
    found = ngettext("%(num)d signature found", "%(num)d signatures found", len(entries))
    if len(entries) == MOST_FOUND:
        found = _("The newest %(count)d of those found; say more to find fewer", count=MOST_FOUND)
    return _signatures_page(organiser, appeal, form, entries, found=found, next_url=None)


def _signatures_page(
    organiser: Organiser,
    appeal: Appeal,
    form: SearchForm,
    entries: tuple[queries.Entry, ...],
    *,
    found: str,
    next_url: str | None,
) -> str:
    may_strike = may(organiser, Action.STRIKE, appeal.team_id)
    return render_template(
        "signatures/desk_signatures.html",
        card=desk_card(appeal.slug),
        search_form=form,
        rows=[desk_row(entry, may_strike=may_strike) for entry in entries],
        next_url=next_url,
        found=found,
    )


def desk_card(slug: str) -> DeskCard:
    """Return one appeal as a card of the desk."""
    return _counted((appeals.card_by_slug(slug, language.page_language()),))[0]


def desk_row(entry: queries.Entry, *, may_strike: bool = False) -> DeskRow:
    """Return a signature as organisers see it; an erased person has no name."""
    person = entry.person
    return DeskRow(
        id=entry.id,
        kind=entry.kind,
        name=person.name if person else "—",
        latin_name=person.latin_name if person else None,
        organisation=person.organisation if person else None,
        town=person.town if person else None,
        country=country_name(entry.country, language.site_language()),
        state=entry.state,
        state_name=entry.state_name,
        visibility_name=entry.visibility_name,
        entered_at=entry.entered_at,
        verified_at=entry.verified_at,
        struck_reason=entry.reason_name,
        strikeable=may_strike and entry.state in STANDING,
    )


def _counted(cards: tuple[appeals.AppealCard, ...]) -> list[DeskCard]:
    ids = [card.id for card in cards]
    counts, pending = queries.counts_of(ids), queries.pending_of(ids)
    none = queries.Count()
    return [
        DeskCard(
            slug=card.slug,
            title=card.title,
            lang=card.lang,
            dir=card.dir,
            state_name=card.state_name,
            people=counts.get(card.id, none).people,
            organisations=counts.get(card.id, none).organisations,
            pending=pending.get(card.id, 0),
            url=url_for("signatures.desk_appeal", slug=card.slug),
        )
        for card in cards
    ]


def _drawing(drawn: chart.Chart) -> Markup:
    busiest = max((bar.count for bar in drawn.bars), default=0)
    svg = render_template("signatures/chart.svg", chart=drawn, busiest=busiest)
    return Markup(svg)  # noqa: S704 - our own template, escaped there


def _next_url(slug: str, last: queries.Entry, state: State | None) -> str:
    return url_for(
        "signatures.desk_signatures",
        slug=slug,
        before=last.id,
        state=state.value if state else None,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
