"""Letters: in the signer's language, with our own address in the link, and nothing from afar."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from petitions.core.db import db
from petitions.signatures.models import Signature, StrikeReason
from tests.actors import ANSWERS, Signatory
from tests.conftest import Clock, Outbox
from tests.factories import appeals, signatures
from tests.factories.appeals import Furnished
from tests.factories.pages import read

TITLES = {
    "en": "Keep the library of Semey open",
    "ru": "Не закрывайте библиотеку Семея",
    "kk": "Семей кітапханасын жаппаңыздар",
}
REMOTE = re.compile(
    r"""(src|background|poster|srcset)\s*=|url\(|@import|<(img|link|script|iframe|object|embed|video|audio|form)\b""",
    re.IGNORECASE,
)
HOSTILE = [
    "<script>alert(1)</script> Suzie",
    '"><img src=x onerror=alert(1)> Suzie',
    "{{ 7*7 }} Suzie",
    "${7*7} #{7*7} Suzie",
    "Suzie %(title)s %s %d",
    "Suzie\r\nBcc: everybody\r\n\r\nBuy",
    "Suzie\u202egpj.exe",
    "Suzie \x00\x1b[31m",
]


@pytest.mark.parametrize("lang", ["en", "ru", "kk"])
def test_a_letter_is_in_the_language_that_was_signed_in(
    suzie: Signatory, appeal: Furnished, lang: str
) -> None:
    suzie.opens(lang=lang)
    suzie.signs()
    letter = suzie.letter()
    assert letter.lang == lang
    assert read(letter.html).first("html").attrs["lang"] == lang
    for part in (letter.text, read(letter.html).text):
        assert TITLES[lang] in part


def test_each_language_has_words_of_its_own(suzie: Signatory, appeal: Furnished) -> None:
    said = []
    for lang in TITLES:
        suzie.opens(lang=lang)
        suzie.signs()
        said.append((suzie.letter().subject, suzie.letter().text.splitlines()[0]))
    assert len(set(said)) == 3
    assert len({subject for subject, _ in said}) == 3


def test_a_letter_is_not_in_the_browser_s_language(suzie: Signatory, appeal: Furnished) -> None:
    suzie.opens(lang="kk")
    suzie.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "ru"
    suzie.signs()
    assert suzie.letter().lang == "kk"


def test_both_parts_say_the_same(suzie: Signatory) -> None:
    suzie.opens()
    suzie.signs()
    letter = suzie.letter()
    token, own = signatures.confirm_token(letter), signatures.own_token(letter)
    code = signatures.code_in(letter)
    for part in (letter.text, letter.html):
        assert f"https://appeals.example.org/c/{token}" in part
        assert f"https://appeals.example.org/s/{own}" in part
        assert f"{code[:3]} {code[3:]}" in part
        assert "Suzie Quatermass" in part


@pytest.mark.parametrize(
    "forged",
    [
        {"Host": "evil.example"},
        {"Host": "appeals.example.org.evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example;proto=http"},
        {"X-Forwarded-Proto": "http"},
    ],
    ids=str,
)
def test_a_link_leads_to_us_whatever_the_request_calls_us(
    client: FlaskClient, appeal: Furnished, outbox: Outbox, forged: dict[str, str]
) -> None:
    client.post(
        "/a/library/sign",
        data={**ANSWERS, "email": "suzie@example.org", "lang": "en"},
        headers=forged,
    )
    letter = outbox.only()
    links = re.findall(r"https?://[^/\s\"<]+", letter.text + letter.html)
    assert links
    assert set(links) == {"https://appeals.example.org"}


def test_the_subject_does_not_tell_a_mail_server_what_was_signed(
    suzie: Signatory, appeal: Furnished, clock: Clock, outbox: Outbox
) -> None:
    """Nor somebody who looks at the screen of a locked telephone."""
    for lang in TITLES:
        suzie.opens(lang=lang)
        suzie.signs()
    suzie.presses_confirm()
    suzie.signs()
    subjects = [letter.subject for letter in outbox.letters()]
    assert len(subjects) == 4
    words = {w for t in TITLES.values() for w in t.casefold().split() if len(w) > 4}
    names = {"suzie", "quatermass", "semey", "mayor"}
    for subject in subjects:
        assert subject.strip()
        assert not (words | names) & set(subject.casefold().split())


def test_html_asks_nothing_of_any_server(
    suzie: Signatory, appeal: Furnished, ann: UUID, outbox: Outbox
) -> None:
    """A picture from afar would tell when, and from where, a letter was read."""
    suzie.opens()
    suzie.signs()
    suzie.presses_confirm()
    suzie.signs()
    row = signatures.row_of(appeal, suzie.email)
    assert row is not None
    entered = signatures.Signed(row.id, suzie.letter())
    signatures.struck(entered, StrikeReason.OTHER, "Twice.", by=ann)
    letters = outbox.letters()
    assert [letter.template.split(".")[1] for letter in letters] == ["confirm", "already", "struck"]
    for letter in letters:
        assert not REMOTE.search(letter.html), REMOTE.search(letter.html)
        targets = {a.attrs["href"] for a in read(letter.html).all("a")}
        assert all(t.startswith("https://appeals.example.org/") for t in targets)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_harmless(appeal: Furnished, outbox: Outbox, name: str) -> None:
    """Whatever door it came through: a letter does not count on the form's care."""
    signatures.sign(appeal, "suzie@example.org", name=name)
    letter = outbox.only()
    page = read(letter.html)
    assert not {element.tag for element in page.walk()} & {"script", "img", "svg"}
    for part in (letter.text, page.text):
        assert "49 Suzie" not in part
    assert letter.subject == "Please confirm your signature"
    assert letter.to.reveal() == "suzie@example.org"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_refused_by_the_form_or_cleaned(
    suzie: Signatory, outbox: Outbox, name: str
) -> None:
    suzie.opens()
    if suzie.signs(name=name, latin_name="Suzie").status_code == 422:
        assert outbox.letters() == []
        return
    letter = outbox.only()
    for part in (letter.text, read(letter.html).text):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", part)
    assert letter.text.splitlines()[0].startswith("Dear ")
    assert letter.text.splitlines()[0].endswith(",")


def test_a_name_with_html_stands_in_the_letter_as_it_was_typed(
    appeal: Furnished, outbox: Outbox
) -> None:
    signatures.sign(appeal, "suzie@example.org", name="Suzie <b>Quatermass</b> & Sons")
    letter = outbox.only()
    assert "Suzie <b>Quatermass</b> & Sons" in letter.text
    assert "Suzie <b>Quatermass</b> & Sons" in read(letter.html).text


def test_a_mailbox_that_has_signed_is_told_so_and_gets_no_code(
    suzie: Signatory, appeal: Furnished
) -> None:
    suzie.opens()
    suzie.signs()
    suzie.presses_confirm()
    suzie.signs()
    letter = suzie.letter()
    assert letter.template == "verification.already"
    assert "/c/" not in letter.text + letter.html
    assert not signatures.CODE.search(letter.text)
    assert signatures.own_token(letter)


def test_the_owner_is_addressed_by_the_name_in_the_register(
    suzie: Signatory, appeal: Furnished
) -> None:
    """The name that was just typed may be a stranger's joke."""
    suzie.opens()
    suzie.signs()
    suzie.presses_confirm()
    suzie.signs(name="A Stranger's Joke")
    assert "Joke" not in suzie.letter().text + suzie.letter().html
    assert "Dear Suzie Quatermass," in suzie.letter().text


def test_a_struck_signatory_reads_the_reason_and_whom_to_write_to(
    appeal: Furnished, ann: UUID, outbox: Outbox
) -> None:
    entered = signatures.confirmed(appeal, "sam@example.org", lang="ru")
    note = "Смотрите <b>№ 7</b>"
    signatures.struck(entered, StrikeReason.DUPLICATE, note, by=ann)
    letter = outbox.letters("verification.struck")[0]
    assert letter.lang == "ru"
    for part in (letter.text, read(letter.html).text):
        assert note in part
        assert "operator@example.org" in part
        assert "дважды" in part
    assert not read(letter.html).all("b", class_="x")


def test_a_mailbox_cannot_be_filled_through_us(
    suzie: Signatory, appeal: Furnished, clock: Clock, outbox: Outbox
) -> None:
    suzie.opens()
    for _ in range(12):
        assert suzie.signs().status_code == 303
        clock.advance(timedelta(minutes=1))
    assert len(outbox.letters()) == 5
    clock.advance(timedelta(days=1))
    suzie.signs()
    assert len(outbox.letters()) == 6


def test_a_verified_mailbox_is_told_once_a_day(
    suzie: Signatory, appeal: Furnished, clock: Clock, outbox: Outbox
) -> None:
    suzie.opens()
    suzie.signs()
    suzie.presses_confirm()
    for _ in range(6):
        suzie.signs()
    assert len(outbox.letters("verification.already")) == 1
    clock.advance(timedelta(days=1))
    suzie.signs()
    assert len(outbox.letters("verification.already")) == 2


def test_what_is_typed_after_the_last_letter_of_the_day_does_not_slip_in(
    suzie: Signatory, appeal: Furnished
) -> None:
    """Whoever confirms must have seen what is confirmed."""
    suzie.opens()
    for n in range(7):
        suzie.signs(name=f"Suzie {'I' * (n + 1)}")
    page = suzie.opens_the_link().text
    assert "Suzie IIIII<" in page
    assert "IIIIII" not in page


def test_no_letter_goes_where_no_signature_was_entered(
    app: Flask, client: FlaskClient, clock: Clock, outbox: Outbox
) -> None:
    appeals.closed(appeals.opened())
    client.post("/a/library/sign", data={**ANSWERS, "email": "suzie@example.org", "lang": "en"})
    assert outbox.letters() == []
    assert db.session.scalars(select(Signature)).all() == []
