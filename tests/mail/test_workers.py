"""Several workers on one real database, some of them killed: no letter twice, none lost."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from petitions import create_app
from petitions.core import clock as house_clock
from petitions.core.db import db, transaction
from petitions.core.settings import Settings
from petitions.mail import services
from petitions.mail.jobs import deliver
from petitions.mail.models import MessageState, OutgoingMessage
from tests.conftest import dispose_of
from tests.mail.conftest import office_at
from tests.mail.samples import SECRET, letter_to
from tests.mail.smtp_server import MailServer
from tests.servers import ROOT

PATIENCE_S = 30
MASTER_KEY = bytes(range(32))


def post(app: Flask, count: int) -> None:
    with app.app_context(), transaction():
        for number in range(count):
            services.post(letter_to(f"{number}@example.org"), at=house_clock.now())


def states(app: Flask) -> dict[MessageState, int]:
    with app.app_context():
        counted = select(OutgoingMessage.state, func.count()).group_by(OutgoingMessage.state)
        return dict(list(db.session.execute(counted)))


@contextmanager
def another(app: Flask) -> Iterator[Flask]:
    """A second process would share nothing but the database with the first; so does this."""
    twin = create_app(app.config["SETTINGS"])
    try:
        yield twin
    finally:
        dispose_of(twin)


@pytest.fixture
def workers(own_app: Flask, server: MailServer) -> Iterator[tuple[Flask, ...]]:
    """Two workers' applications over one database, sending to one server."""
    with another(own_app) as twin:
        for app in (own_app, twin):
            app.extensions["post_office"] = office_at(server)
        yield own_app, twin


def at_once(*deeds: Callable[[], object]) -> None:
    """Do several things in threads that start together; pass on the first error."""
    errors: list[BaseException] = []
    gate = threading.Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> None:
        gate.wait()
        try:
            deed()
        except BaseException as error:  # noqa: BLE001  # told to the test, below
            errors.append(error)

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    if errors:
        raise errors[0]


def deliver_all(app: Flask) -> None:
    with app.app_context():
        while deliver(house_clock.now()):
            pass


def test_two_workers_never_send_the_same_letter(
    workers: tuple[Flask, Flask], server: MailServer
) -> None:
    count = 120
    post(workers[0], count)
    at_once(*(lambda app=app: deliver_all(app) for app in workers))
    assert Counter(server.recipients()) == Counter(f"{n}@example.org" for n in range(count))
    assert server.connections >= 2
    assert states(workers[0]) == {MessageState.SENT: count}


def test_letters_that_are_posted_while_workers_send_leave_as_well(
    workers: tuple[Flask, Flask], server: MailServer
) -> None:
    def post_many() -> None:
        for _ in range(20):
            post(workers[0], 1)

    def work(app: Flask) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while len(server.taken) < 20 and time.monotonic() < deadline:
            deliver_all(app)
            time.sleep(0.02)

    at_once(post_many, *(lambda app=app: work(app) for app in workers))
    assert len(server.taken) == 20
    assert len({letter.id for letter in server.taken}) == 20


# -- killed -------------------------------------------------------------------------------------


@contextmanager
def worker_process(app: Flask, server: MailServer, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`flask work` as a process of its own, on the database of `app`."""
    settings: Settings = app.config["SETTINGS"]
    environment = {
        "PATH": os.environ["PATH"],
        "FLASK_APP": "wsgi",
        "UNDERSIGNED_ENV": "development",
        "INSTANCE_DIR": str(settings.instance_dir),
        "DATABASE_URL": settings.database_url,
        "SMTP_URL": server.url,
        "MASTER_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    }
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "work"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_a_worker_killed_between_acceptance_and_noting_it(
    own_app: Flask, server: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can know whether that letter was taken, so it is sent again, under the same id."""
    count = 12
    post(own_app, count)
    server.manners.silent_s = PATIENCE_S  # it has the text, and says nothing yet
    with worker_process(own_app, server, tmp_path / "log") as process:
        assert server.began.wait(PATIENCE_S), (tmp_path / "log").read_text()
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE_S)
    assert len(server.taken) == 1
    assert states(own_app) == {MessageState.SENDING: count}

    server.manners.silent_s = 0
    later = datetime.now().astimezone() + services.CLAIM_LASTS + timedelta(seconds=1)
    monkeypatch.setattr(house_clock, "now", lambda: later)
    own_app.extensions["post_office"] = office_at(server)
    deliver_all(own_app)
    assert states(own_app) == {MessageState.SENT: count}
    assert set(server.recipients()) == {f"{n}@example.org" for n in range(count)}
    assert len(server.taken) == count + 1
    assert len({letter.id for letter in server.taken}) == count


def test_a_worker_that_is_asked_to_end_finishes_its_letter_and_gives_the_rest_back(
    own_app: Flask, server: MailServer, tmp_path: Path
) -> None:
    post(own_app, 10)
    server.manners.silent_s = 0.5
    with worker_process(own_app, server, tmp_path / "log") as process:
        assert server.began.wait(PATIENCE_S), (tmp_path / "log").read_text()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0, (tmp_path / "log").read_text()
    found = states(own_app)
    assert set(found) == {MessageState.SENT, MessageState.QUEUED}
    assert found[MessageState.SENT] == len(server.taken) < 10


@pytest.mark.parametrize("own_app", ["sqlite"], indirect=True)
def test_no_word_of_a_letter_is_ever_in_the_database_s_files(
    own_app: Flask, server: MailServer
) -> None:
    post(own_app, 20)
    server.manners.to_recipient = {"3@example.org": f"550 <3@example.org> {SECRET}"}
    own_app.extensions["post_office"] = office_at(server)
    deliver_all(own_app)
    assert states(own_app) == {MessageState.SENT: 19, MessageState.PARKED: 1}
    with own_app.app_context():
        file = Path(str(db.engine.url.database))
    written = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert b"verification.confirm" in written
    for secret in (SECRET, "3@example.org", "Please confirm", "Қайырлы"):
        assert secret.encode() not in written
