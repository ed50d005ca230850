"""The organisers' screen of lists: taking one out of the house."""

from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import BinaryIO

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from petitions.appeals import queries as appeals
from petitions.appeals.models import Appeal
from petitions.core import clock
from petitions.core.db import transaction
from petitions.lists import blueprint, queries
from petitions.lists import services as lists
from petitions.lists.forms import ExportForm
from petitions.organisers.guard import organisers_only
from petitions.organisers.mandates import Action
from petitions.organisers.queries import Organiser
from petitions.web import language

PIECE = 64 * 1024


@blueprint.get("/desk/<slug:slug>/export")
@organisers_only
def desk_export(organiser: Organiser, slug: str) -> ResponseReturnValue:
    """Ask as what, and in which language."""
    appeal = appeals.appeal_of(organiser, Action.EXPORT, slug)
    return _page(slug, _form(appeal))


@blueprint.post("/desk/<slug:slug>/export")
@organisers_only
def export(organiser: Organiser, slug: str) -> ResponseReturnValue:
    """Draw the list, record that it was taken, then send it.

    It is drawn into a file without a name: the record is kept before the first byte leaves, and
    nothing stays behind on the disk, whatever happens.
    """
    appeal = appeals.appeal_of(organiser, Action.EXPORT, slug)
    form = _form(appeal)
    if not form.validate():
        return _page(slug, form), 422
    with ExitStack() as until_sent:
        file = until_sent.enter_context(TemporaryFile())
        drawn = lists.draw(form.to_command(slug), file, at=clock.now())
        with transaction():
            lists.record(drawn, by=organiser.id)
        return _sent(file, drawn, until_sent.pop_all())


def _form(appeal: Appeal) -> ExportForm:
    form = ExportForm()
    form.offer(appeals.languages_of(appeal.slug))
    if form.lang.data is None:
        form.lang.data = queries.language_of_list(appeal.slug)
    return form


def _page(slug: str, form: ExportForm) -> str:
    card = appeals.card_by_slug(slug, language.page_language())
    return render_template("lists/desk_export.html", card=card, form=form)


def _sent(file: BinaryIO, drawn: lists.DrawnList, held: ExitStack) -> Response:
    length = file.tell()
    file.seek(0)
    response = Response(_pieces(file, held), content_type=drawn.format.media_type)
    response.content_length = length
    response.headers["Content-Disposition"] = f'attachment; filename="{drawn.filename}"'
    response.call_on_close(held.close)
    return response


def _pieces(file: BinaryIO, held: ExitStack) -> Iterator[bytes]:
    with held:
        while piece := file.read(PIECE):
            yield piece
