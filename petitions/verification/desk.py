"""The organisers' screens of verification: striking a signature, with a letter to its signatory."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from petitions.appeals import queries as appeals
from petitions.core import clock
from petitions.core.db import transaction
from petitions.organisers.guard import organisers_only
from petitions.organisers.mandates import Action
from petitions.organisers.queries import Organiser
from petitions.signatures import queries as signatures
from petitions.verification import blueprint
from petitions.verification import services as verification
from petitions.verification.forms import StrikeForm
from petitions.web import language
from petitions.web.forms import country_name


@blueprint.get("/desk/<slug:slug>/signatures/<uuid:id>/strike")
@organisers_only
def desk_strike(organiser: Organiser, slug: str, id: UUID) -> ResponseReturnValue:  # noqa: A002
    """Ask for the reason."""
    appeal = appeals.appeal_of(organiser, Action.STRIKE, slug)
    return _page(
        slug, signatures.entry_by_id(appeal.id, id, appeals.key_of(appeal.id)), StrikeForm()
    )


@blueprint.post("/desk/<slug:slug>/signatures/<uuid:id>/strike")
@organisers_only
def strike(organiser: Organiser, slug: str, id: UUID) -> ResponseReturnValue:  # noqa: A002
    """Strike; the signatory is told by letter."""
    appeal = appeals.appeal_of(organiser, Action.STRIKE, slug)
    entry = signatures.entry_by_id(appeal.id, id, appeals.key_of(appeal.id))
    form = StrikeForm()
    if not form.validate():
        return _page(slug, entry, form), 422
    with transaction():
        verification.strike(
            id, form.chosen(), form.note.data or None, at=clock.now(), by=organiser.id
        )
    flash(_("The signature is struck. Its signatory gets a letter with the reason."))
    return redirect(url_for("signatures.desk_signatures", slug=slug), 303)


def _page(slug: str, entry: signatures.Entry, form: StrikeForm) -> str:
    lang = language.page_language()
    return render_template(
        "verification/desk_strike.html",
        card=appeals.card_by_slug(slug, lang),
        entry=entry,
        country=country_name(entry.country, language.site_language()),
        form=form,
    )
