"""What the house reads of its register: days, states, pages; and only its own people."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from petitions.core.db import db, transaction
from petitions.core.vault import SealBroken
from petitions.signatures import queries
from petitions.signatures.models import Kind, Signature, State
from petitions.signatures.rules import SignatureNotFound
from tests.conftest import A_MORNING, dispose_of
from tests.factories import appeals, signatures
from tests.factories.appeals import key_of


def test_a_day_is_a_day_of_utc_whatever_the_server_s_clock(own_app: Flask) -> None:
    late = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)  # the third of March in Almaty
    with own_app.app_context():
        if db.engine.dialect.name == "postgresql":
            name = db.session.scalar(text("SELECT current_database()"))
            db.session.execute(text(f"ALTER DATABASE {name} SET timezone TO 'Asia/Almaty'"))
            db.session.commit()
            dispose_of(own_app)
        appeal = appeals.opened()
        signatures.confirmed(appeal, "suzie@example.org", at=late)
        assert [day.day for day in queries.days_of(appeal.id)] == [date(2026, 3, 2)]
    dispose_of(own_app)


def test_days_add_up_people_and_organisations_apart(app: Flask) -> None:
    appeal = appeals.opened()
    for n, (kind, days) in enumerate(
        [(Kind.PERSON, 0), (Kind.PERSON, 0), (Kind.ORGANISATION, 0), (Kind.PERSON, 2)]
    ):
        at = A_MORNING + timedelta(days=days)
        signatures.confirmed(appeal, f"s{n}@example.org", kind=kind, at=at)
    signatures.signed(appeal, "pending@example.org")
    shown = [(d.people, d.organisations, d.total) for d in queries.days_of(appeal.id)]
    assert shown == [(2, 1, 3), (1, 0, 4)]


def test_states_are_all_told_also_the_empty_ones(app: Flask) -> None:
    appeal = appeals.opened()
    signatures.signed(appeal, "suzie@example.org")
    signatures.confirmed(appeal, "sam@example.org", kind=Kind.ORGANISATION)
    told = {c.state: (c.people, c.organisations) for c in queries.states_of(appeal.id)}
    assert list(told) == list(State)
    assert told[State.PENDING] == (1, 0)
    assert told[State.VERIFIED] == (0, 1)
    assert sum(sum(pair) for pair in told.values()) == 2


def test_the_desk_pages_from_the_newest_to_the_oldest(app: Flask) -> None:
    appeal = appeals.opened()
    for n in range(5):
        signatures.sign(appeal, f"s{n}@example.org", name=f"Signatory {'I' * (n + 1)}")
    key = key_of(appeal)
    seen: list[str] = []
    before = None
    while page := queries.newest_first(appeal.id, key, limit=2, before=before):
        seen += [entry.person.name for entry in page if entry.person]
        before = page[-1].id
    assert seen == [f"Signatory {'I' * n}" for n in (5, 4, 3, 2, 1)]


@pytest.mark.parametrize(
    ("text", "found"), [("нұр", 1), ("NUR", 1), ("семей", 2), ("x", 0), ("example.org", 0)]
)
def test_the_desk_finds_by_name_and_town_and_never_by_address(
    app: Flask, text: str, found: int
) -> None:
    appeal = appeals.opened()
    signatures.sign(appeal, "a@example.org", name="Айгүл Нұр", latin_name="Aigul Nur", town="Семей")
    signatures.sign(appeal, "b@example.org", name="Sam Beckett", town="Семей")
    shown = queries.newest_first(appeal.id, key_of(appeal), limit=10, text=text)
    assert len(shown) == found


def test_a_signature_of_another_appeal_is_not_found_here(app: Flask) -> None:
    one, two = appeals.opened("one"), appeals.opened("two")
    entered = signatures.signed(one, "suzie@example.org")
    assert queries.entry_by_id(one.id, entered.id, key_of(one)).id == entered.id
    with pytest.raises(SignatureNotFound):
        queries.entry_by_id(two.id, entered.id, key_of(two))


def test_a_person_copied_to_another_row_does_not_open(app: Flask) -> None:
    appeal = appeals.opened()
    one = signatures.signed(appeal, "one@example.org")
    two = signatures.signed(appeal, "two@example.org")
    with transaction():
        stolen = db.session.get_one(Signature, one.id).person
        db.session.get_one(Signature, two.id).person = stolen
    row = db.session.scalars(select(Signature).where(Signature.id == two.id)).one()
    with pytest.raises(SealBroken):
        queries.opened(row, key_of(appeal))


def test_a_long_list_is_read_to_its_end_and_each_name_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "CHUNK", 3)
    appeal = appeals.opened()
    for n in range(7):
        signatures.confirmed(appeal, f"s{n}@example.org")
    signatures.signed(appeal, "pending@example.org")
    key = key_of(appeal)
    read = [entry.id for entry in queries.verified_entries(appeal.id, key, Kind.PERSON)]
    assert len(read) == len(set(read)) == 7
    assert read == sorted(read)
