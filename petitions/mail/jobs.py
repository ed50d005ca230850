"""Carrying letters out: the edge between the outbox and a mail server.

Each step in the database is a small transaction of its own, and none is open while we talk to the
server: that may take a minute, and on SQLite nobody could sign meanwhile.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from petitions.core import clock
from petitions.core.db import db, transaction
from petitions.core.log import logger
from petitions.jobs.services import must_stop
from petitions.jobs.timetable import WHENEVER, Job
from petitions.mail import queries, services
from petitions.mail.envelope import build
from petitions.mail.letter import Letter
from petitions.mail.office import Acceptance, PostOffice, post_office
from petitions.mail.services import Claim
from petitions.mail.transport import Connection, Deferred, Interrupted, Refused, Unreachable

log = logger("mail")

ROUND = timedelta(seconds=5)
"""Then the worker looks after its other jobs before it goes on."""


def deliver(at: datetime) -> int:
    """Carry out letters that are due, for a few seconds. Returns how many were dealt with."""
    office = post_office()
    _write_down(office)
    if office.backoff.lasts(at) or not queries.is_anything_due(at):
        return 0
    return _Round(office, begun_at=at).run()


def forget(at: datetime) -> None:
    """Delete the rows of letters whose way ended a month ago, a few hundred in a transaction."""
    forgotten = services.FORGOTTEN_AT_ONCE
    while forgotten == services.FORGOTTEN_AT_ONCE and not must_stop():
        with transaction():
            forgotten = services.forget(at=at)


JOBS = (
    Job("mail.deliver", WHENEVER, deliver),
    Job("mail.forget", timedelta(hours=6), forget),
)


@dataclass
class _Round:
    """One worker, one connection, and the letters it carries."""

    office: PostOffice
    begun_at: datetime
    dealt_with: int = 0

    def run(self) -> int:
        try:
            with self.office.transport.connection() as connection:
                while self._goes_on() and (claims := _claim()):
                    self._carry(connection, deque(claims))
        except (Unreachable, Interrupted) as error:
            self.office.backoff.lengthen(clock.now())
            log.warning("mail server away", outcome=error.outcome)
        return self.dealt_with

    def _goes_on(self) -> bool:
        return clock.now() < self.begun_at + ROUND and not must_stop()

    def _carry(self, connection: Connection, claims: deque[Claim]) -> None:
        """Deal with letter after letter. Those not come to are given back, whatever happens."""
        try:
            while claims and self._goes_on():
                self._deal_with(connection, claims)
        finally:
            if claims:
                with transaction():
                    services.release(claims)

    def _deal_with(self, connection: Connection, claims: deque[Claim]) -> None:
        """Send the first of `claims` and note what became of it.

        Raises:
            Unreachable: it was not tried, and is still among the claims.
            Interrupted: it was put off, and no other should be tried now.
        """
        claim = claims[0]
        try:
            outcome = self._sent(connection, claim)
        except Refused as error:
            claims.popleft()
            _note_refused(claim, error.outcome)
        except (Deferred, Interrupted) as error:
            claims.popleft()
            _note_deferred(claim, error.outcome)
            if isinstance(error, Interrupted):
                raise
        else:
            claims.popleft()
            self.office.accepted[claim.id] = Acceptance(clock.now(), outcome)
            _write_down(self.office)
        self.office.backoff.end()
        self.dealt_with += 1

    def _sent(self, connection: Connection, claim: Claim) -> str:
        letter = _opened(claim)
        message = _enclosed(letter, claim, self.office)
        return connection.send(
            message, self.office.sender.address, message["To"].addresses[0].addr_spec
        )


def _claim() -> Iterable[Claim]:
    with transaction():
        now = clock.now()
        services.take_back_lapsed(at=now)
        claims = services.claim(at=now)
    # The connection goes back to its pool: a mail server may let us wait for half a minute.
    db.session.close()
    return claims


def _write_down(office: PostOffice) -> None:
    """Note, at once and one by one, what was accepted: it must not be sent again.

    Should the database be away, what is left stays in memory, and is noted before anything else.
    """
    for message_id, acceptance in list(office.accepted.items()):
        with transaction():
            services.accept(message_id, at=acceptance.at, outcome=acceptance.outcome)
        del office.accepted[message_id]


def _note_refused(claim: Claim, outcome: str) -> None:
    log.info("letter refused", message=str(claim.id), outcome=outcome)
    with transaction():
        services.park(claim, outcome=outcome)


def _note_deferred(claim: Claim, outcome: str) -> None:
    log.info("letter put off", message=str(claim.id), outcome=outcome)
    with transaction():
        services.put_off(claim, at=clock.now(), outcome=outcome)


def _opened(claim: Claim) -> Letter:
    """Return the letter. One that does not open waits: the operator may bring the right key."""
    try:
        return services.opened(claim)
    except services.Unreadable as error:
        raise Deferred("unreadable") from error


def _enclosed(letter: Letter, claim: Claim, office: PostOffice) -> EmailMessage:
    try:
        return build(letter, office.sender, message_id=claim.id, at=claim.created_at)
    except (ValueError, LookupError) as error:
        # What a letter's own checks let through and no e-mail can carry will not get better.
        raise Refused("unsendable") from error
