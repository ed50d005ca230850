"""The register as a machine: whatever is done to it, in whatever order, its laws hold."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from petitions.core.address import EmailAddress
from petitions.core.db import db, transaction
from petitions.core.tokens import token_digest
from petitions.signatures import queries
from petitions.signatures import services as register
from petitions.signatures.models import Kind, Signature, State, StrikeReason, Tally, Visibility
from petitions.signatures.person import Person
from petitions.signatures.rules import NotPossibleNow
from petitions.signatures.services import EnterSignature
from petitions.verification import services as verification
from petitions.verification.models import VALID_FOR
from tests.conftest import A_MORNING
from tests.factories import appeals
from tests.factories.appeals import Furnished, key_of

MAILBOXES = ("suzie@example.org", "sam@example.org", "айгүл@example.kz")
LEGAL: dict[str, dict[str, str]] = {
    "confirm": {"pending": "verified"},
    "withdraw": {
        "pending": "withdrawn",
        "verified": "withdrawn",
        "quarantined": "withdrawn",
    },
    "strike": {"pending": "struck", "verified": "struck", "quarantined": "struck"},
    "quarantine": {"pending": "quarantined", "verified": "quarantined"},
    "expire": {"pending": "expired"},
    "renew": {"pending": "pending", "withdrawn": "pending"},
}
"""Every step that there is: from which state it leads to which. All others are refused."""
ERASING = {"expire"}
numbers = count()
mailboxes = st.sampled_from(MAILBOXES)
kinds = st.sampled_from(Kind)


def entry(appeal: Furnished, mailbox: str, kind: Kind = Kind.PERSON) -> EnterSignature:
    return EnterSignature(
        appeal_id=appeal.id,
        version_id=appeal.versions["en"],
        mailbox=key_of(appeal).digest(mailbox),
        person=Person(name="Suzie Quatermass", email=EmailAddress(mailbox), town="Semey"),
        kind=kind,
        visibility=Visibility.PUBLIC,
        country="KZ",
        lang="en",
        source=None,
        news=False,
    )


def take(signature: Signature, verb: str) -> None:
    """Do one step of the table to a row."""
    steps = {
        "confirm": lambda: signature.confirm(A_MORNING),
        "withdraw": lambda: signature.withdraw(A_MORNING),
        "strike": lambda: signature.strike(StrikeReason.OTHER, "a note", A_MORNING),
        "quarantine": lambda: signature.quarantine("a note"),
        "expire": lambda: signature.expire(A_MORNING),
    }
    steps[verb]()


class Register(RuleBasedStateMachine):
    """A few mailboxes under one appeal, and what should have become of each."""

    def __init__(self) -> None:
        super().__init__()
        self.appeal = appeals.opened(f"machine-{next(numbers)}", ("en",))
        self.key = key_of(self.appeal)
        self.standing: dict[str, UUID] = {}
        self.states: dict[UUID, str] = {}
        self.kinds: dict[UUID, Kind] = {}
        self.erased: set[UUID] = set()

    @rule(mailbox=mailboxes, kind=kinds)
    def sign(self, mailbox: str, kind: Kind) -> None:
        command, key = entry(self.appeal, mailbox, kind), self.key
        with transaction():
            row = register.enter(command, key, at=A_MORNING)
            entered = row.id if row else None
        assert (entered is None) == (mailbox in self.standing)
        if entered:
            self.standing[mailbox] = entered
            self.states[entered], self.kinds[entered] = "pending", kind

    @rule(mailbox=mailboxes, kind=kinds)
    def sign_again(self, mailbox: str, kind: Kind) -> None:
        if mailbox not in self.standing:
            return
        command, key = entry(self.appeal, mailbox, kind), self.key
        with transaction():
            row = register.by_mailbox_for_change(self.appeal.id, command.mailbox)
            assert row is not None
            if row.state in LEGAL["renew"]:
                register.renew(row, command, key, at=A_MORNING)
                self.states[row.id], self.kinds[row.id] = "pending", kind
            else:
                with pytest.raises(NotPossibleNow):
                    register.renew(row, command, key, at=A_MORNING)

    @rule(mailbox=mailboxes, verb=st.sampled_from(sorted(set(LEGAL) - {"renew"})))
    def step(self, mailbox: str, verb: str) -> None:
        if (known := self.standing.get(mailbox)) is None:
            return
        target = LEGAL[verb].get(self.states[known])
        with transaction():
            row = register.for_change(known)
            if target is None:
                with pytest.raises(NotPossibleNow):
                    take(row, verb)
            else:
                take(row, verb)
        if target is not None:
            self.states[known] = target
        if target is not None and verb in ERASING:
            self._forget(mailbox)

    @rule(mailbox=mailboxes)
    def burn(self, mailbox: str) -> None:
        if (known := self.standing.get(mailbox)) is None:
            return
        with transaction():
            register.for_change(known).burn(A_MORNING)
        self.states[known] = LEGAL["withdraw"].get(self.states[known], self.states[known])
        self._forget(mailbox)

    def _forget(self, mailbox: str) -> None:
        self.erased.add(self.standing.pop(mailbox))

    @invariant()
    def its_laws_hold(self) -> None:
        db.session.remove()
        mine = select(Signature).where(Signature.appeal_id == self.appeal.id)
        rows = {row.id: row for row in db.session.scalars(mine)}
        assert {i: row.state.value for i, row in rows.items()} == self.states
        self._a_mailbox_stands_once_at_most(rows.values())
        self._the_erased_leave_nothing([rows[i] for i in self.erased])
        self._all_others_open([row for i, row in rows.items() if i not in self.erased])

    def _a_mailbox_stands_once_at_most(self, rows: Iterable[Signature]) -> None:
        found = Counter(row.mailbox for row in rows if row.mailbox)
        assert found == Counter(self.key.digest(mailbox) for mailbox in self.standing)

    def _the_erased_leave_nothing(self, rows: Iterable[Signature]) -> None:
        for row in rows:
            assert (row.person, row.mailbox, row.link, row.note) == (None, None, None, None)

    def _all_others_open(self, rows: Iterable[Signature]) -> None:
        for row in rows:
            assert queries.opened(row, self.key).person is not None
            assert row.link == token_digest(register.link_token(self.key, row.id))

    @rule(times=st.integers(1, 2))
    def count(self, times: int) -> None:
        for _ in range(times):  # however often
            with transaction():
                register.recount(at=A_MORNING)
        db.session.remove()
        count = queries.count_of(self.appeal.id)
        verified = Counter(self.kinds[i] for i, state in self.states.items() if state == "verified")
        assert (count.people, count.organisations) == (
            verified[Kind.PERSON],
            verified[Kind.ORGANISATION],
        )

    def teardown(self) -> None:
        self.count(times=1)


def test_the_register_keeps_its_laws_in_whatever_order(app: Flask) -> None:
    run_state_machine_as_test(
        Register,
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("verb", sorted(set(LEGAL) - {"renew"}))
@pytest.mark.parametrize("state", list(State))
def test_only_the_steps_of_the_table_are_possible(state: State, verb: str) -> None:
    row = Signature(state=state)
    if (target := LEGAL[verb].get(state)) is None:
        with pytest.raises(NotPossibleNow):
            take(row, verb)
        assert row.state is state
    else:
        take(row, verb)
        assert row.state == target


@pytest.mark.parametrize("state", list(State))
def test_signing_again_undoes_no_decision(app: Flask, state: State) -> None:
    """Neither the signatory's own confirmation nor that of an organiser."""
    appeal = appeals.opened()
    key, command = key_of(appeal), entry(appeal, MAILBOXES[0])
    with transaction():
        row = register.enter(command, key, at=A_MORNING)
        assert row is not None
        row.state = state
        if state in LEGAL["renew"]:
            register.renew(row, command, key, at=A_MORNING)
        else:
            with pytest.raises(NotPossibleNow):
                register.renew(row, command, key, at=A_MORNING)
        assert row.state == LEGAL["renew"].get(state, state)


@pytest.mark.parametrize("state", list(State))
def test_whoever_wants_to_be_forgotten_is_in_whatever_state(state: State) -> None:
    row = Signature(state=state, person=b"x", mailbox=b"y", link=b"z", note="n")
    row.burn(A_MORNING)
    assert (row.person, row.mailbox, row.link, row.note) == (None, None, None, None)
    assert row.state not in (State.PENDING, State.VERIFIED, State.QUARANTINED)


# -- counting and expiring --------------------------------------------------------------------


def test_a_draft_has_no_tally_and_each_other_appeal_has_one(app: Flask) -> None:
    appeals.draft("later")
    one, two = appeals.opened("one"), appeals.closed(appeals.opened("two"))
    with transaction():
        assert register.recount(at=A_MORNING) == 2
    assert set(queries.counts_of([one.id, two.id])) == {one.id, two.id}


def test_a_wrong_tally_is_put_right_by_the_next_count(app: Flask) -> None:
    """Nothing is incremented, so nothing stays wrong."""
    appeal = appeals.opened()
    with transaction():
        db.session.add(
            Tally(appeal_id=appeal.id, people=999, organisations=-1, counted_at=A_MORNING)
        )
    with transaction():
        register.recount(at=A_MORNING)
    count = queries.count_of(appeal.id)
    assert (count.people, count.organisations) == (0, 0)


def test_expiring_forgets_who_never_confirmed_and_leaves_the_others(app: Flask) -> None:
    appeal = appeals.opened()
    key = key_of(appeal)
    later = A_MORNING + timedelta(days=1)
    with transaction():
        old = register.enter(entry(appeal, MAILBOXES[0]), key, at=A_MORNING)
        kept = register.enter(entry(appeal, MAILBOXES[1]), key, at=A_MORNING)
        new = register.enter(entry(appeal, MAILBOXES[2]), key, at=later)
        assert old
        assert kept
        assert new
        kept.confirm(A_MORNING)
        ids = [old.id, kept.id, new.id]
    with transaction():
        assert verification.expire(at=later + VALID_FOR, limit=200) == 1
    with transaction():
        assert verification.expire(at=later + VALID_FOR, limit=200) == 0
    db.session.remove()
    rows = [db.session.get_one(Signature, one) for one in ids]
    assert [row.state for row in rows] == ["expired", "verified", "pending"]
    assert [row.person is None for row in rows] == [True, False, False]


def test_expiring_takes_a_bounded_number_at_once(app: Flask) -> None:
    appeal = appeals.opened()
    key = key_of(appeal)
    with transaction():
        for n in range(7):
            register.enter(entry(appeal, f"s{n}@example.org"), key, at=A_MORNING)
    done = []
    for _ in range(4):
        with transaction():
            later = A_MORNING + timedelta(days=15)
            done.append(verification.expire(at=later, limit=3))
    assert done == [3, 3, 1, 0]
