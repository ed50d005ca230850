"""What each step of the path costs in statements. A number that grows here is a decision."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from petitions import create_app
from petitions.core.db import db
from tests.actors import ANSWERS
from tests.conftest import dispose_of
from tests.factories import appeals, signatures
from tests.factories.pages import filled, form_at, read

SITE = "https://appeals.example.org"
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@dataclass
class House:
    """A house as it serves the public, and what it says to its database."""

    app: Flask
    said: list[str] = field(default_factory=list)

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def cost(self, does: Callable[[], TestResponse], status: int) -> int:
        """Return how many statements an answer took, transaction control aside."""
        self.said.clear()
        answer = does()
        assert answer.status_code == status, answer.status
        return len(self.said)

    def get(self, path: str) -> Callable[[], TestResponse]:
        return lambda: self.client.get(path, base_url=SITE)

    def post(self, path: str, **data: str) -> Callable[[], TestResponse]:
        return lambda: self.client.post(path, data=data, base_url=SITE)

    def signs(self, email: str, **changes: str) -> Callable[[], TestResponse]:
        return self.post(
            "/a/library/sign", **{**ANSWERS, "email": email, "lang": "en", "version": "", **changes}
        )


@pytest.fixture(name="house")
def _house(own_app: Flask) -> Iterator[House]:
    app = create_app(replace(own_app.config["SETTINGS"], testing=False))
    house = House(app)

    def listen(_: object, __: object, statement: str, *more: object) -> None:
        if not statement.startswith(CONTROL):
            house.said.append(statement)

    with app.app_context():
        appeals.opened()
        signatures.counted()
        event.listen(db.engine, "before_cursor_execute", listen)
    yield house
    dispose_of(app)
    dispose_of(own_app)


def test_a_page_costs_little_once_and_nothing_while_it_is_kept(house: House) -> None:
    assert house.cost(house.get("/a/library/en"), 200) == COSTS["appeal page"]
    assert house.cost(house.get("/a/library/en"), 200) == 0
    assert house.cost(house.get("/?lang=en"), 200) == COSTS["front page"]
    assert house.cost(house.get("/?lang=en"), 200) == 0
    assert house.cost(house.get("/a/library/signatories?lang=en"), 200) == COSTS["names"]
    assert house.cost(house.get("/a/library/signatories?lang=en"), 200) == 0


def test_signing_costs_few_statements(house: House) -> None:
    house.cost(house.signs("warm@example.org"), 303)
    assert house.cost(house.signs("suzie@example.org"), 303) == COSTS["sign"] <= 5
    assert house.cost(house.signs("suzie@example.org"), 303) == COSTS["sign again"]
    assert house.cost(house.signs("trap@example.org", website="x"), 303) == COSTS["trapped"]


def test_confirming_costs_few_statements(house: House) -> None:
    signed = house.signs("suzie@example.org")()
    house.signs("sam@example.org")()
    with house.app.app_context():
        letter = signatures.newest_letter("suzie@example.org")
        other = signatures.newest_letter("sam@example.org")
    path = f"/c/{signatures.confirm_token(letter)}"
    assert house.cost(house.get(path), 200) == COSTS["look at the link"]
    assert house.cost(house.post(path), 200) == COSTS["confirm"]
    assert house.cost(house.post(path), 200) == COSTS["confirm again"]
    assert signed.status_code == 303
    again = house.signs("sam2@example.org")()
    form = form_at(read(house.get(again.location)()), "/code")
    with house.app.app_context():
        code = signatures.code_in(signatures.newest_letter("sam2@example.org"))
    typed = house.post(form.attrs["action"], **{**filled(form), "code": code})
    assert house.cost(typed, 200) == COSTS["type the code"]
    assert other.template == "verification.confirm"


def test_a_signatory_s_own_page_costs_few_statements(house: House) -> None:
    house.signs("suzie@example.org")()
    with house.app.app_context():
        path = f"/s/{signatures.own_token(signatures.newest_letter('suzie@example.org'))}"
    assert house.cost(house.get(path), 200) == COSTS["own page"]


def test_what_does_not_exist_costs_next_to_nothing(house: House) -> None:
    assert house.cost(house.get("/nowhere"), 404) == 0
    assert house.cost(house.get("/a/nowhere/en"), 404) == 1
    assert house.cost(house.get("/c/" + "x" * 22), 404) <= 2


COSTS = {
    "appeal page": 6,
    "front page": 5,
    "names": 8,
    "sign": 4,
    "sign again": 7,
    "trapped": 1,
    "look at the link": 5,
    "confirm": 6,
    "confirm again": 5,
    "type the code": 10,
    "own page": 3,
}
"""Statements, the same on both databases."""
