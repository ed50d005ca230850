"""`flask demo` furnishes the house through its own doors, once."""

import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_security import verify_password
from sqlalchemy import func, select

from petitions.appeals import queries as appeals
from petitions.appeals.models import State as AppealState
from petitions.core import clock
from petitions.core.address import EmailAddress
from petitions.core.db import db, transaction
from petitions.core.settings import Settings
from petitions.demo import commands as demo
from petitions.demo.people import Invented, readers, signatories
from petitions.demo.services import ORGANISER
from petitions.demo.texts import LANGUAGES
from petitions.mail import queries as outbox
from petitions.mail import services as mail
from petitions.mail.letter import Letter
from petitions.organisers import queries as organisers
from petitions.signatures import queries as signatures
from petitions.signatures.models import Kind, Signature, State
from tests.conftest import DATABASES, Applications

MODEL = "eu-delegation-kazakhstan"
ANSWERED = "mysal-library-evenings"
COMING = "mysal-winter-air"
EVERYBODY = signatories()
FEW = tuple(
    one
    for number, one in enumerate(EVERYBODY)
    if one.fate != "verified" or one.kind == "organisation" or number % 60 == 0
)
FEW_READERS = readers(5)


def furnish(app: Flask) -> str:
    """Run `flask demo`; return what it says."""
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 0, result.output
    return str(result.output)


def fates_of(slug: str) -> Counter[str]:
    """Count the register of an appeal by state."""
    appeal = appeals.appeal_by_slug(slug)
    return Counter(
        {
            one.state.value: one.people + one.organisations
            for one in signatures.states_of(appeal.id)
            if one.people + one.organisations
        }
    )


def waiting() -> list[EmailAddress]:
    """Return to whom letters are waiting, taking them out of the outbox."""
    with transaction():
        return [letter.to for letter in mail.intercept(outbox.waiting())]


def few_come(patch: pytest.MonkeyPatch, people: tuple[Invented, ...] = FEW) -> None:
    """Let other people come than the whole eight hundred."""
    patch.setattr(demo, "BATCH", 25)
    patch.setitem(demo.CROWDS, MODEL, lambda: people)
    patch.setitem(demo.CROWDS, ANSWERED, lambda: FEW_READERS)


def in_development(app: Flask) -> Flask:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], development=True)
    return app


@pytest.fixture
def house(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An empty house in development, to which few people come."""
    few_come(monkeypatch)
    return in_development(own_app)


@pytest.fixture(scope="module", params=DATABASES)
def furnished(request: pytest.FixtureRequest, applications: Applications) -> Iterator[Flask]:
    """A house in which `flask demo` has run; for tests that only look."""
    with applications.own(request.param) as app:
        with pytest.MonkeyPatch.context() as patch:
            few_come(patch)
            furnish(in_development(app))
        yield app


def login_of(app: Flask) -> Path:
    settings: Settings = app.config["SETTINGS"]
    return settings.instance_dir / "demo-login.txt"


def test_production_is_never_furnished(app: Flask, commands: FlaskCliRunner) -> None:
    result = commands.invoke(args=["demo"])
    assert result.exit_code == 1
    assert "no place in production" in result.output
    assert not login_of(app).exists()
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 0


def test_everybody_meets_their_fate(furnished: Flask) -> None:
    with furnished.app_context():
        assert fates_of(MODEL) == Counter(one.fate for one in FEW)
        assert fates_of(ANSWERED) == {"verified": len(FEW_READERS)}
        assert fates_of(COMING) == {}


def test_the_tallies_are_derived(furnished: Flask) -> None:
    with furnished.app_context():
        count = signatures.count_of(appeals.appeal_by_slug(MODEL).id)
    verified = Counter(one.kind for one in FEW if one.fate == "verified")
    assert (count.people, count.organisations) == (verified["person"], verified["organisation"])
    assert count.organisations == 8


def test_the_people_are_found_in_the_register_as_they_are(furnished: Flask) -> None:
    with furnished.app_context():
        appeal = appeals.appeal_by_slug(MODEL)
        key = appeals.key_of(appeal.id)
        rows = db.session.scalars(
            select(Signature).where(Signature.appeal_id == appeal.id).order_by(Signature.id)
        ).all()
        entries = [signatures.opened(row, key) for row in rows]
        texts = {
            appeals.appeal_text(MODEL, lang, at=clock.now()).version_id: lang for lang in LANGUAGES
        }
    people = [entry.person for entry in entries if entry.person]
    assert [(one.name, one.latin_name, one.town) for one in people] == [
        (one.name, one.latin_name, one.town) for one in FEW
    ]
    assert [texts[row.version_id] for row in rows] == [one.lang for one in FEW]
    struck = {row.reason for row in rows if row.state is State.STRUCK}
    assert struck == {"duplicate", "not_a_person", "on_request"}
    assert sum(row.kind is Kind.ORGANISATION for row in rows) == 8


def test_all_happened_in_the_right_order_and_before_now(furnished: Flask) -> None:
    with furnished.app_context():
        opened_at = appeals.appeal_by_slug(MODEL).opened_at
        appeal_id = appeals.appeal_by_slug(MODEL).id
        rows = db.session.scalars(
            select(Signature).where(Signature.appeal_id == appeal_id).order_by(Signature.id)
        ).all()
    now = clock.now()
    assert opened_at is not None
    assert timedelta(days=12) <= now - opened_at < timedelta(days=13)
    entered = [row.entered_at for row in rows]
    assert entered == sorted(entered)
    assert opened_at < entered[0]
    for row in rows:
        assert row.entered_at <= (row.verified_at or now) <= (row.ended_at or now) <= now


def test_one_appeal_is_open_one_answered_and_one_is_coming(furnished: Flask) -> None:
    with furnished.app_context(), furnished.test_request_context("/"):
        now = clock.now()
        model, answered, coming = (
            appeals.appeal_text(slug, "en", at=now) for slug in (MODEL, ANSWERED, COMING)
        )
    assert model.accepts_signatures
    assert [update.kind for update in model.updates] == ["outcome"]
    assert (answered.state, coming.state) == (AppealState.CLOSED, AppealState.DRAFT)
    assert [update.kind for update in answered.updates] == ["answer"]
    assert coming.opens_at is not None
    assert coming.opens_at > now
    assert all(text.demonstration for text in (model, answered, coming))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_letter_and_its_outcome_speak_every_language(furnished: Flask, lang: str) -> None:
    with furnished.app_context(), furnished.test_request_context("/"):
        text = appeals.appeal_text(MODEL, lang, at=clock.now())
    assert "598" in text.updates[0].body
    assert text.updates[0].lang == lang
    assert len(text.initiators) == 8
    assert text.addressees[1].name in text.consent


def test_no_letter_to_an_invented_person_leaves_the_house(furnished: Flask) -> None:
    with furnished.app_context():
        assert waiting() == []


def test_letters_to_others_stay_in_the_outbox(house: Flask) -> None:
    somebody = EmailAddress("somebody@example.org")
    with house.app_context(), transaction():
        letter = Letter(somebody, "Good morning", "Good morning.", "", "en", "mail.test")
        mail.post(letter, at=clock.now())
    furnish(house)
    with house.app_context():
        assert waiting() == [somebody]


def test_a_second_run_says_the_login_and_changes_nothing(house: Flask) -> None:
    first = furnish(house)
    with house.app_context():
        fates, login = fates_of(MODEL), login_of(house).read_text()
    second = furnish(house)
    assert login.strip() in first
    assert second.strip() == login.strip()
    with house.app_context():
        assert fates_of(MODEL) == fates


def test_an_interrupted_run_is_taken_up_where_it_stopped(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_come(monkeypatch, FEW[:25])
    furnish(house)
    few_come(monkeypatch, FEW)
    assert f"{len(FEW) - 25} invented signatures" in furnish(house)
    with house.app_context():
        assert fates_of(MODEL) == Counter(one.fate for one in FEW)


def test_the_login_is_for_its_owner_s_eyes_and_opens_the_desk(furnished: Flask) -> None:
    assert stat.S_IMODE(login_of(furnished).stat().st_mode) == 0o600
    with furnished.app_context():
        assert opens_the_desk(login_of(furnished))


def opens_the_desk(file: Path) -> bool:
    """Whether the login is right, and its account runs the appeals of the demonstration."""
    login = dict(line.split(maxsplit=1) for line in file.read_text().splitlines())
    account = organisers.account_by_email(EmailAddress(login["organiser"]))
    assert account is not None
    teams = [mandate.team_id for mandate in account.mandates]
    assert teams == [appeals.appeal_by_slug(MODEL).team_id]
    return bool(verify_password(login["password"], account.password or ""))


def test_the_login_of_an_earlier_house_is_replaced(house: Flask) -> None:
    login_of(house).write_text("organiser     organiser@example.org\npassword      of old\n")
    furnish(house)
    with house.app_context():
        assert opens_the_desk(login_of(house))


def test_a_lost_login_is_replaced(house: Flask) -> None:
    furnish(house)
    lost = login_of(house).read_text()
    login_of(house).unlink()
    assert ORGANISER in furnish(house)
    assert login_of(house).read_text() != lost


@pytest.mark.slow
@pytest.mark.timeout(400)  # nine hundred letters, on a machine that may have more to do
def test_the_whole_demonstration_counts_what_the_model_case_counts(
    applications: Applications,
) -> None:
    with applications.own("sqlite") as app:
        assert "929 invented signatures" in furnish(in_development(app))
        with app.app_context():
            count = signatures.count_of(appeals.appeal_by_slug(MODEL).id)
    assert (count.people, count.organisations) == (817, 8)
