"""`/s/<token>`: a signatory's own page, and what its buttons do."""

import json

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from petitions.core import clock
from petitions.core.db import transaction
from petitions.privacy import blueprint, queries
from petitions.privacy import services as privacy
from petitions.privacy.forms import VisibilityForm
from petitions.web import language
from petitions.web.access import signatory
from petitions.web.forms import PublicForm


@blueprint.get("/s/<token:token>")
@signatory
def mine(token: str) -> ResponseReturnValue:
    """My signature: its state, who sees it, and the way out."""
    signature = queries.my_signature(token, at=clock.now())
    language.speak(signature.lang)
    return _page(token, signature, VisibilityForm(data={"visibility": signature.visibility.value}))


@blueprint.post("/s/<token:token>/visibility")
@signatory
def change_visibility(token: str) -> ResponseReturnValue:
    """Change who may see my name."""
    signature = queries.my_signature(token, at=clock.now())
    language.speak(signature.lang)
    form = VisibilityForm(request.form)
    if not form.validate():
        return _page(token, signature, form), 422
    with transaction():
        privacy.change_visibility(token, form.chosen())
    return redirect(url_for("privacy.mine", token=token, saved=1), 303)


@blueprint.post("/s/<token:token>/withdraw")
@signatory
def withdraw(token: str) -> ResponseReturnValue:
    """Take my signature back."""
    title = _title(token)
    with transaction():
        privacy.withdraw(token, at=clock.now())
    return render_template("privacy/farewell.html", title=title, what="withdrawn")


@blueprint.post("/s/<token:token>/burn")
@signatory
def burn(token: str) -> ResponseReturnValue:
    """Delete everything that is kept about me."""
    title = _title(token)
    with transaction():
        privacy.burn(token, at=clock.now())
    return render_template("privacy/farewell.html", title=title, what="burnt")


@blueprint.get("/s/<token:token>/held.json")
@signatory
def held(token: str) -> ResponseReturnValue:
    """Download all that is kept about me."""
    text = json.dumps(queries.held(token), ensure_ascii=False, indent=2)
    return Response(
        text,
        mimetype="application/json",
        headers={"Content-Disposition": 'attachment; filename="my-signature.json"'},
    )


def _page(token: str, signature: queries.MySignature, form: VisibilityForm) -> str:
    return render_template(
        "privacy/signature.html",
        mine=signature,
        visibility_form=form,
        form=PublicForm(),
        saved="saved" in request.args,
        token=token,
    )


def _title(token: str) -> str:
    signature = queries.my_signature(token, at=clock.now())
    language.speak(signature.lang)
    return signature.title
