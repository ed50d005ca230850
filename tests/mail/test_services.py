"""The outbox: what is posted, taken in hand, and noted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from petitions.core.db import db, new_id, transaction
from petitions.core.vault import Vault
from petitions.mail import queries, services
from petitions.mail.models import MessageState, OutgoingMessage
from petitions.mail.services import Claim
from tests.mail.samples import MORNING, SECRET, letter_to

MINUTE = timedelta(minutes=1)


def post(address: str = "aigul@example.org") -> UUID:
    with transaction():
        return services.post(letter_to(address), at=MORNING)


def claim_one() -> Claim:
    with transaction():
        (claim,) = services.claim(at=MORNING)
    return claim


def message(message_id: UUID) -> OutgoingMessage:
    found = db.session.get(OutgoingMessage, message_id, populate_existing=True)
    assert found is not None
    return found


# -- posting ------------------------------------------------------------------------------------


def test_a_letter_goes_with_the_transaction_of_what_it_is_about(app: Flask) -> None:
    def sign_and_fail() -> None:
        with transaction():
            services.post(letter_to(), at=MORNING)
            db.session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        sign_and_fail()
    assert db.session.scalars(select(OutgoingMessage)).all() == []

    post()
    assert len(db.session.scalars(select(OutgoingMessage)).all()) == 1


def test_template_and_language_stay_open_and_all_else_is_sealed(app: Flask) -> None:
    row = message(post())
    assert (row.template, row.lang, row.state) == ("verification.confirm", "kk", "queued")
    assert row.sealed is not None
    for secret in (SECRET, "aigul", "confirm your signature"):
        assert secret.encode() not in row.sealed


def test_a_letter_opens_as_it_was_posted(app: Flask) -> None:
    post()
    assert services.opened(claim_one()) == letter_to()


def test_a_sealed_letter_opens_in_its_own_row_only(app: Flask) -> None:
    post()
    claim = claim_one()
    moved = Claim(new_id(), claim.sealed, claim.created_at, claim.until)
    with pytest.raises(services.Unreadable):
        services.opened(moved)


def test_a_letter_under_another_master_key_is_unreadable(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    post()
    claim = claim_one()
    monkeypatch.setitem(app.extensions, "vault", Vault(bytes(32)))
    with pytest.raises(services.Unreadable):
        services.opened(claim)


def test_a_letter_does_not_leave_before_its_time(app: Flask) -> None:
    with transaction():
        services.post(letter_to(), at=MORNING + MINUTE)
    assert not queries.is_anything_due(MORNING)
    assert queries.is_anything_due(MORNING + MINUTE)


# -- taking in hand -----------------------------------------------------------------------------


def test_a_letter_in_hand_is_nobody_else_s(app: Flask) -> None:
    post()
    claim_one()
    with transaction():
        assert services.claim(at=MORNING) == ()


def test_the_longest_due_come_first_and_not_all_at_once(app: Flask) -> None:
    with transaction():
        posted = [
            services.post(letter_to(), at=MORNING - minute * MINUTE)
            for minute in range(services.BATCH + 5)
        ]
    with transaction():
        claims = services.claim(at=MORNING)
    assert {claim.id for claim in claims} == set(posted[5:])


def test_a_claim_lapses_after_its_time_and_not_before(app: Flask) -> None:
    post()
    claim = claim_one()
    for at, expected in ((claim.until - MINUTE, 0), (claim.until, 1)):
        assert queries.is_anything_due(at) is bool(expected)
        with transaction():
            services.take_back_lapsed(at=at)
            assert len(services.claim(at=at)) == expected


def test_what_was_never_tried_is_given_back_as_it_was(app: Flask) -> None:
    row = post()
    with transaction():
        services.release([claim_one_within()])
    assert (message(row).state, message(row).attempts) == (MessageState.QUEUED, 0)
    assert claim_one().id == row


def claim_one_within() -> Claim:
    (claim,) = services.claim(at=MORNING)
    return claim


# -- noting what became of it -------------------------------------------------------------------


def test_what_was_accepted_is_erased_and_remembered(app: Flask) -> None:
    row = post()
    claim = claim_one()
    with transaction():
        services.accept(claim.id, at=MORNING + MINUTE, outcome="250 2.0.0")
    found = message(row)
    assert (found.state, found.sealed, found.claimed_until) == (MessageState.SENT, None, None)
    assert (found.accepted_at, found.outcome) == (MORNING + MINUTE, "250 2.0.0")
    assert (found.template, found.created_at) == ("verification.confirm", MORNING)


def test_what_was_refused_is_erased_and_parked(app: Flask) -> None:
    row = post()
    with transaction():
        services.park(claim_one_within(), outcome="550 5.1.1")
    found = message(row)
    assert (found.state, found.sealed, found.outcome) == (MessageState.PARKED, None, "550 5.1.1")


def test_a_letter_that_is_put_off_comes_back_later_and_later(app: Flask) -> None:
    row = post()
    at = MORNING
    for minutes in services.PUT_OFF_MINUTES:
        with transaction():
            (claim,) = services.claim(at=at)
            services.put_off(claim, at=at, outcome="451")
        pause = message(row).due_at - at
        assert minutes * MINUTE <= pause <= minutes * MINUTE * 1.25
        at = message(row).due_at
    assert at - MORNING < timedelta(hours=30)


def test_a_letter_that_was_put_off_too_often_is_parked(app: Flask) -> None:
    row = post()
    at = MORNING
    for _ in range(len(services.PUT_OFF_MINUTES) + 1):
        with transaction():
            (claim,) = services.claim(at=at)
            services.put_off(claim, at=at, outcome="451 4.3.0")
        at = message(row).due_at
    found = message(row)
    assert (found.state, found.sealed, found.outcome) == (MessageState.PARKED, None, "451 4.3.0")


def test_letters_that_failed_together_do_not_come_back_together() -> None:
    pauses = {services.pause_before(1, new_id()) for _ in range(50)}
    assert len(pauses) > 10


def test_a_worker_that_was_taken_for_dead_does_not_meddle(app: Flask) -> None:
    """It wakes up, and what it had in hand is in another's by now."""
    row = post()
    slow = claim_one()
    with transaction():
        services.take_back_lapsed(at=slow.until)
        (quick,) = services.claim(at=slow.until)
    with transaction():
        services.release([slow])
        services.put_off(slow, at=slow.until, outcome="451")
        services.park(slow, outcome="550")
    found = message(row)
    assert (found.state, found.attempts) == (MessageState.SENDING, 0)
    assert found.claimed_until == quick.until


def test_an_acceptance_counts_whoever_has_the_letter_in_hand(app: Flask) -> None:
    """Else it would be sent a second time though we know better."""
    row = post()
    slow = claim_one()
    with transaction():
        services.take_back_lapsed(at=slow.until)
        services.claim(at=slow.until)
    with transaction():
        services.accept(slow.id, at=slow.until, outcome="250")
    assert message(row).state is MessageState.SENT


# -- taking out ---------------------------------------------------------------------------------


def test_a_letter_that_nobody_wants_any_more_is_erased(app: Flask) -> None:
    wanted, unwanted = post("a@example.org"), post("b@example.org")
    with transaction():
        assert services.discard([unwanted]) == 1
    assert (message(unwanted).state, message(unwanted).sealed) == (MessageState.DISCARDED, None)
    assert claim_one().id == wanted


def test_what_was_sent_stays_sent(app: Flask) -> None:
    row = post()
    claim_one()
    with transaction():
        services.accept(row, at=MORNING, outcome="250")
    with transaction():
        assert services.discard([row, new_id()]) == 0
    assert message(row).state is MessageState.SENT


@pytest.mark.parametrize(
    "gives_back",
    [
        lambda claim: services.put_off(claim, at=MORNING, outcome="450"),
        lambda claim: services.park(claim, outcome="550"),
        lambda claim: services.release([claim]),
        lambda _: services.take_back_lapsed(at=MORNING + services.CLAIM_LASTS),
    ],
    ids=["put off", "parked", "released", "lapsed"],
)
def test_what_is_discarded_in_a_worker_s_hand_is_not_tried_again(
    app: Flask, gives_back: Callable[[Claim], None]
) -> None:
    """It may be about somebody of whom everything was deleted just now."""
    row = post()
    claim = claim_one()
    with transaction():
        assert services.discard([row]) == 1
    assert message(row).sealed is None
    with transaction():
        gives_back(claim)
    assert message(row).state is MessageState.DISCARDED
    assert queries.waiting() == ()


def test_what_left_while_it_was_discarded_is_known_to_have_left(app: Flask) -> None:
    row = post()
    claim_one()
    with transaction():
        services.discard([row])
    with transaction():
        services.accept(row, at=MORNING, outcome="250")
    assert (message(row).state, message(row).accepted_at) == (MessageState.SENT, MORNING)


def test_letters_of_a_demonstration_are_read_and_never_sent(app: Flask) -> None:
    ids = [post("a@example.org"), post("b@example.org")]
    with transaction():
        letters = services.intercept(ids)
    assert [letter.to.reveal() for letter in letters] == ["a@example.org", "b@example.org"]
    assert not queries.is_anything_due(MORNING)


def test_who_intercepts_takes_only_what_was_posted_meanwhile(app: Flask) -> None:
    before = post("a@example.org")
    with transaction():
        with services.overheard() as ids:
            services.post(letter_to("b@example.org"), at=MORNING)
        services.post(letter_to("c@example.org"), at=MORNING)
        taken = services.intercept(ids)
    assert [letter.to.reveal() for letter in taken] == ["b@example.org"]
    assert len(queries.waiting()) == 2
    assert message(before).state is MessageState.QUEUED


def test_what_another_thread_posts_is_not_overheard(own_app: Flask) -> None:
    def elsewhere() -> UUID:
        with own_app.app_context(), transaction():
            return services.post(letter_to(), at=MORNING)

    with services.overheard() as ids, ThreadPoolExecutor(1) as threads:
        threads.submit(elsewhere).result()
    assert ids == []


# -- forgetting ---------------------------------------------------------------------------------


def ended(how: str) -> UUID:
    """Post a letter and bring it to the end of its way."""
    row = post()
    with transaction():
        if how == "discarded":
            services.discard([row])
            return row
        (claim,) = services.claim(at=MORNING)
        if how == "sent":
            services.accept(row, at=MORNING, outcome="250")
        else:
            services.park(claim, outcome="550")
    return row


@pytest.mark.parametrize("how", ["sent", "parked", "discarded"])
def test_a_letter_whose_way_is_over_is_forgotten_after_a_month(app: Flask, how: str) -> None:
    row = ended(how)
    with transaction():
        assert services.forget(at=MORNING + services.KEPT_FOR) == 0
        assert services.forget(at=MORNING + services.KEPT_FOR + MINUTE) == 1
    assert db.session.get(OutgoingMessage, row, populate_existing=True) is None


def test_a_letter_that_is_on_its_way_is_never_forgotten(app: Flask) -> None:
    post()
    claim_one()
    post()
    with transaction():
        assert services.forget(at=MORNING + 100 * services.KEPT_FOR) == 0
    assert len(db.session.scalars(select(OutgoingMessage.id)).all()) == 2


# -- in numbers ---------------------------------------------------------------------------------


def test_the_outbox_in_numbers(app: Flask) -> None:
    assert queries.outbox() == queries.Outbox(waiting=0, oldest_at=None, parked=0)
    post()
    claim = claim_one()
    with transaction():
        services.post(letter_to(), at=MORNING - MINUTE)
    assert queries.outbox() == queries.Outbox(2, MORNING - MINUTE, 0)
    with transaction():
        services.park(claim, outcome="550")
    assert queries.outbox() == queries.Outbox(1, MORNING - MINUTE, 1)
