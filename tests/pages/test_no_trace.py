"""Nobody's network address is kept: not in the database, not in its files, not in the logs.

The whole site is driven from marked addresses, and then everything that is written is looked
through for them, in each form in which an address can be written.
"""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import md5, sha1, sha256
from ipaddress import ip_address
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, text

from petitions import create_app
from petitions.core import log
from petitions.core.address import EmailAddress
from petitions.core.db import db, transaction
from petitions.jobs import jobs as timetable
from petitions.organisers import services as organisers
from petitions.organisers.mandates import Role
from petitions.web.access import anyone
from tests.actors import ANSWERS
from tests.conftest import A_MORNING, dispose_of
from tests.factories import appeals, signatures
from tests.factories.pages import filled, form_at, read

SITE = "https://appeals.example.org"
MARKED = "203.0.113.77"
FORWARDED = ("198.51.100.23", "2001:db8::77")
PASSWORD = "correct horse battery staple"
PERSONS = (
    "suzie.q@example.org",
    "suzie.q",
    "Quatermass",
    "Айгүл",
    "Friends of Suzie",
    "ann.o@example.org",
    "Öskemen",
)


def forms_of(address: str) -> set[bytes]:
    """Return every way to write an address: text, packed, hexadecimal, a number, plain hashes."""
    parsed = ip_address(address)
    written = {address, parsed.exploded, parsed.compressed, str(int(parsed)), parsed.packed.hex()}
    found = {one.encode() for one in written} | {parsed.packed}
    if parsed.version == 4:
        # Four bytes may stand anywhere by chance; these four are looked for in short values only.
        found -= {parsed.packed}
    for digest in (md5, sha1, sha256):
        found |= {digest(address.encode()).digest(), digest(address.encode()).hexdigest().encode()}
    return found


TRACES = set().union(*(forms_of(address) for address in (MARKED, *FORWARDED)))


@dataclass
class Marked:
    """A visitor whose addresses are known to the test."""

    client: FlaskClient
    met: set[int] = field(default_factory=set)
    """Every status that was answered."""

    def get(self, path: str) -> str:
        return self._open("GET", path, {})

    def post(self, path: str, **data: str) -> str:
        return self._open("POST", path, data)

    def _open(self, method: str, path: str, data: dict[str, str]) -> str:
        answer = self.client.open(
            path,
            method=method,
            data=data or None,
            base_url=SITE,
            environ_base={"REMOTE_ADDR": MARKED, "REMOTE_PORT": "50077"},
            headers={
                "X-Forwarded-For": ", ".join(FORWARDED),
                "X-Real-IP": FORWARDED[0],
                "Forwarded": f'for="[{FORWARDED[1]}]"',
                "User-Agent": "Marked/77",
            },
        )
        self.met.add(answer.status_code)
        return answer.location or answer.text


@pytest.fixture(name="stream")
def _stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    yield stream
    log.configure()


@pytest.fixture(name="app_", params=[0, 2], ids=["no proxies", "two proxies"])
def _app(request: pytest.FixtureRequest, own_app: Flask, stream: io.StringIO) -> Iterator[Flask]:
    """A house as it serves the public, on a database of its own, with a defect in it."""
    settings = replace(
        own_app.config["SETTINGS"],
        testing=False,
        trusted_proxies=request.param,
        sign_limit="12 per minute",
    )
    app = create_app(settings)
    app.add_url_rule("/-/defect", "web.defect", anyone(defect))
    log.configure(stream=stream)
    yield app
    dispose_of(app)
    dispose_of(own_app)


def defect() -> str:
    raise ValueError(f"{PERSONS[0]} from {MARKED} and {FORWARDED[1]} at /s/{'x' * 22}")


def furnish(app: Flask) -> None:
    with app.app_context():
        appeals.opened()
        with transaction():
            team = organisers.found_team(appeals.TEAM, at=A_MORNING)
            account = organisers.open_account(EmailAddress(PERSONS[5]), "Ann", at=A_MORNING)
            organisers.appoint(account, team, Role.OWNER, at=A_MORNING)
            organisers.set_password(account, PASSWORD)


def letter_to_suzie(app: Flask) -> tuple[str, str, str]:
    with app.app_context():
        letter = signatures.newest_letter(PERSONS[0])
        found = signatures.confirm_token(letter), signatures.own_token(letter)
        code = signatures.code_in(letter) if signatures.CODE.search(letter.text) else ""
        db.session.remove()
    return (*found, code)


def walk_about(app: Flask) -> list[str]:
    """Do everything that a visitor can do; return the secrets that were met on the way."""
    visitor = Marked(app.test_client())
    form = {
        **ANSWERS,
        "email": PERSONS[0],
        "lang": "en",
        "name": "Айгүл Quatermass",
        "latin_name": "Aigul Quatermass",
        "organisation": "Friends of Suzie",
        "town": "Öskemen",
        "visibility": "public",
        "source": "poster",
    }
    for path in (
        "/",
        "/a/library",
        "/a/library/en",
        "/a/library/signatories",
        "/nowhere",
        "/health",
    ):
        visitor.get(path)
    visitor.post("/a/library/sign", lang="en", email=PERSONS[0], name=PERSONS[2])
    check_mail = visitor.post("/a/library/sign", **form)
    code_form = form_at(read(visitor.get(check_mail)), "/code")
    visitor.post(code_form.attrs["action"], **{**filled(code_form), "code": "000000"})
    token, own, code = letter_to_suzie(app)
    visitor.get(f"/c/{token}")
    visitor.post(code_form.attrs["action"], **{**filled(code_form), "code": code})
    visitor.post(f"/c/{token}")
    visitor.get(f"/s/{own}")
    held = visitor.get(f"/s/{own}/held.json")
    assert json.loads(held)["state"] == "verified"
    visitor.post(f"/s/{own}/choices", visibility="initials")
    visitor.get("/-/defect")
    visitor.post("/a/library/sign", **form, website="https://example.org")
    for _ in range(15):
        visitor.post("/a/library/sign", **form)
    sign_in(visitor)
    visitor.post(f"/s/{own}/withdraw")
    visitor.post(f"/s/{own}/burn")
    with app.app_context():
        timetable.enter_timetable(app)
    timetable.run_due(app, A_MORNING)
    assert visitor.met == {200, 302, 303, 404, 422, 429, 500}, "everything was tried"
    return [token, own]


def sign_in(visitor: Marked) -> None:
    """Knock at the desk, with wrong passwords and with the right one."""
    visitor.get("/desk/")
    for password in ("wrong", "wrong again", PASSWORD):
        page = visitor.get("/account/login")
        csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        if csrf is not None:
            visitor.post("/account/login", email=PERSONS[5], password=password, csrf_token=csrf[1])
    assert "/account/login" not in visitor.get("/desk/"), "the right one lets in"
    visitor.get("/desk/library")
    visitor.get("/desk/library/signatures")


def stored(app: Flask) -> dict[str, bytes]:
    """Return every value of every table, and every file of SQLite, by where it stands."""
    found: dict[str, bytes] = {}
    for table in inspect(db.engine).get_table_names():
        for n, row in enumerate(db.session.execute(text(f'SELECT * FROM "{table}"')).mappings()):
            for column, value in row.items():
                packed = (
                    bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                )
                found[f"{table}.{column}[{n}]"] = packed
    url = str(app.config["SETTINGS"].database_url)
    db.session.remove()
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        for file in path.parent.glob(f"{path.name}*"):
            found[file.name] = file.read_bytes()
    return found


def test_nobody_s_address_is_kept_anywhere(app_: Flask, stream: io.StringIO) -> None:
    furnish(app_)
    secrets = walk_about(app_)
    with app_.app_context():
        kept = stored(app_)
    assert len(kept) > 50, "there is something to look through"
    packed = ip_address(MARKED).packed
    for place, value in kept.items():
        assert not [trace for trace in TRACES if trace in value], place
        assert value != packed, place
        assert b"Marked/77" not in value, "nor the browser"
    logged = stream.getvalue()
    assert "unexpected error" in logged, "the log was caught"
    for trace in TRACES:
        assert trace.decode("latin-1") not in logged
    for person in (*PERSONS, *secrets, PASSWORD):
        assert person not in logged, person
    assert "Marked/77" not in logged


def test_the_test_would_see_an_address(app_: Flask) -> None:
    """It looks where it says."""
    with app_.app_context():
        appeals.team(f"from {MARKED}")
        kept = stored(app_)
    assert [place for place, value in kept.items() if MARKED.encode() in value]
