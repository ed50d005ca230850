"""The door to the desk: in, out, and who is kept outside."""

import base64
import io
import re
import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from itsdangerous import TimestampSigner
from sqlalchemy import event, select

from petitions.core.db import db, transaction
from petitions.organisers import throttle
from petitions.organisers.models import Account
from petitions.web.limits import limiter
from tests.organisers.conftest import EMAIL, PASSWORD, Door, token_on

MARKED_ADDRESS = "203.0.113.77"
MARKED_BROWSER = "Marked/77"
WRITING = ("INSERT", "UPDATE", "DELETE")


def without_what_varies(page: str) -> str:
    """Return a page without its token and the address that was typed."""
    return re.sub(r'value="[^"]*"', "", page)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect every statement that is sent to the database."""
    seen: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        seen.append(statement)

    target = db.engine
    event.listen(target, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(target, "before_cursor_execute", note)


# -- in and out -------------------------------------------------------------------------------


def test_who_has_the_password_gets_in_and_out(door: Door, ann: Account) -> None:
    assert not door.is_inside()
    response = door.sign_in()
    assert response.status_code == 302
    assert response.location == "/desk/"
    assert door.is_inside()

    door.sign_out()
    assert not door.is_inside()


def test_an_address_is_known_however_it_is_written(door: Door, ann: Account) -> None:
    door.sign_in(email="ANN@Example.ORG")
    assert door.is_inside()


def test_a_wrong_password_and_an_unknown_address_look_the_same(door: Door, ann: Account) -> None:
    wrong = door.sign_in(password="not the password")
    unknown = door.sign_in(email="nobody@example.org")

    assert wrong.status_code == unknown.status_code == 422
    assert without_what_varies(wrong.text) == without_what_varies(unknown.text)
    assert "is not right" in wrong.text
    assert "Error:" in wrong.text
    assert not door.is_inside()


def test_an_account_without_a_password_cannot_be_entered(door: Door, ann: Account) -> None:
    with transaction():
        account = db.session.scalars(select(Account)).one()
        account.password = None
    assert door.sign_in(password="").status_code == 422
    assert door.sign_in(password="anything at all").status_code == 422


def test_a_closed_account_is_out_at_once(inside: Door, ann: Account) -> None:
    assert inside.is_inside()
    with transaction():
        db.session.get_one(Account, ann.id).active = False
    assert not inside.is_inside()
    assert inside.sign_in().status_code == 422


def test_signing_out_takes_a_post(inside: Door) -> None:
    assert inside.open("/account/logout").status_code == 405
    assert inside.is_inside()


def test_signing_out_ends_every_copy_of_the_session(inside: Door) -> None:
    """Such as one on a computer that was taken away."""
    copy = inside.client.get_cookie("undersigned_desk")
    assert copy is not None
    inside.sign_out()
    inside.client.set_cookie("undersigned_desk", copy.decoded_value)
    assert not inside.is_inside()
    assert inside.sign_in().status_code == 302
    assert inside.is_inside()


def test_signing_out_is_for_those_who_are_in(door: Door, ann: Account) -> None:
    before = ann.fs_uniquifier
    assert door.sign_out().status_code == 302
    assert db.session.get_one(Account, ann.id, populate_existing=True).fs_uniquifier == before


def test_another_site_cannot_sign_anybody_out(inside: Door) -> None:
    answer = inside.client.post("/account/logout", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert inside.is_inside()


def test_a_form_without_its_token_does_nothing_and_says_so(door: Door, ann: Account) -> None:
    answer = door.client.post("/account/login", data={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 422
    assert "open for too long" in answer.text
    assert "CSRF" not in answer.text
    assert not door.is_inside()


def test_forms_are_not_read_from_json(door: Door, ann: Account) -> None:
    answer = door.client.post("/account/login", json={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 400
    assert door.client.post("/account/login", json=[1]).status_code == 400


def test_nobody_is_remembered(door: Door, ann: Account) -> None:
    answer = door.send("/account/login", email=EMAIL, password=PASSWORD, remember="y")
    names = [cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")]
    assert names == ["undersigned_desk"]


# -- where it leads ---------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https:evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "https://appeals.example.org@evil.example/",
]


def leads_to(location: str | None) -> str:
    """Return the host that a browser would go to; browsers take `\\` for `/`."""
    target = urljoin("https://appeals.example.org/account/login", (location or "").strip())
    parts = urlsplit(target.replace("\\", "/"))
    return f"{parts.scheme}://{parts.netloc}"


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_signing_in_leads_nowhere_else(door: Door, ann: Account, elsewhere: str) -> None:
    token = token_on(door.open("/account/login").text)
    fields = {"csrf_token": token, "email": EMAIL, "password": PASSWORD}

    in_the_form = door.client.post("/account/login", data={**fields, "next": elsewhere})
    assert leads_to(in_the_form.location) == "https://appeals.example.org"

    door.sign_out()
    token = token_on(door.open("/account/login").text)
    answer = door.client.post(
        "/account/login", query_string={"next": elsewhere}, data={**fields, "csrf_token": token}
    )
    assert leads_to(answer.location) == "https://appeals.example.org"


def test_signing_in_leads_back_to_what_was_asked_for(door: Door, ann: Account) -> None:
    asked = door.open("/account/?lang=en")
    assert asked.status_code == 302
    assert asked.headers["Cache-Control"] == "no-store"
    page = door.open(asked.location)
    answer = door.client.post(
        asked.location,
        data={
            "csrf_token": token_on(page.text),
            "email": EMAIL,
            "password": PASSWORD,
            "next": "/account/?lang=en",
        },
    )
    assert answer.location == "/account/?lang=en"


# -- guessing ---------------------------------------------------------------------------------


def first_refusal(door: Door, *, networks: int, email: str = EMAIL) -> int:
    """Guess until refused, from `networks` networks in turn; return the number of guesses."""
    token = token_on(door.open("/account/login").text)
    fields = {"csrf_token": token, "email": email, "password": "a guess"}
    for guess in range(200):
        address = f"198.51.100.{guess % networks + 1}"
        answer = door.client.post(
            "/account/login", data=fields, environ_overrides={"REMOTE_ADDR": address}
        )
        if answer.status_code == 429:
            return guess
        assert answer.status_code == 422
    pytest.fail("never refused")


def test_a_network_guesses_only_so_often(door: Door, ann: Account) -> None:
    assert first_refusal(door, networks=1) == int(throttle.PER_NETWORK.split()[0])


def test_an_account_is_guessed_at_only_so_often_from_anywhere(door: Door, ann: Account) -> None:
    assert first_refusal(door, networks=100) == int(throttle.PER_ACCOUNT.split()[0])


def test_an_account_that_does_not_exist_is_refused_alike(door: Door, ann: Account) -> None:
    assert first_refusal(door, networks=100, email="nobody@example.org") == int(
        throttle.PER_ACCOUNT.split()[0]
    )


def test_looking_at_the_door_is_no_guess(door: Door, ann: Account) -> None:
    limit = int(throttle.PER_NETWORK.split()[0])
    assert {door.open("/account/login").status_code for _ in range(limit + 5)} == {200}


@pytest.mark.parametrize("own_app", ["sqlite"], indirect=True)
def test_a_stranger_who_guesses_stops_nobody_from_signing(own_app: Flask) -> None:
    """There is one right to write on SQLite; argon2 takes long, and must not hold it."""
    limiter.reset()
    visitor = Door(own_app.test_client())
    with own_app.app_context(), statements() as seen:
        fields = {"email": EMAIL, "password": "a guess"}
        assert visitor.send("/account/login", **fields).status_code == 422
        assert visitor.send("/account/reset", email=EMAIL).status_code == 200
        assert "BEGIN" in seen
        assert "BEGIN IMMEDIATE" not in seen

        visitor.client.post("/account/mf-recovery")
        assert "BEGIN IMMEDIATE" in seen


# -- what is kept -----------------------------------------------------------------------------


@pytest.mark.parametrize("own_app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain"])
def test_a_request_that_is_sent_slowly_keeps_nobody_from_writing(own_app: Flask, kind: str) -> None:
    """On SQLite there is one right to write, and a body may take as long as its sender likes."""
    content = b"password=x&csrf_token=y"
    body = BodyThatLooksAround(own_app, content)
    response = own_app.test_client().post(
        "/account/reset/no-such-token",
        input_stream=body,
        content_length=len(content),
        content_type=kind,
    )
    assert response.status_code == 302, response.text
    assert set(body.writers) == {"free"}
    assert body.read() == b""


@pytest.mark.parametrize("own_app", ["sqlite"], indirect=True)
def test_a_body_that_is_read_too_late_would_be_seen(own_app: Flask) -> None:
    body = BodyThatLooksAround(own_app, b"x")
    with own_app.app_context(), transaction():
        body.readinto(bytearray(1))
    assert body.writers == ["busy"]


class BodyThatLooksAround(io.BytesIO):
    """The body of a request. While it is read, it tries whether others may write."""

    def __init__(self, app: Flask, content: bytes) -> None:
        super().__init__(content)
        self._url = app.config["SETTINGS"].database_url
        self.writers: list[str] = []

    def readinto(self, into: Any, /) -> int:
        self._look_around()
        return super().readinto(into)

    def _look_around(self) -> None:
        path = self._url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                self.writers.append("busy")
            else:
                other.execute("ROLLBACK")
                self.writers.append("free")


def test_public_pages_have_no_session(inside: Door) -> None:
    """Even for somebody who has one."""
    page = inside.open("/")
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert "cookie" not in page.headers.get("Vary", "").lower()


def test_the_session_is_for_this_site_and_no_script(door: Door, ann: Account) -> None:
    cookie = door.sign_in().headers["Set-Cookie"]
    assert cookie.startswith("undersigned_desk=")
    assert {"HttpOnly", "SameSite=Lax", "Secure"} <= {part.strip() for part in cookie.split(";")}
    assert "Expires" not in cookie


def test_pages_of_the_account_are_kept_by_nobody(inside: Door) -> None:
    for path in ("/account/", "/account/change", "/account/tf-setup"):
        assert "no-store" in inside.open(path).headers["Cache-Control"]


def session_in(cookie: str) -> str:
    """Return what a session's cookie carries, readable by whoever holds it."""
    value = cookie.partition("=")[2].partition(";")[0]
    packed, _, payload = value.rpartition(".")[0].rpartition(".")[0].rpartition(".")
    raw = base64.urlsafe_b64decode((payload or packed) + "==")
    return (zlib.decompress(raw) if value.startswith(".") else raw).decode()


def test_no_network_address_is_kept(
    app: Flask, door: Door, ann: Account, capfd: pytest.CaptureFixture[str]
) -> None:
    environment = {"REMOTE_ADDR": MARKED_ADDRESS, "HTTP_USER_AGENT": MARKED_BROWSER}
    page = door.client.get("/account/login", environ_overrides=environment)
    answers = [
        door.client.post(
            "/account/login",
            data={"csrf_token": token_on(page.text), "email": EMAIL, "password": password},
            environ_overrides=environment,
        )
        for password in ("a wrong one", PASSWORD)
    ]
    assert [answer.status_code for answer in answers] == [422, 302]

    # Flask-Login would have put a digest of address and browser there.
    assert '"_id":""' in session_in(answers[-1].headers["Set-Cookie"])
    kept = "".join(
        str(tuple(row))
        for table in db.metadata.sorted_tables
        for row in db.session.execute(select(table))
    )
    assert EMAIL in kept  # it is the right database
    written = "".join(capfd.readouterr())
    for trace in (MARKED_ADDRESS, MARKED_BROWSER):
        assert trace not in kept
        assert trace not in written
    assert EMAIL not in written


def test_a_password_is_kept_as_argon2_under_a_key(ann: Account) -> None:
    assert ann.password is not None
    assert ann.password.startswith("$argon2id$")
    from argon2 import PasswordHasher
    from argon2.exceptions import VerifyMismatchError

    # Without the key outside the database even the right word cannot be recognised.
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(ann.password, PASSWORD)


def account_pages(app: Flask) -> list[str]:
    """Return every address of accounts that can be asked for, those with a token included."""
    return sorted(
        re.sub(r"<[^>]+>", "a-token", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/account") and "GET" in (rule.methods or ())
    )


@pytest.mark.parametrize("signed_in", [False, True])
def test_looking_at_a_page_of_the_account_changes_nothing(
    app: Flask, door: Door, ann: Account, signed_in: bool
) -> None:
    if signed_in:
        door.sign_in()
    pages = account_pages(app)
    assert len(pages) > 10
    for page in pages:
        with statements() as seen:
            door.open(page, query_string={"show_codes": "1"})
        assert [statement for statement in seen if statement.startswith(WRITING)] == []


def test_a_page_that_changes_something_would_be_seen(inside: Door) -> None:
    """Else the test above would be content whatever happens."""
    with statements() as seen:
        inside.send("/account/mf-recovery-codes", generate_new_codes="y")
    assert [statement for statement in seen if statement.startswith(WRITING)]


def test_the_librarys_own_way_to_the_operators_mailbox_is_closed(door: Door) -> None:
    assert door.open("/account/tf-rescue").status_code == 404


# -- still you? -------------------------------------------------------------------------------

DELICATE = ("/account/tf-setup", "/account/wan-register", "/account/mf-recovery-codes")


def signed_in_ago(door: Door, minutes: float) -> None:
    # The client keeps its cookies under the name of the server that it talks to.
    with door.client.session_transaction(base_url="https://localhost") as session:
        assert "_user_id" in session
        session["fs_paa"] = time.time() - 60 * minutes
        session.pop("fs_gexp", None)


@pytest.mark.parametrize("path", DELICATE)
def test_delicate_things_ask_again_after_a_quarter_of_an_hour(inside: Door, path: str) -> None:
    signed_in_ago(inside, minutes=14.5)
    assert inside.open(path).status_code == 200

    signed_in_ago(inside, minutes=15.5)
    asked = inside.open(path)
    assert asked.status_code == 302
    assert asked.location == f"/account/verify?next={path}"

    assert inside.send(asked.location, password="a guess", next=path).status_code == 422
    assert inside.send(asked.location, password=PASSWORD, next=path).location == path
    assert inside.open(path).status_code == 200


def test_a_password_is_changed_by_who_knows_it(inside: Door, ann: Account) -> None:
    fields = {
        "new_password": "a brand new password",
        "new_password_confirm": "a brand new password",
    }
    assert inside.send("/account/change", password="a guess", **fields).status_code == 422
    assert inside.send("/account/change", password=PASSWORD, **fields).status_code == 302
    assert inside.is_inside()

    inside.sign_out()
    assert inside.sign_in().status_code == 422
    assert inside.sign_in(password="a brand new password").status_code == 302


@pytest.mark.parametrize(
    ("new", "again", "words"),
    [
        ("elevenchars", "elevenchars", "at least 12 characters"),
        ("a brand new password", "another new password", "not the same"),
    ],
)
def test_a_bad_new_password_is_refused_in_words(
    inside: Door, new: str, again: str, words: str
) -> None:
    answer = inside.send(
        "/account/change", password=PASSWORD, new_password=new, new_password_confirm=again
    )
    assert answer.status_code == 422
    assert words in answer.text


def test_a_changed_password_signs_out_everywhere_else(app: Flask, inside: Door) -> None:
    elsewhere = Door(type(inside.client)(app, app.response_class, use_cookies=True))
    elsewhere.client.environ_base.update(inside.client.environ_base)
    elsewhere.sign_in()
    assert elsewhere.is_inside()

    inside.send(
        "/account/change",
        password=PASSWORD,
        new_password="a brand new password",
        new_password_confirm="a brand new password",
    )

    assert inside.is_inside()
    assert not elsewhere.is_inside()


def test_a_session_ends_after_a_working_day(inside: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(now + 11.9 * 3600))
    assert inside.is_inside()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(now + 24.1 * 3600))
    assert not inside.is_inside()
