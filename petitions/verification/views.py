"""Confirming: by the link in the letter, a page with a button; or by the code, typed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from petitions.appeals import queries as appeals
from petitions.core import clock, mailbox
from petitions.core.db import db, transaction
from petitions.core.errors import DomainError
from petitions.core.vault import AppealKey
from petitions.signatures import queries as signatures
from petitions.signatures import services as register
from petitions.signatures.models import Kind, Signature, State, Visibility
from petitions.verification import blueprint, queries, reference
from petitions.verification import services as verification
from petitions.verification.forms import CodeForm
from petitions.verification.rules import LinkExpired, LinkSuperseded, LinkUnknown
from petitions.web import language
from petitions.web.access import anyone, signatory
from petitions.web.addresses import public_address
from petitions.web.forms import PublicForm, country_name
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
    return _check_mail_page(_appeal(slug), CodeForm.known(request.args.get("ref", "")))


@blueprint.post("/a/<slug:slug>/code")
@anyone
def code(slug: str) -> ResponseReturnValue:
    """Confirm by the code. Whatever is wrong, the answer is the same."""
    appeal = _appeal(slug)
    form = CodeForm(request.form)
    form.forget_what_is_not_asked()
    if not form.validate():
        return _check_mail_page(appeal, form), 422
    try:
        with limiter.limit(current_app.config["SETTINGS"].sign_limit):
            answered = _answered_by_code(appeal.id, form)
    except RateLimitExceeded as error:
        form.form_errors.append(_("Too many codes come from your network. Wait a few minutes."))
        return _check_mail_page(appeal, form), 429, {"Retry-After": str(seconds_to_wait(error))}
    if answered is None:
        form.code.errors = [
            _("This code does not fit, or is no longer valid. Look at the newest letter from us.")
        ]
        return _check_mail_page(appeal, form), 422
    return thank(answered.signature_id, first_time=answered.first_time)


def _answered_by_code(appeal_id: UUID, form: CodeForm) -> verification.Answered | None:
    with transaction():  # commits a wrong guess, too: it must stay counted
        key = appeals.key_of(appeal_id)
        digest = _mailbox_of(appeal_id, form, key)
        if digest is None:
            return None
        code = form.code.data or ""
        return verification.confirm_by_code(appeal_id, digest, code, key, at=clock.now())


def _mailbox_of(appeal_id: UUID, form: CodeForm, key: AppealKey) -> bytes | None:
    """Return the digest of the mailbox that was signed with: by reference, or as typed."""
    if "ref" in form:
        return reference.read(appeal_id, form.ref.data or "", at=clock.now())
    return key.digest(mailbox.canonical(form.email.data or ""))


def _appeal(slug: str) -> appeals.AppealCard:
    """Return the appeal that was signed, and answer in the language that it was signed in."""
    shown = appeals.card_by_slug(slug, request.args.get("lang") or language.page_language())
    language.speak(shown.lang)
    return shown


def _check_mail_page(shown: appeals.AppealCard, form: CodeForm) -> str:
    if "ref" in form and not reference.read(shown.id, form.ref.data or "", at=clock.now()):
        form = form.asking_for_address()  # not ours, or of yesterday
    return render_template("verification/check_mail.html", appeal=shown, form=form)


@blueprint.get("/c/<token:token>")
@signatory
def asked(token: str) -> ResponseReturnValue:
    """Show what is to be confirmed. Changes nothing: mail scanners follow links."""
    try:
        confirmation = verification.confirmation_by_token(token, at=clock.now())
        signature = db.session.get_one(Signature, confirmation.signature_id)
        if signature.state is State.VERIFIED:
            return redirect(url_for("verification.confirmed", token=token))
        return render_template(
            "verification/confirm.html", asked=_asked(signature, confirmation.expires_at),
            form=PublicForm(), token=token,
        )  # fmt: skip
    except (LinkUnknown, LinkExpired, LinkSuperseded) as error:
        return spent(token, error)


@blueprint.post("/c/<token:token>")
@signatory
def confirm(token: str) -> ResponseReturnValue:
    """Take the answer."""
    try:
        with transaction():
            answered = verification.confirm(token, at=clock.now())
    except (LinkUnknown, LinkExpired, LinkSuperseded) as error:
        return spent(token, error)
    return thank(answered.signature_id, first_time=answered.first_time)


@blueprint.get("/c/<token:token>/thanks")
@signatory
def confirmed(token: str) -> ResponseReturnValue:
    """Thank again whoever opens the link of a signature that is confirmed."""
    try:
        confirmation = verification.confirmation_by_token(token, at=clock.now())
    except (LinkUnknown, LinkExpired, LinkSuperseded) as error:
        return spent(token, error)
    signature = db.session.get_one(Signature, confirmation.signature_id)
    if signature.state is not State.VERIFIED:
        return redirect(url_for("verification.asked", token=token))
    return thank(signature.id, first_time=False)


@blueprint.post("/c/<token:token>/not-me")
@signatory
def disown(token: str) -> ResponseReturnValue:
    """Delete what somebody else entered under this address."""
    try:
        with transaction():
            verification.disown(token, at=clock.now())
    except (LinkUnknown, LinkExpired, LinkSuperseded) as error:
        return spent(token, error)
    _text_behind(token)
    return render_template("verification/disowned.html")


def thank(signature_id: UUID, *, first_time: bool) -> str:
    """Return the page after confirming, in the language that was signed in."""
    signature = db.session.get_one(Signature, signature_id)
    text = _text(signature)
    key = appeals.key_of(signature.appeal_id)
    signed = Signed(
        title=text.title,
        appeal_url=text.url,
        share_url=public_address("pages.appeal", slug=text.slug, lang=text.lang),
        my_url=url_for("privacy.mine", token=register.link_token(key, signature.id)),
        first_time=first_time,
    )
    return render_template("verification/confirmed.html", signed=signed)


def spent(token: str, error: DomainError) -> ResponseReturnValue:
    """Return the page for a link that leads nowhere, with the way on."""
    reasons: dict[type[DomainError], str] = {
        LinkExpired: "expired",
        LinkSuperseded: "superseded",
    }
    reason = reasons.get(type(error), "unknown")
    text = _text_behind(token)
    url = text.url if text else None
    page = render_template("verification/spent.html", reason=reason, appeal_url=url)
    return page, error.status


def _text_behind(token: str) -> appeals.AppealText | None:
    """Return the text that a letter was about, and answer in its language; None for no letter."""
    version_id = queries.version_behind(token)
    if version_id is None:
        return None
    text = appeals.text_of_version(version_id, at=clock.now())
    language.speak(text.lang)
    return text


def _asked(signature: Signature, expires_at: datetime) -> Asked:
    text = _text(signature)
    entry = signatures.opened(signature, appeals.key_of(signature.appeal_id))
    if entry.person is None or entry.state is not State.PENDING:
        raise LinkUnknown
    return Asked(
        title=text.title,
        appeal_url=text.url,
        lang=text.lang,
        kind=entry.kind,
        name=entry.person.name,
        latin_name=entry.person.latin_name,
        organisation=entry.person.organisation,
        country=country_name(entry.country, language.site_language()),
        town=entry.person.town,
        visibility_words=visibility_words(entry.visibility),
        addressees=tuple(addressee.name for addressee in text.addressees),
        expires_at=expires_at,
    )


def _text(signature: Signature) -> appeals.AppealText:
    """Return the text that was signed, and answer in its language."""
    text = appeals.text_of_version(signature.version_id, at=clock.now())
    language.speak(text.lang)
    return text


def visibility_words(visibility: Visibility) -> str:
    """Say who will see the name."""
    words: dict[Visibility, str] = {
        Visibility.PUBLIC: _("Your name will be on the list and on this site, for everybody."),
        Visibility.INITIALS: _("The list and this site will show your initials and your country."),
        Visibility.ADDRESSEE: _("Your name will be on the list for the addressees only."),
        Visibility.COUNT: _("Your name will be on no list. Only the number grows."),
    }
    return words[visibility]
