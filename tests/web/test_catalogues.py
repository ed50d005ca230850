"""Pages and letters speak the reader's language: all of it, with every number in its right form."""

import re
import subprocess
import sys
from collections.abc import Callable
from html import unescape

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from flask import Flask
from werkzeug.test import TestResponse

from petitions.core.address import EmailAddress
from petitions.core.db import transaction
from petitions.mail.letter import Letter
from petitions.organisers import services as organisers
from petitions.organisers.mandates import Role
from petitions.organisers.models import Account
from petitions.signatures.models import StrikeReason, Visibility
from petitions.web.language import SITE_LANGUAGES
from tests.actors import Signatory
from tests.architecture.sources import PACKAGE, ROOT
from tests.conftest import Clock, Outbox, Visitor
from tests.factories import appeals, signatures
from tests.factories.appeals import Furnished
from tests.factories.pages import filled, form_at, read
from tests.organisers.conftest import EMAIL, PASSWORD, Door

TRANSLATED = tuple(lang for lang in SITE_LANGUAGES if lang != "en")
CATALOGUES = PACKAGE / "translations"
GAP = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
"""Where a sentence takes in a name or a number."""

TELLING = 12
"""An English text longer than this does not stand in a page of another language by chance."""

NARROW = "\u202f"
AGAINST_FRENCH_TYPOGRAPHY = re.compile(
    rf"(?<![{NARROW}])[;!?»]|(?<=\s)(?<!{NARROW}):|«(?!{NARROW})|'"
)

each_language = pytest.mark.parametrize("lang", TRANSLATED)
on_one_database = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def catalogue(lang: str) -> Catalog:
    with (CATALOGUES / lang / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=lang)


def messages(lang: str) -> list[Message]:
    found = [message for message in catalogue(lang) if message.id]
    assert len(found) > 400
    return found


def ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def strings(message: Message) -> tuple[str, ...]:
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


# -- the catalogues ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the source says now, gathered with the keywords that `make messages` uses."""
    keywords = re.findall(r"-k \S+", (ROOT / "Makefile").read_text(encoding="utf-8"))
    template = tmp_path_factory.mktemp("words") / "messages.pot"
    gather = ["extract", "-F", "pyproject.toml", *" ".join(keywords).split(), "-o", str(template)]
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", *gather, "."]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    with template.open("rb") as file:
        return read_po(file)


@each_language
def test_a_catalogue_holds_the_sentences_of_the_source_and_no_others(
    gathered: Catalog, lang: str
) -> None:
    said = {ids(message) for message in gathered if message.id}
    assert len(said) > 400
    assert {ids(message) for message in messages(lang)} == said


@each_language
def test_every_sentence_is_translated_and_none_by_a_guess(lang: str) -> None:
    assert [m.id for m in messages(lang) if m.fuzzy or not all(strings(m))] == []


@each_language
def test_numbers_have_as_many_forms_as_the_language_asks_for(lang: str) -> None:
    wanted = get_plural(lang)
    assert catalogue(lang).plural_expr == wanted.plural_expr
    plural = [m for m in messages(lang) if m.pluralizable]
    assert len(plural) > 5
    assert [m.id for m in plural if len(strings(m)) != wanted.num_plurals] == []


@each_language
def test_each_form_takes_in_what_its_source_takes_in(lang: str) -> None:
    """The form for one as well: in Russian it is also that for 21."""
    wrong = [
        (m.id, form)
        for m in messages(lang)
        for form in strings(m)
        if sorted(GAP.findall(form)) != sorted(GAP.findall(ids(m)[-1]))
    ]
    assert wrong == []


@each_language
def test_a_translation_begins_and_ends_as_its_place_asks(lang: str) -> None:
    """No space at the ends, where templates set their own; no mark that is not of the script."""
    stray = [m.id for m in messages(lang) if any(form != form.strip() for form in strings(m))]
    assert stray == []


def test_french_has_its_narrow_spaces_and_its_apostrophes() -> None:
    wrong = [s for m in messages("fr") for s in strings(m) if AGAINST_FRENCH_TYPOGRAPHY.search(s)]
    assert wrong == []


@pytest.mark.parametrize("text", ["Quoi ?", "Quoi?", "a\u00a0; b", "« oui »", "l'appel", "Mais :"])
def test_plain_spaces_in_french_are_found(text: str) -> None:
    assert AGAINST_FRENCH_TYPOGRAPHY.search(text)


@each_language
def test_what_is_compiled_is_what_is_written(lang: str) -> None:
    path = CATALOGUES / lang / "LC_MESSAGES" / "messages.mo"
    assert path.is_file(), "`make test` compiles the catalogues"
    with path.open("rb") as file:
        compiled = {ids(m): strings(m) for m in read_mo(file) if m.id}
    assert compiled == {ids(m): strings(m) for m in messages(lang)}, "`make messages` compiles anew"


# -- the pages --------------------------------------------------------------------------------


def english_left_in(lang: str) -> Callable[[str], list[str]]:
    """Return what finds the sentences of the source that a text in `lang` still has in English.

    Of a sentence with gaps, each telling piece between them counts. A single word may be a value
    that forms send.
    """
    pieces = {
        piece
        for message in messages(lang)
        for source in ids(message)
        for piece in GAP.split(source)
        if len(piece.strip()) > TELLING
        and " " in piece.strip()
        and not any(piece in form for form in strings(message))
    }
    assert len(pieces) > 300
    return lambda text: sorted(piece for piece in pieces if piece in text)


@pytest.fixture
def appeal(clock: Clock, client: Visitor) -> Furnished:
    """Open for signature in every language of the site, with all that a page can show."""
    return appeals.opened(
        langs=("en", "fr", "ru", "kk"), initiators=[{"en": "Ann"}], demonstration=True, at=clock.at
    )


@pytest.fixture
def visitor(client: Visitor, lang: str) -> Visitor:
    """Somebody whose browser asks for the language of the test."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = lang
    return client


@pytest.fixture
def guest(client: Visitor) -> Visitor:
    """Somebody whose browser asks for English, and who reads an appeal in another language."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def signatory(guest: Visitor, appeal: Furnished, outbox: Outbox) -> Signatory:
    return Signatory(guest, outbox)


@pytest.fixture
def ann(app: Flask, clock: Clock) -> Account:
    """Runs the appeals of the team."""
    with transaction():
        account = organisers.open_account(EmailAddress(EMAIL), "Ann", at=clock.at)
        team = organisers.found_team(appeals.TEAM, at=clock.at)
        organisers.appoint(account, team, Role.OWNER, at=clock.at)
        organisers.set_password(account, PASSWORD)
    return account


def shown(response: TestResponse, status: int = 200) -> str:
    """Return a page with all that it says, aloud or to screen readers, in one line."""
    assert response.status_code == status, response.status
    return " ".join(unescape(response.text).split())


def said(letter: Letter) -> str:
    return " ".join(unescape(f"{letter.subject}\n{letter.text}\n{letter.html}").split())


def types(visitor: Visitor, location: str, code: str) -> TestResponse:
    """Type a code where the page after signing asks for it, and send it where its form says."""
    form = form_at(read(visitor.get(location)), "/code")
    return visitor.post(form.attrs["action"], data={**filled(form), "code": code})


@on_one_database
@each_language
def test_finding_english_finds_the_english_page(
    visitor: Visitor, appeal: Furnished, lang: str
) -> None:
    assert len(english_left_in(lang)(shown(visitor.get("/a/library/en")))) > 20


@on_one_database
@each_language
def test_the_pages_that_everybody_may_read_are_in_one_language(
    visitor: Visitor, appeal: Furnished, clock: Clock, lang: str
) -> None:
    english = english_left_in(lang)
    appeals.draft("soon", (lang,), opens_at=clock.at)
    appeals.closed(appeals.opened("past", (lang,), at=clock.at), at=clock.at)
    for path in ("/", "/?q=nothing", f"/a/library/{lang}", f"/a/soon/{lang}", f"/a/past/{lang}"):
        assert english(shown(visitor.get(path))) == [], path
    assert english(shown(visitor.get(f"/a/library/signatories?lang={lang}"))) == []
    assert english(shown(visitor.get("/nowhere"), 404)) == []
    assert english(shown(visitor.get("/c/" + "A" * 22), 404)) == []


@on_one_database
@each_language
def test_what_is_wrong_with_a_signature_is_said_in_the_language_of_the_text(
    signatory: Signatory, lang: str
) -> None:
    english = english_left_in(lang)
    signatory.opens(lang=lang)
    nothing = {"name": "", "email": "", "country": "", "visibility": "", "consent": "", "kind": ""}
    for answers in (
        nothing,
        {"name": "Сусанна", "email": "no address", "kind": "organisation", "town": "x" * 999},
        {"name": "www.example.org", "latin_name": "Сусанна", "email": "x" * 300},
        {"name": "=1", "latin_name": "1"},
    ):
        page = shown(signatory.signs(**answers), 422)
        assert 'role="alert"' in page
        assert english(page) == []


@on_one_database
@each_language
def test_the_way_from_the_form_to_the_own_page_is_in_the_language_of_the_text(
    signatory: Signatory, guest: Visitor, lang: str
) -> None:
    english = english_left_in(lang)
    signatory.opens(lang=lang)
    answer = signatory.signs(visibility=Visibility.INITIALS.value)
    assert answer.status_code == 303
    letter = signatory.letter()
    assert letter.lang == lang
    assert english(said(letter)) == []
    assert english(shown(guest.get(answer.location))) == []
    for code in ("12", "000000"):
        assert english(shown(types(guest, answer.location, code), 422)) == []
    assert english(shown(signatory.opens_the_link())) == []
    own_path = signatory.own_path
    assert english(shown(guest.get(own_path))) == []
    assert english(shown(signatory.presses_confirm())) == []
    assert english(shown(signatory.presses_confirm())) == []
    assert english(shown(guest.get(own_path))) == []
    assert english(shown(guest.post(f"{own_path}/choices", data={}), 422)) == []
    signatory.signs()
    assert signatory.letter().template == "verification.already"
    assert english(said(signatory.letter())) == []
    assert english(shown(guest.post(f"{own_path}/withdraw"))) == []
    assert english(shown(guest.get(own_path))) == []
    assert english(shown(guest.post(f"{own_path}/burn"))) == []


@on_one_database
@each_language
def test_whoever_did_not_sign_reads_it_in_the_language_of_the_text(
    signatory: Signatory, lang: str
) -> None:
    english = english_left_in(lang)
    signatory.opens(lang=lang)
    signatory.signs()
    assert english(shown(signatory.presses_not_me())) == []


@on_one_database
@each_language
def test_whoever_is_struck_reads_why_in_the_language_that_was_signed_in(
    guest: Visitor,
    appeal: Furnished,
    ann: Account,
    outbox: Outbox,
    lang: str,
) -> None:
    entered = signatures.confirmed(
        appeal, "suzie@example.org", lang=lang, version_id=appeal.versions[lang]
    )
    signatures.struck(entered, StrikeReason.OTHER, "...", by=ann.id)
    letter = outbox.only("verification.struck")
    assert letter.lang == lang
    assert english_left_in(lang)(said(letter)) == []
    page = shown(guest.get(f"/s/{signatures.own_token(letter)}"))
    assert english_left_in(lang)(page) == []


@on_one_database
@each_language
def test_organisers_are_asked_in_their_language(
    visitor: Visitor,
    ann: Account,
    appeal: Furnished,
    lang: str,
) -> None:
    english = english_left_in(lang)
    door = Door(visitor)
    for path in ("/account/login", "/account/reset"):
        assert english(shown(door.open(path))) == [], path
    assert english(shown(door.sign_in(password="not it"), 422)) == []
    assert door.sign_in().status_code == 302
    paths = ("account/", "account/change", "account/tf-setup", "desk/", "desk/library")
    for path in (*paths, "desk/library/signatures", "desk/library/export"):
        assert english(shown(door.open(f"/{path}"))) == [], path


@on_one_database
@each_language
def test_an_organiser_who_has_forgotten_the_password_gets_a_letter_to_read(
    visitor: Visitor, ann: Account, outbox: Outbox, lang: str
) -> None:
    asked = Door(visitor).send("/account/reset", email=EMAIL)
    assert english_left_in(lang)(shown(asked)) == []
    letter = said(outbox.only("organisers."))
    assert english_left_in(lang)(letter) == []
    assert not re.search(r"\d (hour|day|minute)", letter)
