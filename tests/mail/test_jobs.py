"""Letters are carried out: a real server, a real database, and whatever may happen in between."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from itertools import pairwise
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from petitions.core.db import db, transaction
from petitions.core.vault import Vault
from petitions.jobs.services import plan
from petitions.mail import jobs, services
from petitions.mail.envelope import build
from petitions.mail.jobs import deliver
from petitions.mail.models import MessageState, OutgoingMessage
from petitions.mail.office import LONGEST_BACKOFF, SHORTEST_BACKOFF, PostOffice
from petitions.mail.smtp import Smtp
from petitions.mail.transport import Collected, Connection
from tests.conftest import Clock
from tests.mail.samples import letter_to
from tests.mail.smtp_server import MailServer
from tests.servers import free_port

AIGUL, BORIS, CEM = "aigul@example.org", "boris@example.org", "cem@example.org"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def post(office: PostOffice, clock: Clock) -> Callable[..., list[UUID]]:
    """Post a letter to each of the addresses, a second apart so that their order is known."""

    def posted(*addresses: str) -> list[UUID]:
        start = clock.at - timedelta(minutes=5)
        with transaction():
            return [
                services.post(letter_to(address), at=start + timedelta(seconds=number))
                for number, address in enumerate(addresses)
            ]

    return posted


Post = Callable[..., list[UUID]]


def states() -> list[MessageState]:
    """Return the states of all messages, in the order in which they were posted."""
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingMessage.state).order_by(OutgoingMessage.id)))


def attempts() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingMessage.attempts).order_by(OutgoingMessage.id)))


QUEUED, SENT, PARKED = MessageState.QUEUED, MessageState.SENT, MessageState.PARKED


# -- what goes well -----------------------------------------------------------------------------


def test_letters_leave_once(post: Post, server: MailServer, clock: Clock) -> None:
    post(AIGUL, BORIS, CEM)
    assert deliver(clock.at) == 3
    assert server.recipients() == [AIGUL, BORIS, CEM]
    assert states() == [SENT, SENT, SENT]
    assert deliver(clock.at) == 0
    assert len(server.taken) == 3


def test_more_than_a_batch_goes_over_one_connection(
    post: Post, server: MailServer, clock: Clock
) -> None:
    many = services.BATCH + 10
    post(*(f"{number}@example.org" for number in range(many)))
    assert deliver(clock.at) == many
    assert server.connections == 1
    assert set(states()) == {SENT}


def test_nothing_to_do_does_not_trouble_the_server(
    office: PostOffice, server: MailServer, clock: Clock
) -> None:
    assert deliver(clock.at) == 0
    assert server.connections == 0


def test_no_transaction_is_open_while_the_server_is_spoken_to(
    post: Post, office: PostOffice, clock: Clock
) -> None:
    post(AIGUL, BORIS)
    seen = []

    class Watching(Collected):
        def send(self, message: EmailMessage, sender: str, to: str) -> str:
            seen.append(db.session().in_transaction())
            return super().send(message, sender, to)

    office.transport = Watching()
    deliver(clock.at)
    assert seen == [False, False]


def test_letters_of_a_dead_worker_are_taken_up_with_the_same_id(
    post: Post, server: MailServer, clock: Clock
) -> None:
    (row,) = post(AIGUL)
    with transaction():
        services.claim(at=clock.at)
    assert deliver(clock.at) == 0

    clock.advance(services.CLAIM_LASTS)
    assert deliver(clock.at) == 1
    assert [letter.id for letter in server.taken] == [f"<{row}@example.org>"]


# -- what the server says -----------------------------------------------------------------------


def test_one_refused_recipient_does_not_hold_up_the_others(
    post: Post, server: MailServer, clock: Clock
) -> None:
    server.manners.to_recipient[BORIS] = "550 5.1.1 No such mailbox"
    post(AIGUL, BORIS, CEM)
    assert deliver(clock.at) == 3
    assert server.recipients() == [AIGUL, CEM]
    assert states() == [SENT, PARKED, SENT]


def test_a_grey_listed_letter_comes_back_and_the_others_leave(
    post: Post, server: MailServer, clock: Clock
) -> None:
    server.manners.to_recipient[BORIS] = "451 4.7.1 Come back later"
    post(AIGUL, BORIS, CEM)
    deliver(clock.at)
    assert (states(), attempts()) == ([SENT, QUEUED, SENT], [0, 1, 0])

    server.manners.to_recipient.clear()
    assert deliver(clock.advance(MINUTE / 2)) == 0
    assert deliver(clock.advance(MINUTE)) == 1
    assert states() == [SENT, SENT, SENT]


def test_words_of_the_server_are_not_kept(post: Post, server: MailServer, clock: Clock) -> None:
    server.manners.to_recipient[AIGUL] = f"550 5.1.1 <{AIGUL}> is unknown"
    post(AIGUL)
    deliver(clock.at)
    (row,) = db.session.scalars(select(OutgoingMessage))
    assert row.outcome == "550 5.1.1"


def test_a_cut_connection_counts_for_the_letter_on_it_only(
    post: Post, server: MailServer, clock: Clock
) -> None:
    server.manners.hangs_up_on.add(BORIS)
    post(AIGUL, BORIS, CEM)
    deliver(clock.at)
    assert (states(), attempts()) == ([SENT, QUEUED, QUEUED], [0, 1, 0])

    deliver(clock.advance(SHORTEST_BACKOFF))
    assert (states(), attempts()) == ([SENT, QUEUED, SENT], [0, 1, 0])


# -- a server that is away ----------------------------------------------------------------------


def test_a_dead_server_burns_no_letter_s_attempts(
    post: Post, office: PostOffice, clock: Clock
) -> None:
    alive = office.transport
    office.transport = Smtp.at(f"smtp://127.0.0.1:{free_port()}", hello="")
    post(AIGUL, BORIS)
    for _ in range(20):
        deliver(clock.advance(timedelta(hours=1)))
    assert (states(), attempts()) == ([QUEUED, QUEUED], [0, 0])

    office.transport = alive
    deliver(clock.advance(LONGEST_BACKOFF))
    assert states() == [SENT, SENT]


def test_a_dead_server_is_left_in_peace_for_longer_and_longer(
    post: Post, office: PostOffice, clock: Clock
) -> None:
    calls = []

    class Dead(Smtp):
        @contextmanager
        def connection(self) -> Iterator[Connection]:
            calls.append(clock.at)
            with super().connection() as connection:
                yield connection

    office.transport = Dead.at(f"smtp://127.0.0.1:{free_port()}", hello="")
    post(AIGUL)
    for _ in range(3600):
        deliver(clock.advance(timedelta(seconds=1)))
    pauses = [int((b - a).total_seconds()) for a, b in pairwise(calls)]
    assert pauses[:6] == [5, 10, 20, 40, 80, 160]
    assert set(pauses[6:]) == {300}


# -- what goes wrong at home --------------------------------------------------------------------


def test_what_was_accepted_while_the_database_was_away_is_not_sent_again(
    post: Post, server: MailServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(AIGUL, BORIS)

    def away(*_: object, **__: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("locked"))

    with monkeypatch.context() as patch:
        patch.setattr(services, "accept", away)
        for _ in range(3):
            with pytest.raises(OperationalError):
                deliver(clock.at)
    assert server.recipients() == [AIGUL]

    clock.advance(2 * services.CLAIM_LASTS)
    deliver(clock.at)
    assert server.recipients() == [AIGUL, BORIS]
    assert states() == [SENT, SENT]


def test_a_letter_that_does_not_open_waits_for_the_right_key(
    post: Post, app: Flask, server: MailServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(AIGUL)
    with monkeypatch.context() as patch:
        patch.setitem(app.extensions, "vault", Vault(bytes(32)))
        deliver(clock.at)
    assert (states(), server.taken) == ([QUEUED], [])

    deliver(clock.advance(2 * MINUTE))
    assert states() == [SENT]


def test_a_letter_that_no_e_mail_can_carry_does_not_hold_up_the_others(
    post: Post, server: MailServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(AIGUL, BORIS)

    def stumbles(letter: object, *rest: object, **more: object) -> EmailMessage:
        if letter == letter_to(AIGUL):
            raise ValueError
        return build(letter, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "build", stumbles)
    deliver(clock.at)
    assert states() == [PARKED, SENT]


def test_a_worker_that_is_asked_to_end_gives_the_rest_back(
    post: Post, office: PostOffice, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Asking(Collected):
        def send(self, message: EmailMessage, sender: str, to: str) -> str:
            monkeypatch.setattr(plan(), "stop", True)
            return super().send(message, sender, to)

    office.transport = asking = Asking()
    post(AIGUL, BORIS, CEM)
    deliver(clock.at)
    assert len(asking.letters) == 1
    assert states() == [SENT, QUEUED, QUEUED]


def test_a_slow_server_does_not_keep_the_worker_from_its_other_work(
    post: Post, office: PostOffice, clock: Clock
) -> None:
    class Slow(Collected):
        def send(self, message: EmailMessage, sender: str, to: str) -> str:
            clock.advance(timedelta(seconds=3))
            return super().send(message, sender, to)

    office.transport = Slow()
    post(AIGUL, BORIS, CEM)
    assert deliver(clock.at) == 2
    assert states() == [SENT, SENT, QUEUED]


def test_what_is_long_over_is_forgotten_batch_by_batch(
    post: Post, server: MailServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "FORGOTTEN_AT_ONCE", 2)
    post("a@example.org", "b@example.org", "c@example.org", "d@example.org", "e@example.org")
    deliver(clock.at)
    clock.advance(services.KEPT_FOR + timedelta(minutes=1))
    (waiting,) = post("f@example.org")
    jobs.forget(clock.at)
    assert db.session.scalars(select(OutgoingMessage.id)).all() == [waiting]


def test_nothing_of_a_letter_is_in_the_log(post: Post, server: MailServer, clock: Clock) -> None:
    """Not even what the log's own guard would blank."""
    server.manners.to_recipient = {
        AIGUL: f"550 <{AIGUL}> is unknown",
        BORIS: f"451 <{BORIS}> later",
    }
    server.manners.hangs_up_on.add(CEM)
    post(AIGUL, BORIS, CEM)
    with capture_logs() as lines:
        deliver(clock.at)
    assert [line["event"] for line in lines] == [
        "letter refused",
        "letter put off",
        "letter put off",
        "mail server away",
    ]
    assert "@" not in str(lines)
