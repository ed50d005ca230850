"""The form on the page: what is wrong stands beside its field, and nothing typed is lost."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from flask_babel import gettext
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from petitions.core.db import db
from petitions.signatures import queries as register
from petitions.signatures.models import Signature, Visibility
from petitions.web.language import speaking
from tests.actors import ANSWERS, Signatory
from tests.conftest import A_MORNING, Clock, Outbox
from tests.factories import appeals, signatures
from tests.factories.appeals import Furnished, key_of
from tests.factories.pages import errors_beside, filled, form_at, read, summary

LANGUAGES = ("en", "ru", "kk", "fr")
LONG = "x" * 400
WRONG: dict[str, dict[str, str]] = {
    "name, missing": {"name": ""},
    "name, of spaces": {"name": " \u200b\t "},
    "name, an address": {"name": "suzie@example.org"},
    "name, a web site": {"name": "Buy at www.example.org"},
    "name, a formula": {"name": "=1+1"},
    "name, no letters": {"name": "12345"},
    "name, one letter": {"name": "S"},
    "name, too long": {"name": LONG},
    "name, piled up": {"name": "S" + "\u0301" * 9 + "uzie"},
    "name, unseen": {"name": "\u3164\u3164"},
    "latin_name, not Latin": {"name": "Айгүл", "latin_name": "Айгүл"},
    "email, missing": {"email": ""},
    "email, malformed": {"email": "suzie at example.org"},
    "email, two": {"email": "suzie@example.org, sam@example.org"},
    "email, too long": {"email": f"{LONG}@example.org"},
    "email, no domain": {"email": "suzie@"},
    "country, missing": {"country": ""},
    "country, unknown": {"country": "XX"},
    "town, too long": {"town": LONG},
    "town, piled up": {"town": "S" + "\u0301" * 9},
    "organisation, missing": {"kind": "organisation", "organisation": ""},
    "organisation, too long": {"kind": "organisation", "organisation": LONG},
    "role, too long": {"role": LONG},
    "kind, unknown": {"kind": "robot"},
    "visibility, unknown": {"visibility": "nobody"},
    "visibility, missing": {"visibility": ""},
    "consent, missing": {"consent": ""},
}


@pytest.fixture(name="appeal")
def _appeal(clock: Clock, client: FlaskClient) -> Furnished:
    return appeals.opened(langs=LANGUAGES, at=clock.at)


def signs(suzie: Signatory, **answers: str) -> TestResponse:
    """Sign; an empty answer to a box is a box that is not ticked."""
    suzie.typed = {**suzie.form, **ANSWERS, "email": suzie.email, **answers}
    sent = {k: v for k, v in suzie.typed.items() if v or k not in ("consent", "news", "visibility")}
    return suzie.client.post("/a/library/sign", data=sent)


def entered() -> int:
    db.session.remove()
    return db.session.scalar(select(func.count()).select_from(Signature)) or 0


def translated(text: str, lang: str) -> str:
    with speaking(lang):
        return str(gettext(text))


# -- wrong ------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_stands_beside_its_field_and_on_top(
    suzie: Signatory, outbox: Outbox, what: str
) -> None:
    suzie.opens()
    answer = signs(suzie, **WRONG[what])
    assert answer.status_code == 422
    page = read(answer)
    name = what.split(",")[0]
    beside = errors_beside(form_at(page, "/sign"))
    assert list(beside) == [name]
    assert beside[name].removeprefix("Error: ") in summary(page)
    assert page.first("title").text.startswith("Error:")
    assert (entered(), outbox.letters()) == (0, [])


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_in_every_language(suzie: Signatory, what: str) -> None:
    name = what.split(",")[0]
    said = set()
    for lang in LANGUAGES:
        suzie.opens(lang=lang)
        page = read(signs(suzie, **WRONG[what]))
        assert page.first("html").attrs["lang"] == lang
        said.add(errors_beside(form_at(page, "/sign"))[name])
    assert len(said) == len(LANGUAGES), said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_that_was_typed_is_lost(suzie: Signatory, lang: str) -> None:
    suzie.opens(lang=lang, query="?source=newsletter")
    typed = {
        "kind": "organisation",
        "name": "Айгүл «О'Нил» & Ко",
        "latin_name": 'Aigul "O\'Neil"',
        "email": "not an address",
        "country": "KZ",
        "town": "Өскемен & Ко",
        "organisation": "<i>Кітапхана достары</i>",
        "role": "Төраға",
        "visibility": "initials",
        "consent": "y",
        "news": "y",
    }
    answer = signs(suzie, **typed)
    assert answer.status_code == 422
    shown = filled(form_at(read(answer), "/sign"))
    assert {name: shown.get(name) for name in typed} == typed
    assert shown["source"] == "newsletter"
    assert shown["lang"] == lang
    assert shown["version"] == suzie.form["version"]
    assert list(errors_beside(form_at(read(answer), "/sign"))) == ["email"]


def test_all_that_is_wrong_is_said_at_once(suzie: Signatory) -> None:
    suzie.opens()
    answer = suzie.client.post("/a/library/sign", data=suzie.form)
    assert answer.status_code == 422
    page = read(answer)
    wrong = errors_beside(form_at(page, "/sign"))
    assert set(wrong) == {"name", "email", "country", "consent"}
    assert len(summary(page)) == 4


def test_each_line_of_the_summary_leads_to_its_field(suzie: Signatory) -> None:
    suzie.opens()
    page = read(suzie.client.post("/a/library/sign", data={"lang": "en"}))
    links = [a.attrs["href"] for a in page.first("div", class_="summary").all("a")]
    ids = {element.attrs["id"] for element in page.walk() if "id" in element.attrs}
    assert links
    assert all(link.removeprefix("#") in ids for link in links)


def test_a_box_that_was_not_ticked_stays_so_when_the_form_comes_back(suzie: Signatory) -> None:
    suzie.opens()
    shown = filled(form_at(read(signs(suzie, email="", consent="")), "/sign"))
    assert "consent" not in shown
    assert "news" not in shown


# -- as it first appears ----------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_box_is_ticked_beforehand(suzie: Signatory, lang: str) -> None:
    suzie.opens(lang=lang)
    assert "consent" not in suzie.form
    assert "news" not in suzie.form
    assert suzie.form["visibility"] == "addressee"
    assert suzie.form["kind"] == "person"
    assert suzie.form["website"] == ""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_consent_names_the_addressees_in_the_language_of_the_text(
    suzie: Signatory, lang: str
) -> None:
    page = suzie.opens(lang=lang)
    consent = page.first("input", name="consent")
    (label,) = page.all("label", **{"for": consent.attrs["id"]})
    for addressee in (appeals.MAYOR, appeals.MINISTER):
        assert addressee.name.get(lang, addressee.name["en"]) in label.text


# -- Latin letters ----------------------------------------------------------------------------


def test_a_latin_form_is_suggested_and_asked_to_be_checked(suzie: Signatory) -> None:
    suzie.opens()
    answer = signs(suzie, name="Айгүл Нұрмағамбетова")
    assert answer.status_code == 422
    page = read(answer)
    form = form_at(page, "/sign")
    assert filled(form)["latin_name"] == "Aygul Nurmagambetova"
    assert list(errors_beside(form)) == ["latin_name"]
    assert "Check whether your name is right" in errors_beside(form)["latin_name"]
    assert filled(form)["name"] == "Айгүл Нұрмағамбетова"
    assert entered() == 0


def test_a_checked_or_changed_suggestion_is_taken(suzie: Signatory, appeal: Furnished) -> None:
    suzie.opens()
    assert signs(suzie, name="Айгүл", latin_name="Aigoul").status_code == 303
    row = signatures.row_of(appeal, suzie.email)
    assert row is not None
    person = register.opened(row, key_of(appeal)).person
    assert person is not None
    assert (person.name, person.latin_name) == ("Айгүл", "Aigoul")


def test_a_name_in_a_script_that_we_cannot_suggest_for_is_asked_for(suzie: Signatory) -> None:
    suzie.opens()
    answer = signs(suzie, name="محمد الحسن")
    assert answer.status_code == 422
    beside = errors_beside(form_at(read(answer), "/sign"))
    assert list(beside) == ["latin_name"]


@pytest.mark.parametrize("name", ["Suzie O'Neil-Müller", "Nguyễn Thị Minh Khai", "Þór Ægisson"])
def test_a_latin_name_needs_no_other(suzie: Signatory, name: str) -> None:
    suzie.opens()
    assert signs(suzie, name=name).status_code == 303


# -- the trap ---------------------------------------------------------------------------------


def test_the_trap_looks_like_success_and_enters_nothing(
    suzie: Signatory, appeal: Furnished, outbox: Outbox
) -> None:
    suzie.opens()
    trapped = signs(suzie, website="https://example.org")
    assert (entered(), outbox.letters()) == (0, [])
    real = signs(suzie)
    assert entered() == 1
    assert likeness(trapped) == likeness(real)
    pages = [suzie.client.get(answer.location) for answer in (trapped, real)]
    assert [page.status_code for page in pages] == [200, 200]
    names = [set(filled(form_at(read(page), "/code"))) for page in pages]
    assert names[0] == names[1]
    guess = [suzie.types_the_code(answer, "000000") for answer in (trapped, real)]
    assert guess[0].status_code == guess[1].status_code == 422


def likeness(answer: TestResponse) -> object:
    """Return all of an answer that an onlooker could compare, secrets by their length."""
    path, _, query = answer.location.partition("?")
    arguments = [(p.partition("=")[0], len(p.partition("=")[2])) for p in query.split("&")]
    headers = {name: value for name, value in answer.headers if name not in ("Location", "Date")}
    return answer.status_code, path, arguments, headers, len(answer.get_data())


# -- signing twice ----------------------------------------------------------------------------


def test_signing_twice_looks_like_signing_once(
    suzie: Signatory, appeal: Furnished, clock: Clock, ann: UUID
) -> None:
    """Whatever the mailbox has been through: new, waiting, confirmed, taken back, struck."""
    signatures.signed(appeal, "pending@example.org")
    signatures.confirmed(appeal, "verify@example.org")
    withdrawn = signatures.confirmed(appeal, "recant@example.org")
    suzie.client.post(f"/s/{withdrawn.own_token}/withdraw")
    signatures.struck(signatures.confirmed(appeal, "struck1@example.org"), by=ann)
    clock.advance(timedelta(minutes=5))
    mailboxes = ["newcome", "pending", "verify", "recant", "struck1"]
    suzie.opens()
    answers = [signs(suzie, email=f"{name}@example.org") for name in mailboxes]
    assert answers[0].status_code == 303
    assert answers[0].location.startswith("/a/library/check-mail?lang=en&ref=")
    assert len({str(likeness(answer)) for answer in answers}) == 1
    pages = [suzie.client.get(answer.location) for answer in answers]
    assert len({len(page.get_data()) for page in pages}) == 1
    letters = [signatures.newest_letter(f"{name}@example.org").template for name in mailboxes]
    assert letters == [
        "verification.confirm",
        "verification.confirm",
        "verification.already",
        "verification.confirm",
        "verification.struck",
    ]
    states = [row.state for name in mailboxes if (row := row_of(appeal, name))]
    assert states == ["pending", "pending", "verified", "pending", "struck"]


def row_of(appeal: Furnished, name: str) -> Signature | None:
    return signatures.row_of(appeal, f"{name}@example.org")


@pytest.mark.parametrize(
    "spelling", ["SUZIE@EXAMPLE.ORG", " suzie@example.org ", "Suzie@Example.Org"]
)
def test_one_mailbox_is_one_signature_however_it_is_spelt(
    suzie: Signatory, appeal: Furnished, spelling: str
) -> None:
    suzie.opens()
    signs(suzie)
    assert signs(suzie, email=spelling).status_code == 303
    assert entered() == 1


def test_the_same_mailbox_may_sign_another_appeal(suzie: Signatory, appeal: Furnished) -> None:
    appeals.opened("museum")
    suzie.opens()
    signs(suzie)
    suzie.opens("museum")
    assert suzie.signs().status_code == 303
    db.session.remove()
    mailboxes = set(db.session.scalars(select(Signature.mailbox)))
    assert len(mailboxes) == 2, "and nobody can tell that it is the same"


# -- what is taken ----------------------------------------------------------------------------


def test_all_that_was_told_is_kept_sealed_as_one(suzie: Signatory, appeal: Furnished) -> None:
    suzie.opens(lang="ru", query="?source=poster-7")
    answer = signs(
        suzie,
        kind="organisation",
        organisation="Друзья библиотеки",
        role="Председатель",
        name="Айгүл Нұр",
        latin_name="Aigul Nur",
        visibility="public",
        news="y",
    )
    assert answer.status_code == 303
    row = signatures.row_of(appeal, suzie.email)
    assert row is not None
    assert (row.kind, row.visibility, row.country) == ("organisation", "public", "KZ")
    assert (row.lang, row.source, row.news) == ("ru", "poster-7", True)
    assert row.version_id == appeal.versions["ru"]
    person = register.opened(row, key_of(appeal)).person
    assert person is not None
    assert person.organisation == "Друзья библиотеки"
    assert person.role == "Председатель"
    assert person.email.reveal() == "suzie@example.org"
    assert b"example.org" not in (row.person or b"")


def test_news_are_sent_only_to_who_asked_for_them(suzie: Signatory, appeal: Furnished) -> None:
    suzie.opens()
    signs(suzie)
    row = signatures.row_of(appeal, suzie.email)
    assert row is not None
    assert row.news is False


@pytest.mark.parametrize("source", ["newsletter", "t.me_channel-7", "A" * 40])
def test_a_harmless_source_is_kept(suzie: Signatory, appeal: Furnished, source: str) -> None:
    suzie.opens(query=f"?source={source}")
    signs(suzie)
    row = signatures.row_of(appeal, suzie.email)
    assert row is not None
    assert row.source == source


@pytest.mark.parametrize(
    "source", ["A" * 41, "a b", "<script>", "suzie@example.org", "203.0.113.77,x", "é", "=1+1", ""]
)
def test_any_other_source_is_left_out(suzie: Signatory, appeal: Furnished, source: str) -> None:
    suzie.opens()
    assert signs(suzie, source=source).status_code == 303
    row = signatures.row_of(appeal, suzie.email)
    assert row is not None
    assert row.source is None


@pytest.mark.parametrize("visibility", list(Visibility))
def test_each_visibility_can_be_chosen(
    suzie: Signatory, appeal: Furnished, visibility: Visibility
) -> None:
    suzie.opens()
    signs(suzie, visibility=visibility.value)
    row = signatures.row_of(appeal, suzie.email)
    assert row is not None
    assert row.visibility is visibility


@pytest.mark.parametrize("version", ["", "not an id", "00000000-0000-7000-8000-000000000000"])
def test_a_text_that_is_not_named_is_the_newest_and_one_that_is_unknown_is_none(
    suzie: Signatory, appeal: Furnished, version: str
) -> None:
    suzie.opens()
    answer = signs(suzie, version=version)
    assert answer.status_code == (404 if version.startswith("0000") else 303)


def test_the_text_of_another_appeal_cannot_be_signed_here(
    suzie: Signatory, appeal: Furnished
) -> None:
    other = appeals.opened("museum")
    suzie.opens()
    assert signs(suzie, version=str(other.versions["en"])).status_code == 404
    assert entered() == 0


@pytest.mark.parametrize("lang", ["", "de", "xx-YY", "\x00", "ru' OR 1=1"])
def test_a_language_that_the_text_does_not_speak_is_that_of_the_original(
    suzie: Signatory, appeal: Furnished, lang: str
) -> None:
    suzie.opens()
    assert signs(suzie, lang=lang, version="").status_code == 303
    row = signatures.row_of(appeal, suzie.email)
    assert row is not None
    assert row.version_id == appeal.versions["en"]


# -- not open ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_closed_appeal_says_so_kindly(
    suzie: Signatory, appeal: Furnished, outbox: Outbox, lang: str
) -> None:
    suzie.opens(lang=lang)
    appeals.closed(appeal)
    answer = signs(suzie)
    assert answer.status_code == 409
    page = read(answer)
    assert page.first("html").attrs["lang"] == lang
    assert translated("This appeal is not open for signature.", lang) in page.text
    assert (entered(), outbox.letters()) == (0, [])


def test_a_draft_cannot_be_signed(client: FlaskClient, clock: Clock, outbox: Outbox) -> None:
    appeals.draft("museum", opens_at=A_MORNING + timedelta(days=3))
    answer = client.post(
        "/a/museum/sign", data={**ANSWERS, "email": "suzie@example.org", "lang": "en"}
    )
    assert answer.status_code == 409
    assert (entered(), outbox.letters()) == (0, [])


def test_an_appeal_is_closed_from_its_last_moment_on(
    suzie: Signatory, clock: Clock, client: FlaskClient
) -> None:
    end = clock.at + timedelta(days=7)
    appeals.opened("museum", closes_at=end)
    suzie.opens("museum")
    clock.at = end - timedelta(seconds=1)
    assert suzie.signs().status_code == 303
    clock.at = end
    assert suzie.signs(email="sam@example.org").status_code == 409
    assert entered() == 1


def test_an_appeal_that_is_nowhere_cannot_be_signed(client: FlaskClient) -> None:
    assert client.post("/a/nowhere/sign", data=ANSWERS).status_code == 404


def test_a_suggestion_for_another_name_is_not_kept(suzie: Signatory, appeal: Furnished) -> None:
    """Suggested for one name, the name corrected: the Latin form is suggested anew, and asked."""
    suzie.opens()
    asked = read(suzie.signs(name="Ержан Қасымұлы"))
    sent = filled(form_at(asked, "/sign"))
    assert sent["latin_name"] == "Yerzhan Kasymuly"
    again = suzie.client.post(
        "/a/library/sign", data={**sent, "consent": "y", "name": "Ерлан Қасымұлы"}
    )
    assert again.status_code == 422
    sent = filled(form_at(read(again), "/sign"))
    assert sent["latin_name"] == "Yerlan Kasymuly"
    done = suzie.client.post("/a/library/sign", data={**sent, "consent": "y"})
    assert done.status_code == 303


@pytest.mark.parametrize("name", ["<b>Suzie</b> Quatermass", "{{ name }}", "Suzie ]]> Q"])
def test_what_no_name_holds_is_refused(suzie: Signatory, appeal: Furnished, name: str) -> None:
    suzie.opens()
    answer = suzie.signs(name=name)
    assert answer.status_code == 422
    assert "Write the name in letters." in answer.text
