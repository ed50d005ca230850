"""The journal: it only grows, and holds nobody's data."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from petitions.audit import queries, services
from petitions.audit.models import Actor, AuditEntry, NeverChanged
from petitions.audit.queries import Deed
from petitions.core.db import db, new_id, transaction

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def appeal() -> UUID:
    """The id of something that deeds are done to."""
    return new_id()


def record(appeal: UUID, verb: str = "lists.export", at: datetime = MORNING) -> None:
    with transaction():
        services.record(verb, by=None, at=at, subject=("appeal", appeal), details={"rows": 3})


def entry() -> AuditEntry:
    found = db.session.scalars(select(AuditEntry)).one()
    assert found.verb == "lists.export"
    return found


def test_who_did_what_when_is_read_back_oldest_first(app: Flask, appeal: UUID) -> None:
    ann = new_id()
    with transaction():
        services.record(
            "lists.export",
            by=ann,
            at=MORNING,
            subject=("appeal", appeal),
            details={"format": "pdf", "rows": 1204},
        )
    record(appeal, "appeals.close", MORNING + timedelta(hours=1))
    record(new_id(), "appeals.open")
    assert queries.deeds_on("appeal", appeal) == (
        Deed(MORNING, Actor.ORGANISER, ann, "lists.export", {"format": "pdf", "rows": 1204}),
        Deed(MORNING + timedelta(hours=1), Actor.HOUSE, None, "appeals.close", {"rows": 3}),
    )


def test_a_deed_that_was_undone_is_not_in_the_journal(app: Flask, appeal: UUID) -> None:
    def act_and_fail() -> None:
        with transaction():
            services.record("lists.export", by=None, at=MORNING, subject=("appeal", appeal))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act_and_fail()
    assert queries.deeds_on("appeal", appeal) == ()


def test_an_entry_cannot_be_changed(app: Flask, appeal: UUID) -> None:
    record(appeal)

    def falsify() -> None:
        with transaction():
            entry().verb = "lists.burn"

    with pytest.raises(NeverChanged):
        falsify()
    assert entry().verb == "lists.export"


def test_an_entry_cannot_be_deleted(app: Flask, appeal: UUID) -> None:
    record(appeal)

    def tear_out() -> None:
        with transaction():
            db.session.delete(entry())

    with pytest.raises(NeverChanged):
        tear_out()
    entry()


@pytest.mark.parametrize("statement", [delete(AuditEntry), update(AuditEntry).values(verb="a.b")])
def test_nor_can_many_at_once(app: Flask, appeal: UUID, statement: object) -> None:
    record(appeal)

    def sweep() -> None:
        with transaction():
            db.session.execute(statement)  # type: ignore[call-overload]

    with pytest.raises(NeverChanged):
        sweep()
    entry()


@pytest.mark.parametrize("verb", ["export", "lists.", "Lists.export", "lists export"])
def test_a_deed_is_named_by_room_and_verb(app: Flask, appeal: UUID, verb: str) -> None:
    with pytest.raises(ValueError, match="verb of a room"):
        services.record(verb, by=None, at=MORNING, subject=("appeal", appeal))


def test_an_address_does_not_get_into_the_journal(app: Flask, appeal: UUID) -> None:
    with pytest.raises(ValueError, match="e-mail address") as caught:
        services.record(
            "organisers.invite",
            by=None,
            at=MORNING,
            subject=("account", appeal),
            details={"to": "ann@example.org"},
        )
    assert "ann@" not in str(caught.value)
