"""A marked network address walks through the whole site, and nothing remembers it.

Nor do the logs know anything of who signed.
"""

import io
import logging
from collections.abc import Iterator
from ipaddress import ip_address

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from petitions.core import log
from petitions.core.db import db, transaction
from tests.actors import Signatory
from tests.conftest import Outbox
from tests.factories import appeals

VISITOR = "203.0.113.77"
FORWARDED = "198.51.100.23"
SIXTH = "2001:db8:77:77::77"
MARKED = (VISITOR, FORWARDED, SIXTH)
PERSON = ("Suzie Quatermass", "Quatermass", "suzie@example.org", "Kokshetau")


def forms(address: str) -> set[bytes]:
    """Return an address as it could lie somewhere: in words, packed, in hex, as a number."""
    parsed = ip_address(address)
    return {
        address.encode(),
        parsed.exploded.encode(),
        parsed.packed,
        parsed.packed.hex().encode(),
        str(int(parsed)).encode(),
    }


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that the house and its libraries log, down to the smallest."""
    stream = io.StringIO()
    log.configure(stream=stream)
    root = logging.getLogger()
    level, root.level = root.level, logging.DEBUG
    yield stream
    root.setLevel(level)
    log.configure()


@pytest.fixture
def marked(client: FlaskClient) -> FlaskClient:
    client.environ_base["REMOTE_ADDR"] = VISITOR
    client.environ_base["HTTP_X_FORWARDED_FOR"] = f"{FORWARDED}, {SIXTH}"
    client.environ_base["HTTP_X_REAL_IP"] = SIXTH
    client.environ_base["HTTP_FORWARDED"] = f"for={FORWARDED}"
    return client


def signs(suzie: Signatory) -> TestResponse:
    return suzie.signs(town="Kokshetau")


def walk(client: FlaskClient, outbox: Outbox) -> list[int]:
    """Go everywhere that a visitor can go, doing right and wrong; return the statuses."""
    suzie = Signatory(client, outbox)
    suzie.opens()
    answers = [suzie.signs(email="no address"), signs(suzie), signs(suzie)]
    answers += [suzie.types_the_code(answers[-1], "000000"), suzie.opens_the_link()]
    answers += [suzie.presses_confirm(), suzie.presses_confirm(), suzie.opens_own_page()]
    for path in ("/", "/nowhere", "/a/library/signatories", "/desk/", "/c/" + "x" * 22, "/health"):
        answers.append(client.get(path))
    answers.append(client.post("/a/library/sign", headers={"Origin": "https://elsewhere.example"}))
    answers.append(client.post("/a/library/sign", data={"name": "x" * 100_000}))
    sign_in = {"email": "nobody@example.org", "password": "wrong"}
    answers.append(client.post("/account/login", data=sign_in))
    return [answer.status_code for answer in answers]


def everything_stored() -> bytes:
    """Return every value of every table, one after the other."""
    db.session.remove()
    cells = []
    for table in db.metadatas[None].sorted_tables:
        for row in db.session.execute(select(text("*")).select_from(table)):
            cells += [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]
    return b"\n".join(cells)


def test_no_address_is_stored_or_logged(
    app: Flask, marked: FlaskClient, outbox: Outbox, written: io.StringIO
) -> None:
    appeals.opened()
    statuses = walk(marked, outbox)
    assert {200, 302, 303, 403, 404, 413, 422} <= set(statuses), "it did go everywhere"
    stored = everything_stored()
    assert len(stored) > 1_000
    logged = written.getvalue().encode()
    for address in MARKED:
        for form in forms(address):
            assert form not in stored, f"{address} is stored"
            assert form not in logged, f"{address} is logged"


def test_the_search_would_find_an_address(app: Flask) -> None:
    """The keeper sees: an address that does lie somewhere is found."""
    appeals.opened()
    with transaction() as session:
        session.execute(text("UPDATE versions SET title = :address"), {"address": VISITOR})
    assert VISITOR.encode() in everything_stored()


def test_nobody_who_signs_is_in_the_log(
    app: Flask, marked: FlaskClient, outbox: Outbox, written: io.StringIO
) -> None:
    appeals.opened()
    walk(marked, outbox)
    log.logger("web").info("a line, so that there is one")
    logged = written.getvalue()
    assert "a line" in logged
    assert [word for word in PERSON if word in logged] == []


def test_whoever_signs_is_not_readable_in_the_database(
    app: Flask, client: FlaskClient, outbox: Outbox
) -> None:
    appeals.opened()
    suzie = Signatory(client, outbox)
    suzie.opens()
    signs(suzie)
    suzie.presses_confirm()
    stored = everything_stored()
    assert [word for word in PERSON if word.encode() in stored] == []
