"""Many at the same moment, on each database: nobody fails, and nobody is entered twice."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TypeVar

from flask import Flask
from sqlalchemy import func, select

from petitions.appeals.rules import AppealNotOpen
from petitions.core.address import EmailAddress
from petitions.core.db import db, transaction
from petitions.privacy import services as privacy
from petitions.signatures.models import Signature, State
from petitions.signatures.rules import NotPossibleNow, SignatureNotFound
from petitions.signing import services as signing
from petitions.verification import services as verification
from petitions.verification.models import LETTERS_A_DAY, Confirmation
from petitions.verification.reference import Reference
from petitions.verification.rules import LinkUnknown
from tests.conftest import A_MORNING, Outbox, dispose_of
from tests.factories import appeals, signatures

CROWD = 20
T = TypeVar("T")


def at_once(app: Flask, does: Callable[[int], T], crowd: int = CROWD) -> list[T]:
    """Let many do the same thing at the same moment, each on a connection of their own."""
    together = Barrier(crowd)

    def one(n: int) -> T:
        with app.app_context():
            together.wait(30)
            return does(n)

    with ThreadPoolExecutor(crowd) as pool:
        return list(pool.map(one, range(crowd)))


def sign(email: str) -> str:
    with transaction():
        return signing.sign(replace(signatures.SUZIE, email=EmailAddress(email)), at=A_MORNING)


def rows() -> int:
    db.session.remove()
    return db.session.scalar(select(func.count()).select_from(Signature)) or 0


def test_twenty_who_sign_with_one_mailbox_are_one(own_app: Flask) -> None:
    with own_app.app_context():
        appeals.opened()
    references = at_once(own_app, lambda _: sign("suzie@example.org"))
    assert len({len(one) for one in references}) == 1
    with own_app.app_context():
        assert rows() == 1
        letters = Outbox().letters()
        assert len(letters) == LETTERS_A_DAY
        assert db.session.scalar(select(func.count()).select_from(Confirmation)) == len(letters)
        newest = signatures.confirm_token(letters[-1])
        with transaction():
            assert verification.confirm(newest, at=A_MORNING).first_time
    dispose_of(own_app)


def test_twenty_who_sign_with_their_own_are_twenty(own_app: Flask) -> None:
    with own_app.app_context():
        appeals.opened()
    at_once(own_app, lambda n: sign(f"s{n}@example.org"))
    with own_app.app_context():
        assert rows() == CROWD
        assert len(Outbox().letters()) == CROWD
    dispose_of(own_app)


def test_a_button_pressed_by_many_at_once_confirms_once(own_app: Flask) -> None:
    with own_app.app_context():
        token = signatures.signed(appeals.opened(), "suzie@example.org").token

    def press(_: int) -> bool:
        with transaction():
            return verification.confirm(token, at=A_MORNING).first_time

    assert Counter(at_once(own_app, press, 10)) == {True: 1, False: 9}
    dispose_of(own_app)


def test_wrong_codes_typed_at_once_are_each_counted(own_app: Flask) -> None:
    """Else many guesses at the same moment would count as one."""
    with own_app.app_context():
        appeal = appeals.opened()
        entered = signatures.signed(appeal, "suzie@example.org")
        digest, key = signatures.digest_of(appeal, "suzie@example.org"), appeals.key_of(appeal)
        signed = Reference(digest, A_MORNING)
    wrong = f"{(int(entered.code) + 1) % 1_000_000:06}"

    def guess(_: int) -> bool:
        with transaction():
            answered = verification.confirm_by_code(appeal.id, signed, wrong, key, at=A_MORNING)
            return answered is not None

    assert not any(at_once(own_app, guess, 12))
    with own_app.app_context():
        assert db.session.scalars(select(Confirmation.wrong_codes)).one() == 5
    dispose_of(own_app)


def test_confirming_and_burning_at_once_leave_nobody_half_there(own_app: Flask) -> None:
    with own_app.app_context():
        entered = signatures.signed(appeals.opened(), "suzie@example.org")

    def either(n: int) -> str:
        try:
            with transaction():
                if n % 2:
                    privacy.burn(entered.own_token, at=A_MORNING)
                else:
                    verification.confirm(entered.token, at=A_MORNING)
        except (LinkUnknown, SignatureNotFound, NotPossibleNow) as error:
            return type(error).__name__
        return "done"

    at_once(own_app, either, 10)
    with own_app.app_context():
        row = db.session.get_one(Signature, entered.id)
        assert row.state is State.WITHDRAWN
        assert (row.person, row.mailbox, row.link) == (None, None, None)
    dispose_of(own_app)


def test_whoever_signs_while_it_closes_is_entered_or_told(own_app: Flask) -> None:
    with own_app.app_context():
        appeal = appeals.opened()

    def sign_or_close(n: int) -> str:
        try:
            if n == CROWD // 2:
                appeals.closed(appeal)
                return "closed"
            sign(f"s{n}@example.org")
        except AppealNotOpen:
            return "told"
        return "entered"

    outcomes = Counter(at_once(own_app, sign_or_close))
    assert outcomes["closed"] == 1
    assert outcomes["entered"] + outcomes["told"] == CROWD - 1
    with own_app.app_context():
        assert rows() == outcomes["entered"] == len(Outbox().letters())
        assert sign_after_closing() == "told"
    dispose_of(own_app)


def sign_after_closing() -> str:
    try:
        sign("late@example.org")
    except AppealNotOpen:
        return "told"
    return "entered"
