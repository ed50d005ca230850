"""The public pages. None of them touches a session; those that may be kept are cached."""

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from petitions.appeals import queries as appeals
from petitions.appeals.rules import AppealNotFound, AppealNotOpen
from petitions.core import clock
from petitions.core.db import transaction
from petitions.lists import queries as lists
from petitions.pages import blueprint, queries
from petitions.signatures import queries as signatures
from petitions.signing import services as signing
from petitions.signing.forms import SignForm
from petitions.signing.services import SignAppeal
from petitions.web import language
from petitions.web.access import anyone
from petitions.web.cache import cached_page
from petitions.web.forms import clean_line
from petitions.web.language import LANGUAGE_TAG, LanguageLink
from petitions.web.limits import RateLimitExceeded, limiter, seconds_to_wait

SEARCH_LENGTH = 80
NAMES_ON_A_PAGE = 100


@blueprint.get("/")
@anyone
@cached_page("lang", "order", unless="q")
def home() -> ResponseReturnValue:
    """Open appeals, those about to open, and those that are finished."""
    lang = language.page_language()
    search = clean_line(request.args.get("q", ""))[:SEARCH_LENGTH]
    order = _order(request.args.get("order", ""))
    front = queries.front_page(lang, search, order)
    return render_template(
        "pages/home.html",
        open_cards=front.open,
        coming_cards=front.coming,
        finished_cards=front.finished,
        search=search,
        order=order.value,
        page_languages=_languages("pages.home", language.SITE_LANGUAGES, lang),
    )


def _order(text: str) -> queries.Order:
    return queries.Order(text) if text in list(queries.Order) else queries.Order.NEWEST


@blueprint.get("/a/<slug:slug>")
@blueprint.get("/a/<slug:slug>/<language:lang>")
@anyone
@cached_page("source")
def appeal(slug: str, lang: str | None = None) -> ResponseReturnValue:
    """An appeal with its form, in the language asked for or the one that the reader prefers."""
    if lang is None:
        langs = appeals.languages_of(slug)
        lang = language.negotiate(langs, default=langs[0])
    text = _text(slug, lang)
    return _appeal_page(text, _empty_form(text) if text.accepts_signatures else None)


def _text(slug: str, lang: str) -> appeals.AppealText:
    language.speak(lang)
    text = appeals.appeal_text(slug, lang, at=clock.now())
    if not text.is_public:
        raise AppealNotFound
    return text


def _empty_form(text: appeals.AppealText) -> SignForm:
    return SignForm(
        lang=text.lang, version=str(text.version_id), source=request.args.get("source", "")
    )


def _appeal_page(text: appeals.AppealText, form: SignForm | None) -> str:
    return render_template(
        "pages/appeal.html",
        appeal=text,
        tally=signatures.count_of(text.id),
        form=form,
        page_languages=_languages("pages.appeal", text.languages, text.lang, slug=text.slug),
    )


@blueprint.post("/a/<slug:slug>/sign")
@anyone
def sign(slug: str) -> ResponseReturnValue:
    """Sign. Wrong: the same page with everything typed. Right: on to the mailbox."""
    form = SignForm(request.form)
    lang = _language_signed_in(slug, form)
    language.speak(lang)
    try:
        with limiter.limit(current_app.config["SETTINGS"].sign_limit):
            if not form.validate():
                return _again(slug, lang, form, 422)
            ref = _signed(form.to_command(slug, lang), trapped=form.is_trapped)
    except RateLimitExceeded as error:
        form.form_errors.append(
            _("Many people sign from your network just now. Wait a few minutes and send it again.")
        )
        return *_again(slug, lang, form, 429), {"Retry-After": str(seconds_to_wait(error))}
    return redirect(url_for("verification.check_mail", slug=slug, lang=lang, ref=ref), 303)


def _signed(command: SignAppeal, *, trapped: bool) -> str:
    """Sign, and return the reference for typing the code.

    Who filled in the field that people do not see gets one that looks the same, and nothing more.
    """
    at = clock.now()
    if trapped:
        return signing.pretend(command, at=at)
    with transaction():
        return signing.sign(command, at=at)


def _again(slug: str, lang: str, form: SignForm, status: int) -> tuple[str, int]:
    """Return the page with what was typed."""
    langs = appeals.languages_of(slug)
    text = _text(slug, lang if lang in langs else langs[0])
    if not text.accepts_signatures:
        raise AppealNotOpen
    return _appeal_page(text, form), status


def _language_signed_in(slug: str, form: SignForm) -> str:
    """Return the language of the text that was read; the form says it."""
    said = form.lang.data or ""
    return said if LANGUAGE_TAG.fullmatch(said) else appeals.languages_of(slug)[0]


@blueprint.get("/a/<slug:slug>/signatories")
@anyone
@cached_page("after", "lang")
def signatories(slug: str) -> ResponseReturnValue:
    """The names that everybody may see, page by page; kept out of search engines."""
    shown = queries.card(slug, request.args.get("lang") or language.page_language())
    language.speak(shown.lang)
    names, after = lists.public_names(slug, request.args.get("after"), NAMES_ON_A_PAGE)
    next_url = url_for("pages.signatories", slug=slug, after=after, lang=shown.lang)
    return render_template(
        "pages/signatories.html",
        appeal=shown,
        names=names,
        next_url=next_url if after else None,
        tally=shown,
    )


def _languages(
    endpoint: str, langs: tuple[str, ...], current: str, **values: Any
) -> tuple[LanguageLink, ...]:
    return tuple(
        LanguageLink(
            lang, language.own_name(lang), url_for(endpoint, lang=lang, **values), lang == current
        )
        for lang in langs
    )
