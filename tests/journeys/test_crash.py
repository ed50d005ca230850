"""Five hundred people sign and confirm while web and worker are killed (-9) and started again.

What was answered must be true afterwards: nobody who was told "signed" is missing, nobody who was
told "confirmed" is unconfirmed, every letter has arrived, and the count is that of the register.
"""

import http.client
import re
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from petitions import create_app
from petitions.appeals.queries import key_of
from petitions.core import clock, mailbox
from petitions.core.db import db, transaction
from petitions.jobs.models import TimetableEntry
from petitions.mail.models import MessageState, OutgoingMessage
from petitions.signatures.models import Signature, State, Tally
from tests.actors import ANSWERS
from tests.conftest import DATABASES, dispose_of, settings_for
from tests.factories.appeals import Furnished, opened
from tests.mail.smtp_server import MailServer, Manners, mail_server
from tests.postgres import NoPostgres, postgres_cluster
from tests.servers import House, started_house

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.timeout(300)]

PEOPLE = 500
AT_ONCE = 8
NEVER_CONFIRMS = 5
"""Every fifth leaves the letter unanswered."""
PATIENCE_S = 90
MASTER_KEY = bytes(range(32))
LINK = re.compile(r"/c/([A-Za-z0-9_-]{22})")


# -- people -------------------------------------------------------------------------------------


@dataclass
class Crowd:
    """Everybody who signs, and what they were told."""

    house: House
    server: MailServer
    appeal: Furnished
    answered: set[str] = field(default_factory=set)
    confirmed: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)

    def sign_all(self) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self._sign_and_confirm, range(PEOPLE)))

    def _sign_and_confirm(self, number: int) -> None:
        email = address(number)
        self._sign(email)
        if number % NEVER_CONFIRMS:
            self._confirm(email)

    def _sign(self, email: str) -> None:
        """Send the form, again and again if nobody answers, as people do."""
        form = ANSWERS | {
            "email": email,
            "lang": "en",
            "version": str(self.appeal.versions["en"]),
        }
        status = self._post(f"/a/{self.appeal.slug}/sign", form)
        if status == http.client.SEE_OTHER:
            self.answered.add(email)
        else:
            self.refused.append(f"signing: {status}")

    def _confirm(self, email: str) -> None:
        """Press the button of the newest letter that has come.

        Who has signed twice, because the first answer was lost, gets two letters, and the link of
        the first is no good any more.
        """
        for _ in self._until_patience_ends():
            token = self._token_in_newest_letter(email)
            if token and self._post(f"/c/{token}", {}) in (http.client.OK, http.client.SEE_OTHER):
                self.confirmed.add(email)
                return
        self.refused.append("confirming: in vain")

    def _token_in_newest_letter(self, email: str) -> str | None:
        for letter in reversed(list(self.server.taken)):
            if letter.to == email:
                body = letter.message.get_body(("plain",))
                found = LINK.search(str(body.get_content())) if body else None
                return found[1] if found else None
        return None

    def _post(self, path: str, form: dict[str, str]) -> int:
        """Return the status of the answer; ask again while the site is away."""
        for _ in self._until_patience_ends():
            try:
                status = self._posted(path, form)
            except (OSError, http.client.HTTPException):
                continue
            if status != http.client.SERVICE_UNAVAILABLE:
                return status
        return 0

    def _posted(self, path: str, form: dict[str, str]) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=20)
        try:
            connection.request(
                "POST",
                path,
                urlencode(form),
                {"Content-Type": "application/x-www-form-urlencoded"},
            )
            return connection.getresponse().status
        finally:
            connection.close()

    def _until_patience_ends(self) -> Iterator[None]:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            yield
            time.sleep(0.1)


def address(number: int) -> str:
    return f"person-{number}@example.org"


# -- misfortune ---------------------------------------------------------------------------------


@dataclass
class Misfortune:
    """Kills a part of the house each time that so many people more have had an answer."""

    house: House
    crowd: Crowd
    app: Flask
    worker_kills: int = 0
    web_kills: int = 0

    def run(self) -> None:
        blows = (self._worker, self._web, self._both, self._worker, self._web, self._both)
        for number, blow in enumerate(blows, start=1):
            self._wait_for(number * PEOPLE // (len(blows) + 1))
            blow()

    def _wait_for(self, answered: int) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while len(self.crowd.answered) < answered and time.monotonic() < deadline:
            time.sleep(0.005)

    def _worker(self) -> None:
        self.house.kill_worker()
        self.worker_kills += 1
        let_claims_lapse(self.app)
        self.house.start_worker()

    def _web(self) -> None:
        self.house.kill_web()
        self.web_kills += 1
        self.house.start_web()

    def _both(self) -> None:
        self.house.kill_web()
        self._worker()
        self._web()


def let_claims_lapse(app: Flask) -> None:
    """Let the minutes go by for which a dead worker's letters and jobs are left to it."""
    with app.app_context(), transaction():
        past = clock.now() - timedelta(seconds=1)
        db.session.execute(
            update(OutgoingMessage)
            .where(OutgoingMessage.state == MessageState.SENDING)
            .values(claimed_until=past)
        )
        db.session.execute(
            update(TimetableEntry).where(TimetableEntry.due_at > past).values(due_at=past)
        )


# -- the house ----------------------------------------------------------------------------------


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that keeps what it has answered, whatever is killed."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'house.db'}"
        return
    with ExitStack() as stack:
        try:
            cluster = stack.enter_context(postgres_cluster(fsync=True))
        except NoPostgres as reason:
            pytest.skip(str(reason))
        yield cluster.create_database("house")


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server that takes its time, so that the worker is mostly in the middle of a letter."""
    with mail_server(manners=Manners(silent_s=0.005)) as running:
        yield running


@contextmanager
def looking_at(url: str, instance: Path) -> Iterator[Flask]:
    """Give an application over the house's database, to open an appeal and to look afterwards."""
    app = create_app(settings_for(url, instance))
    try:
        yield app
    finally:
        dispose_of(app)


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)


def test_nothing_that_was_answered_is_lost(
    database_url: str, server: MailServer, tmp_path: Path
) -> None:
    environment = {
        "DATABASE_URL": database_url,
        "SMTP_URL": server.url,
        "SIGN_LIMIT": "1000000 per minute",
        "MASTER_KEY": b64encode(MASTER_KEY).decode(),
    }
    with (
        started_house(tmp_path / "instance", environment=environment) as house,
        looking_at(database_url, tmp_path / "looking") as app,
    ):
        with app.app_context():
            appeal = opened()
        crowd = Crowd(house, server, appeal)
        misfortune = Misfortune(house, crowd, app)
        killer = threading.Thread(target=misfortune.run)
        killer.start()
        crowd.sign_all()
        killer.join(PATIENCE_S)
        assert not killer.is_alive()

        everybody = {address(number) for number in range(PEOPLE)}
        assert (misfortune.worker_kills, misfortune.web_kills) == (4, 4)
        assert crowd.refused == []
        assert crowd.answered == everybody
        assert crowd.confirmed == {
            address(number) for number in range(PEOPLE) if number % NEVER_CONFIRMS
        }
        wait_until(lambda: letters_under_way(app) == 0, "the outbox to be empty")
        every_letter_has_arrived(app, server, at_most_doubled=misfortune.worker_kills)
        with app.app_context():
            the_register_knows(crowd, everybody)
        wait_until(lambda: tally(app, appeal.id) == (len(crowd.confirmed), 0), "the count")


# -- afterwards ---------------------------------------------------------------------------------


def letters_under_way(app: Flask) -> int:
    waiting = (MessageState.QUEUED, MessageState.SENDING)
    with app.app_context():
        return len(
            db.session.scalars(
                select(OutgoingMessage.id).where(OutgoingMessage.state.in_(waiting))
            ).all()
        )


def every_letter_has_arrived(app: Flask, server: MailServer, *, at_most_doubled: int) -> None:
    """Each row of the outbox is a letter that the server has.

    Only a letter on the way at the moment of a kill may have come twice: nobody could know that
    it had been taken. Its second copy bears the id of the first.
    """
    with app.app_context():
        rows = db.session.scalars(select(OutgoingMessage)).all()
        states = {row.state for row in rows}
        sealed = [row.id for row in rows if row.sealed is not None]
        ids = {f"<{row.id}@example.org>" for row in rows}
    assert states == {MessageState.SENT}
    assert sealed == []
    taken = [letter.id for letter in server.taken]
    assert ids == set(taken)
    assert len(ids) >= PEOPLE
    assert len(taken) - len(ids) <= at_most_doubled


def the_register_knows(crowd: Crowd, everybody: set[str]) -> None:
    """Everybody stands in it once, and exactly those who were told so are verified."""
    key = key_of(crowd.appeal.id)
    digests = {key.digest(mailbox.canonical(email)): email for email in everybody}
    rows = db.session.scalars(select(Signature)).all()
    found = {digests[row.mailbox]: row.state for row in rows if row.mailbox is not None}
    assert len(rows) == len(found) == PEOPLE
    assert {email for email, state in found.items() if state is State.VERIFIED} == crowd.confirmed
    assert set(found.values()) == {State.VERIFIED, State.PENDING}


def tally(app: Flask, appeal: UUID) -> tuple[int, int] | None:
    with app.app_context():
        found = db.session.get(Tally, appeal)
        return (found.people, found.organisations) if found else None
