"""`/s/<token>`: a signatory's own page, and what its buttons do."""

import json

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from petitions.core import clock
from petitions.core.db import transaction
from petitions.privacy import blueprint, queries
from petitions.privacy import services as privacy
from petitions.privacy.forms import ChoicesForm
from petitions.web import language
from petitions.web.access import signatory


@blueprint.get("/s/<token:token>")
@signatory
def mine(token: str) -> ResponseReturnValue:
    """My signature: its state, who sees it, and the way out."""
    signature = queries.my_signature(token, at=clock.now())
    language.speak(signature.lang)
    return _page(
        token,
        signature,
        ChoicesForm(data={"visibility": signature.visibility.value, "news": signature.news}),
    )


@blueprint.post("/s/<token:token>/choices")
@signatory
def change_choices(token: str) -> ResponseReturnValue:
    """Change who may see my name, and whether I get news."""
    signature = queries.my_signature(token, at=clock.now())
    language.speak(signature.lang)
    form = ChoicesForm(request.form)
    if not form.validate():
        return _page(token, signature, form), 422
    with transaction():
        privacy.change_choices(token, form.chosen(), news=form.news.data)
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


def _page(token: str, signature: queries.MySignature, form: ChoicesForm) -> str:
    return render_template(
        "privacy/signature.html",
        mine=signature,
        choices_form=form,
        saved="saved" in request.args,
        token=token,
    )


def _title(token: str) -> str:
    signature = queries.my_signature(token, at=clock.now())
    language.speak(signature.lang)
    return signature.title
