"""An appeal is drawn up, frozen when it opens, and stands from then on."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from petitions.appeals import queries
from petitions.appeals import services as appeals
from petitions.appeals.models import Appeal, AppealKey, Kind, State, UpdateKind, Version
from petitions.appeals.queries import said_in
from petitions.appeals.rules import (
    AppealNotDraft,
    AppealNotFound,
    AppealNotOpen,
    AppealWithoutText,
    SlugTaken,
)
from petitions.appeals.services import DrawUpAppeal, WriteVersion
from petitions.audit.models import AuditEntry
from petitions.core.db import db, transaction
from tests.conftest import A_MORNING
from tests.factories import appeals as furnish
from tests.factories.appeals import LIBRARY, MAYOR, MINISTER

WORDS = WriteVersion("fr", "Encore", "Un texte.")


def version_of(appeal: furnish.Furnished, lang: str) -> Version:
    db.session.remove()
    return db.session.get_one(Version, appeal.versions[lang])


# -- opening ----------------------------------------------------------------------------------


def test_opening_freezes_and_hashes_every_text(app: Flask) -> None:
    draft = furnish.draft()
    for lang in draft.versions:
        version = version_of(draft, lang)
        assert (version.frozen_at, version.digest) == (None, None)
    with transaction():
        appeals.open_appeal(draft.id, at=A_MORNING, by=None)
    digests = set()
    for lang in draft.versions:
        version = version_of(draft, lang)
        assert version.frozen_at == A_MORNING
        assert version.digest is not None
        digests.add(version.digest)
    assert len(digests) == 3
    assert db.session.get_one(Appeal, draft.id).state is State.OPEN


@pytest.mark.parametrize("lang", ["en", "ru", "kk"])
def test_the_digest_can_be_made_again_by_anybody(app: Flask, lang: str) -> None:
    """From what stands on the page: one JSON object, UTF-8, keys sorted, no spaces."""
    opened = furnish.opened()
    text = queries.appeal_text(opened.slug, lang, at=A_MORNING)
    told = {
        "title": text.title,
        "body": text.source,
        "demands": list(text.demands),
        "consent": text.consent,
        "lang": lang,
        "addressees": [{"name": a.name, "office": a.office} for a in text.addressees],
    }
    written = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert sha256(written.encode()).hexdigest() == text.digest
    assert version_of(opened, lang).digest == bytes.fromhex(text.digest)


@pytest.mark.parametrize("part", ["title", "body", "demands", "consent", "lang"])
def test_each_part_of_the_text_counts(app: Flask, part: str) -> None:
    opened = furnish.opened()
    version = version_of(opened, "en")
    appeal = db.session.get_one(Appeal, opened.id)
    before = appeals.frozen_text(appeal, version)
    setattr(version, part, ["x"] if part == "demands" else "x")
    assert appeals.frozen_text(appeal, version) != before
    db.session.rollback()


def test_an_appeal_opens_once(app: Flask) -> None:
    opened = furnish.opened()
    with pytest.raises(AppealNotDraft), transaction():
        appeals.open_appeal(opened.id, at=A_MORNING, by=None)


def test_a_closed_appeal_does_not_open_again(app: Flask) -> None:
    closed = furnish.closed(furnish.opened())
    with pytest.raises(AppealNotDraft), transaction():
        appeals.open_appeal(closed.id, at=A_MORNING, by=None)


def test_an_appeal_without_words_does_not_open(app: Flask) -> None:
    draft = furnish.draft(langs=("en",))
    with transaction():
        db.session.execute(Version.__table__.delete())  # type: ignore[attr-defined]
    with pytest.raises(AppealWithoutText), transaction():
        appeals.open_appeal(draft.id, at=A_MORNING, by=None)


def test_an_appeal_to_nobody_does_not_open(app: Flask) -> None:
    draft = furnish.draft(addressees=())
    with pytest.raises(AppealWithoutText), transaction():
        appeals.open_appeal(draft.id, at=A_MORNING, by=None)


def test_an_appeal_needs_a_text_in_its_own_language(app: Flask) -> None:
    team_id = furnish.team()
    with transaction():
        appeal = appeals.draw_up(
            DrawUpAppeal("museum", Kind.PETITION, "kk", team_id), at=A_MORNING, by=None
        )
        appeals.address(appeal.id, [MAYOR])
        appeals.write(appeal.id, LIBRARY["en"])
    with pytest.raises(AppealWithoutText), transaction():
        appeals.open_appeal(appeal.id, at=A_MORNING, by=None)


def test_an_open_appeal_takes_no_other_words(app: Flask) -> None:
    opened = furnish.opened()
    with pytest.raises(AppealNotDraft), transaction():
        appeals.write(opened.id, WORDS)
    assert set(queries.languages_of(opened.slug)) == {"en", "kk", "ru"}


def test_an_open_appeal_takes_no_other_addressee(app: Flask) -> None:
    """The consent names them, and the digest covers them."""
    opened = furnish.opened(addressees=(MAYOR,))
    with pytest.raises(AppealNotDraft), transaction():
        appeals.address(opened.id, [MINISTER])
    assert len(queries.addressees_of(opened.id, "en", "en")) == 1


def test_a_closed_appeal_takes_no_words_either(app: Flask) -> None:
    closed = furnish.closed(furnish.opened())
    with pytest.raises(AppealNotDraft), transaction():
        appeals.write(closed.id, WORDS)


# -- closing ----------------------------------------------------------------------------------


def test_only_an_open_appeal_closes(app: Flask) -> None:
    draft = furnish.draft()
    with pytest.raises(AppealNotOpen), transaction():
        appeals.close(draft.id, at=A_MORNING, by=None)
    with transaction():
        appeals.open_appeal(draft.id, at=A_MORNING, by=None)
    furnish.closed(draft)
    with pytest.raises(AppealNotOpen), transaction():
        appeals.close(draft.id, at=A_MORNING, by=None)


def test_an_appeal_accepts_signatures_from_opening_to_its_last_moment(app: Flask) -> None:
    end = A_MORNING + timedelta(days=7)
    opened = furnish.opened(closes_at=end)
    appeal = queries.appeal_by_slug(opened.slug)
    assert appeal.accepts_signatures(A_MORNING)
    assert appeal.accepts_signatures(end - timedelta(microseconds=1))
    assert not appeal.accepts_signatures(end)
    draft = furnish.draft("museum")
    assert not queries.appeal_by_slug(draft.slug).accepts_signatures(A_MORNING)


def test_when_its_day_is_over_an_appeal_says_that_it_is_closed(app: Flask) -> None:
    end = A_MORNING + timedelta(days=7)
    furnish.opened(closes_at=end)
    with app.test_request_context():
        before = queries.appeal_text("library", "en", at=A_MORNING)
        after = queries.appeal_text("library", "en", at=end)
        assert (before.state, before.state_name) == (State.OPEN, "Open for signature")
        assert (after.state, after.state_name) == (State.CLOSED, "Closed")


def keep_hours(app: Flask, at: datetime) -> int | None:
    (job,) = [job for job in app.extensions["timetable"].jobs if job.name == "appeals.keep_hours"]
    done: int | None = job.run(at)
    db.session.remove()
    return done


def test_the_worker_closes_what_has_reached_its_last_moment(app: Flask) -> None:
    end = A_MORNING + timedelta(days=7)
    furnish.opened("one", closes_at=end)
    furnish.opened("two")
    assert keep_hours(app, end - timedelta(seconds=1)) == 0
    assert keep_hours(app, end) == 1
    assert keep_hours(app, end + timedelta(minutes=1)) == 0
    rows = db.session.execute(select(Appeal.slug, Appeal.state)).all()
    assert {tuple(row) for row in rows} == {("one", "closed"), ("two", "open")}


def test_the_worker_opens_what_was_announced_and_has_words(app: Flask) -> None:
    start = A_MORNING + timedelta(days=3)
    ready = furnish.draft("ready", opens_at=start)
    furnish.draft("unaddressed", addressees=(), opens_at=start)
    furnish.draft("unannounced")
    assert keep_hours(app, start - timedelta(seconds=1)) == 0
    assert keep_hours(app, start) == 1
    rows = db.session.execute(select(Appeal.slug, Appeal.state)).all()
    assert {tuple(row) for row in rows} == {
        ("ready", "open"),
        ("unaddressed", "draft"),
        ("unannounced", "draft"),
    }
    assert version_of(ready, "ru").digest is not None


def test_what_is_done_to_an_appeal_stands_in_the_journal(app: Flask) -> None:
    furnish.closed(furnish.opened())
    verbs = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert [v for v in verbs if v.startswith("appeals.")] == [
        "appeals.draw_up",
        "appeals.open",
        "appeals.close",
    ]


# -- addresses and keys -----------------------------------------------------------------------


def test_an_address_is_given_once(app: Flask) -> None:
    furnish.draft()
    with pytest.raises(SlugTaken):
        furnish.draft()


def test_a_taken_address_leaves_nothing_behind(app: Flask) -> None:
    furnish.draft()
    with pytest.raises(SlugTaken):
        furnish.draft(langs=("en",))
    assert len(db.session.scalars(select(Appeal.id)).all()) == 1
    assert len(db.session.scalars(select(AppealKey.appeal_id)).all()) == 1


def test_each_appeal_has_a_key_of_its_own(app: Flask) -> None:
    one, two = furnish.draft("one"), furnish.draft("two")
    digests = {furnish.key_of(a).digest("suzie@example.org") for a in (one, two)}
    assert len(digests) == 2


def test_without_its_key_an_appeal_s_people_are_sealed_for_ever(app: Flask) -> None:
    opened = furnish.opened()
    with transaction():
        db.session.delete(db.session.get_one(AppealKey, opened.id))
    with pytest.raises(AppealNotFound):
        queries.key_of(opened.id)
    with pytest.raises(AppealNotFound):
        queries.ballot(opened.slug, "en", None, at=A_MORNING)


# -- reading ----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ru", "kk", "fr"])
def test_the_consent_names_the_addressees_in_the_language_of_the_text(
    app: Flask, lang: str
) -> None:
    opened = furnish.opened(langs=("en", "ru", "kk", "fr"))
    consent = version_of(opened, lang).consent
    for addressee in (MAYOR, MINISTER):
        assert addressee.name.get(lang, addressee.name["en"]) in consent


def test_each_language_consents_in_its_own_words(app: Flask) -> None:
    opened = furnish.opened(langs=("en", "ru", "kk", "fr"))
    names = [n for a in (MAYOR, MINISTER) for n in a.name.values()]
    said = set()
    for lang in opened.versions:
        consent = version_of(opened, lang).consent
        for name in names:
            consent = consent.replace(name, "")
        said.add(consent)
    assert len(said) == 4


@pytest.mark.parametrize(
    ("names", "listed"),
    [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (list("ABC"), "A, B and C")],
)
def test_names_are_listed_as_a_sentence_lists_them(app: Flask, names: str, listed: str) -> None:
    assert f"put before {listed} as I" in appeals.consent_sentence(names, "en")


@pytest.mark.parametrize(
    ("lang", "said"),
    [("kk", "хат"), ("ru", "letter"), ("en", "letter"), ("xx", "letter")],
)
def test_a_text_is_said_in_the_language_asked_for_else_in_the_original(
    lang: str, said: str
) -> None:
    assert said_in({"kk": "хат", "en": "letter", "ru": ""}, lang, "en") == said


def test_a_text_in_neither_language_is_said_in_any_and_none_is_empty() -> None:
    assert said_in({"kk": "хат"}, "fr", "ru") == "хат"
    assert said_in({}, "fr", "ru") == ""


def test_the_original_language_stands_first(app: Flask) -> None:
    furnish.opened("museum", ("ru", "en", "kk"))
    assert queries.languages_of("museum")[0] == "ru"
    with app.test_request_context():
        text = queries.appeal_text("museum", "en", at=A_MORNING)
        assert text.languages[0] == "ru"
        assert set(text.languages) == {"ru", "en", "kk"}


def test_an_appeal_does_not_speak_a_language_without_a_text(app: Flask) -> None:
    furnish.opened()
    with pytest.raises(AppealNotFound):
        queries.appeal_text("library", "fr", at=A_MORNING)


def test_a_ballot_of_a_draft_takes_no_signature(app: Flask) -> None:
    draft = furnish.draft()
    ballot = queries.ballot(draft.slug, "en", None, at=A_MORNING)
    assert not ballot.accepts_signatures
    assert not queries.ballot_of_version(draft.versions["en"], at=A_MORNING).accepts_signatures


def test_a_ballot_names_the_text_that_was_read(app: Flask) -> None:
    opened, other = furnish.opened(), furnish.opened("museum")
    read = opened.versions["ru"]
    ballot = queries.ballot("library", "ru", read, at=A_MORNING)
    assert (ballot.version_id, ballot.lang) == (read, "ru")
    assert ballot.accepts_signatures
    for wrong in (other.versions["ru"], UUID(int=1)):
        with pytest.raises(AppealNotFound):
            queries.ballot("library", "ru", wrong, at=A_MORNING)


@pytest.mark.parametrize(("lang", "read"), [("ru", "ru"), ("en", "en"), ("de", "en")])
def test_who_does_not_say_which_text_was_read_read_the_one_in_that_language(
    app: Flask, lang: str, read: str
) -> None:
    opened = furnish.opened()
    ballot = queries.ballot("library", lang, None, at=A_MORNING)
    assert ballot.version_id == opened.versions[read]


def test_news_are_told_in_the_reader_s_language_or_the_original_and_say_which(app: Flask) -> None:
    opened = furnish.opened()
    for title in ({"en": "News", "ru": "Новости"}, {"en": "More"}):
        with transaction():
            appeals.report(opened.id, UpdateKind.UPDATE, title, {"en": "Words."}, at=A_MORNING)
    with app.test_request_context():
        updates = queries.appeal_text("library", "ru", at=A_MORNING).updates
        assert {(u.title, u.lang) for u in updates} == {("Новости", "ru"), ("More", "en")}


def test_an_organiser_finds_only_the_appeals_of_the_own_team(app: Flask) -> None:
    furnish.draft()
    other = furnish.team("Another team")
    assert queries.cards_of_teams([other], "en") == ()
    assert [c.slug for c in queries.cards_of_teams([furnish.team()], "en")] == ["library"]


# -- commands ---------------------------------------------------------------------------------


def test_commands_open_and_close(commands: FlaskCliRunner) -> None:
    furnish.draft()
    done = commands.invoke(args=["appeals", "open", "library"])
    assert (done.exit_code, done.output) == (0, "library is open for signature.\n")
    done = commands.invoke(args=["appeals", "close", "library"])
    assert (done.exit_code, done.output) == (0, "library is closed.\n")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["open", "nowhere"], "There is no appeal at this address."),
        (["close", "library"], "This appeal is not open for signature."),
    ],
)
def test_a_command_that_cannot_says_why(
    commands: FlaskCliRunner, args: list[str], words: str
) -> None:
    furnish.draft()
    done = commands.invoke(args=["appeals", *args])
    assert done.exit_code == 1
    assert words in done.output


def test_demands_and_initiators_stand_in_their_order(app: Flask) -> None:
    initiators = [{"en": name} for name in ("Zoe", "Ann", "Mia")]
    furnish.opened(
        texts={"en": replace(LIBRARY["en"], demands=("c", "a", "b"))},
        langs=("en",),
        initiators=initiators,
    )
    with app.test_request_context():
        text = queries.appeal_text("library", "en", at=A_MORNING)
        assert text.demands == ("c", "a", "b")
        assert text.initiators == ("Zoe", "Ann", "Mia")
        assert [a.name for a in text.addressees] == [
            "The Mayor of Semey",
            "The Minister of Culture",
        ]
