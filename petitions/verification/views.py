"""Confirming: by the link in the letter, a page with a button; or by the code, typed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from petitions.appeals import queries as appeals
from petitions.appeals.rules import AppealNotFound
from petitions.core import clock
from petitions.core.db import db, transaction
from petitions.signatures import queries as signatures
from petitions.signatures import services as register
from petitions.signatures.models import Kind, Signature, State
from petitions.verification import blueprint, queries, reference, words
from petitions.verification import services as verification
from petitions.verification.forms import CodeForm
from petitions.verification.rules import LinkExpired, LinkSpent, LinkSuperseded, LinkUnknown
from petitions.web import language
from petitions.web.access import anyone, signatory
from petitions.web.addresses import public_address
from petitions.web.forms import country_name
from petitions.web.limits import RateLimitExceeded, limiter, seconds_to_wait


@dataclass(frozen=True)
class Asked:
    """What a signatory reads before pressing the button."""

    title: str
    appeal_url: str
    lang: str
    kind: Kind
    name: str
    latin_name: str | None
    organisation: str | None
    country: str
    town: str | None
    visibility_words: str
    addressees: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True)
class Signed:
    """What a signatory reads afterwards."""

    title: str
    appeal_url: str
    share_url: str
    my_url: str
    first_time: bool


@blueprint.get("/a/<slug:slug>/check-mail")
@anyone
def check_mail(slug: str) -> ResponseReturnValue:
    """Look in your mailbox; or type the code from the letter here."""
    return _check_mail_page(_appeal(slug), CodeForm(ref=request.args.get("ref", "")))


@blueprint.post("/a/<slug:slug>/code")
@anyone
def code(slug: str) -> ResponseReturnValue:
    """Confirm by the code. Whatever is wrong, the answer is the same."""
    appeal = _appeal(slug)
    form = CodeForm(request.form)
    if not form.validate():
        return _check_mail_page(appeal, form), 422
    try:
        with limiter.limit(current_app.config["SETTINGS"].sign_limit):
            answered = _answered_by_code(appeal.id, form)
    except RateLimitExceeded as error:
        form.form_errors.append(_("Too many codes come from your network. Wait a few minutes."))
        return _check_mail_page(appeal, form), 429, {"Retry-After": str(seconds_to_wait(error))}
    if answered is None:
        form.refuse_code()
        return _check_mail_page(appeal, form), 422
    return thank(answered.signature_id, first_time=answered.first_time)


def _answered_by_code(appeal_id: UUID, form: CodeForm) -> verification.Answered | None:
    at = clock.now()
    signed = reference.read(appeal_id, form.ref.data or "", at=at)
    if signed is None:
        return None
    with transaction():  # commits a wrong guess, too: it must stay counted
        key = appeals.key_of(appeal_id)
        return verification.confirm_by_code(appeal_id, signed, form.code.data or "", key, at=at)


def _appeal(slug: str) -> appeals.AppealCard:
    """Return the appeal that was signed, and answer in the language that it was signed in."""
    shown = appeals.card_by_slug(slug, request.args.get("lang") or language.page_language())
    if not shown.is_public:
        raise AppealNotFound
    language.speak(shown.lang)
    return shown


def _check_mail_page(shown: appeals.AppealCard, form: CodeForm) -> str:
    known = reference.read(shown.id, form.ref.data or "", at=clock.now())
    return render_template(
        "verification/check_mail.html", appeal=shown, form=form, may_type_code=known is not None
    )


@blueprint.get("/c/<token:token>")
@signatory
def asked(token: str) -> ResponseReturnValue:
    """Show what is to be confirmed. Changes nothing: mail scanners follow links."""
    confirmation = verification.confirmation_by_token(token, at=clock.now())
    signature = db.session.get_one(Signature, confirmation.signature_id)
    if signature.state is State.VERIFIED:
        return redirect(url_for("verification.confirmed", token=token))
    shown = _asked(signature, confirmation.expires_at)
    return render_template("verification/confirm.html", asked=shown, token=token)


@blueprint.post("/c/<token:token>")
@signatory
def confirm(token: str) -> ResponseReturnValue:
    """Take the answer."""
    with transaction():
        answered = verification.confirm(token, at=clock.now())
    return thank(answered.signature_id, first_time=answered.first_time)


@blueprint.get("/c/<token:token>/thanks")
@signatory
def confirmed(token: str) -> ResponseReturnValue:
    """Thank again whoever opens the link of a signature that is confirmed."""
    confirmation = verification.confirmation_by_token(token, at=clock.now())
    signature = db.session.get_one(Signature, confirmation.signature_id)
    if signature.state is not State.VERIFIED:
        return redirect(url_for("verification.asked", token=token))
    return thank(signature.id, first_time=False)


@blueprint.post("/c/<token:token>/not-me")
@signatory
def disown(token: str) -> ResponseReturnValue:
    """Delete what somebody else entered under this address."""
    _speak_as_letter(token)  # before the letter is forgotten
    with transaction():
        verification.disown(token, at=clock.now())
    return render_template("verification/disowned.html")


@blueprint.errorhandler(LinkSpent)
def spent(error: LinkSpent) -> ResponseReturnValue:
    """Say why a link leads nowhere, with the way on."""
    reasons: dict[type[LinkSpent], str] = {
        LinkExpired: "expired",
        LinkSuperseded: "superseded",
    }
    reason = reasons.get(type(error), "unknown")
    ballot = _speak_as_letter((request.view_args or {}).get("token", ""))
    url = ballot.url if ballot else None
    page = render_template("verification/spent.html", reason=reason, appeal_url=url)
    return page, error.status


def thank(signature_id: UUID, *, first_time: bool) -> str:
    """Return the page after confirming, in the language that was signed in."""
    signature = db.session.get_one(Signature, signature_id)
    ballot = _speak_as_signed(signature.version_id)
    signed = Signed(
        title=ballot.title,
        appeal_url=ballot.url,
        share_url=public_address("pages.appeal", slug=ballot.slug, lang=ballot.lang),
        my_url=url_for("privacy.mine", token=register.link_token(ballot.key, signature.id)),
        first_time=first_time,
    )
    return render_template("verification/confirmed.html", signed=signed)


def _asked(signature: Signature, expires_at: datetime) -> Asked:
    ballot = _speak_as_signed(signature.version_id)
    entry = signatures.opened(signature, ballot.key)
    if entry.person is None or entry.state is not State.PENDING:
        raise LinkUnknown
    addressees = appeals.addressees_of(ballot.appeal_id, ballot.lang, ballot.original)
    return Asked(
        title=ballot.title,
        appeal_url=ballot.url,
        lang=ballot.lang,
        kind=entry.kind,
        name=entry.person.name,
        latin_name=entry.person.latin_name,
        organisation=entry.person.organisation,
        country=country_name(entry.country, language.site_language()),
        town=entry.person.town,
        visibility_words=words.who_sees(entry.visibility),
        addressees=tuple(addressee.name for addressee in addressees),
        expires_at=expires_at,
    )


def _speak_as_signed(version_id: UUID) -> appeals.Ballot:
    """Return what was signed, and answer in its language."""
    ballot = appeals.ballot_of_version(version_id, at=clock.now())
    language.speak(ballot.lang)
    return ballot


def _speak_as_letter(token: str) -> appeals.Ballot | None:
    """Return what a letter was about, and answer in its language; None for no letter of ours."""
    version_id = queries.version_behind(token)
    return _speak_as_signed(version_id) if version_id else None
