"""A signatory's own page: what is held, who sees it, and every way out."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text
from werkzeug.test import TestResponse

from petitions.core.db import db
from petitions.core.tokens import new_token
from petitions.lists import queries as lists
from petitions.signatures.models import Signature, StrikeReason
from petitions.verification.models import Confirmation
from tests.actors import suzie
from tests.conftest import A_MORNING, Clock, dispose_of
from tests.factories import appeals, signatures
from tests.factories.appeals import Furnished
from tests.factories.pages import read
from tests.factories.signatures import Signed

EMAIL = "suzie.q@example.org"


@pytest.fixture(name="entered")
def _entered(appeal: Furnished) -> Signed:
    """A confirmed signature with everything that can be told."""
    return signatures.confirmed(
        appeal,
        EMAIL,
        name="Айгүл Нұр",
        latin_name="Aigul Nur",
        town="Öskemen",
        organisation="Friends of the Library",
        role="Chair",
        news=True,
        source="poster",
    )


@pytest.fixture(name="path")
def _path(entered: Signed) -> str:
    return f"/s/{entered.own_token}"


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    return client.post(path, data=fields)


# -- what is held -----------------------------------------------------------------------------


def test_the_page_shows_all_but_the_address(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    for told in ("Айгүл Нұр", "Aigul Nur", "Öskemen", "Friends of the Library", "Chair"):
        assert told in read(answer).text
    assert "@" not in read(answer).text.replace("operator@example.org", "")
    assert "suzie.q" not in answer.text


def test_the_file_gives_everything(
    client: FlaskClient, path: str, appeal: Furnished, clock: Clock
) -> None:
    answer = client.get(f"{path}/held.json")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert json.loads(answer.text) == {
        "name": "Айгүл Нұр",
        "latin_name": "Aigul Nur",
        "email": EMAIL,
        "town": "Öskemen",
        "country": "KZ",
        "organisation": "Friends of the Library",
        "role": "Chair",
        "kind": "person",
        "visibility": "addressee",
        "state": "verified",
        "news": True,
        "language": "en",
        "source": "poster",
        "entered_at": clock.at.isoformat(),
        "verified_at": clock.at.isoformat(),
        "text_version": str(appeal.versions["en"]),
    }


def test_the_file_leaves_out_no_column_that_tells_of_a_person(
    client: FlaskClient, path: str
) -> None:
    """A column that is added must be given out, or be named here with its reason."""
    told_otherwise = {
        "id": "the house's own number",
        "appeal_id": "the page says which",
        "person": "opened: name, address, town, organisation, role",
        "mailbox": "a digest of the address, which is given",
        "link": "a digest of the address of this page",
        "lang": "as `language`",
        "version_id": "as `text_version`",
        "ended_at": "shown as the state",
        "told_at": "a limit on letters",
        "reason": "shown on the page",
        "note": "shown on the page",
    }
    given = set(json.loads(client.get(f"{path}/held.json").text))
    columns = {column.name for column in Signature.__table__.columns}
    assert columns - given == set(told_otherwise)


@pytest.mark.parametrize("suffix", ["", "/held.json"])
def test_a_link_that_was_never_written_leads_nowhere(client: FlaskClient, suffix: str) -> None:
    assert client.get(f"/s/{new_token()}{suffix}").status_code == 404


@pytest.mark.parametrize("what", ["choices", "withdraw", "burn"])
def test_nothing_can_be_done_by_a_link_that_was_never_written(
    client: FlaskClient, appeal: Furnished, what: str
) -> None:
    assert post(client, f"/s/{new_token()}/{what}", visibility="public").status_code == 404


@pytest.mark.parametrize("what", ["", "/held.json"])
def test_looking_changes_nothing(client: FlaskClient, path: str, what: str) -> None:
    for method in ("GET", "HEAD"):
        client.open(path + what, method=method)
    assert state(client, path) == "verified"


@pytest.mark.parametrize("what", ["choices", "withdraw", "burn"])
def test_following_a_link_does_nothing(client: FlaskClient, path: str, what: str) -> None:
    assert client.get(f"{path}/{what}").status_code == 405
    assert state(client, path) == "verified"


def state(client: FlaskClient, path: str) -> str:
    return str(json.loads(client.get(f"{path}/held.json").text)["state"])


# -- who sees it ------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", ["public", "initials", "addressee", "count"])
def test_who_may_see_the_name_can_be_changed(client: FlaskClient, path: str, chosen: str) -> None:
    answer = post(client, f"{path}/choices", visibility=chosen)
    assert answer.status_code == 303
    assert "Your choice is saved" in client.get(answer.location).text
    assert json.loads(client.get(f"{path}/held.json").text)["visibility"] == chosen


@pytest.mark.parametrize("chosen", ["", "everybody", "PUBLIC"])
def test_another_choice_is_refused_beside_the_field(
    client: FlaskClient, path: str, chosen: str
) -> None:
    answer = post(client, f"{path}/choices", visibility=chosen)
    assert answer.status_code == 422
    assert "error" in answer.text
    assert json.loads(client.get(f"{path}/held.json").text)["visibility"] == "addressee"


def test_the_list_follows_the_choice_at_once(
    client: FlaskClient, path: str, appeal: Furnished, app: Flask
) -> None:
    def names() -> list[str]:
        db.session.remove()
        with app.test_request_context():
            return [name.name for name in lists.public_names(appeal.slug, None, 10)[0]]

    assert names() == []
    post(client, f"{path}/choices", visibility="public")
    assert names() == ["Айгүл Нұр"]
    post(client, f"{path}/choices", visibility="count")
    assert names() == []


# -- ways out ---------------------------------------------------------------------------------


def test_withdrawing_takes_the_signature_back_and_keeps_the_page(
    client: FlaskClient, path: str, appeal: Furnished
) -> None:
    answer = post(client, f"{path}/withdraw")
    assert answer.status_code == 200
    assert "Your signature is withdrawn" in answer.text
    assert state(client, path) == "withdrawn"
    page = client.get(path)
    assert page.status_code == 200
    assert "Withdraw my signature" not in page.text
    assert "Delete everything about me" in page.text


def test_withdrawing_twice_is_told_and_does_no_harm(client: FlaskClient, path: str) -> None:
    post(client, f"{path}/withdraw")
    assert post(client, f"{path}/withdraw").status_code == 409
    assert state(client, path) == "withdrawn"


def test_a_withdrawn_signature_no_longer_counts(
    client: FlaskClient, path: str, appeal: Furnished
) -> None:
    from petitions.signatures.queries import count_of

    signatures.counted()
    assert count_of(appeal.id).people == 1
    post(client, f"{path}/withdraw")
    signatures.counted()
    db.session.remove()
    assert count_of(appeal.id).people == 0


def test_burning_deletes_all_of_it(
    client: FlaskClient, path: str, appeal: Furnished, entered: Signed
) -> None:
    answer = post(client, f"{path}/burn")
    assert answer.status_code == 200
    assert "Everything is deleted" in answer.text
    db.session.remove()
    row = db.session.get_one(Signature, entered.id)
    assert (row.person, row.mailbox, row.link, row.note) == (None, None, None, None)
    assert row.state == "withdrawn"


def test_after_burning_every_link_is_dead(client: FlaskClient, path: str, entered: Signed) -> None:
    post(client, f"{path}/burn")
    opened = [path, f"{path}/held.json", f"/c/{entered.token}"]
    assert {client.get(address).status_code for address in opened} == {404}
    thanks = client.get(f"/c/{entered.token}/thanks")
    assert thanks.status_code in (302, 404)
    pressed = [f"{path}/burn", f"{path}/withdraw", f"/c/{entered.token}"]
    assert {post(client, address).status_code for address in pressed} == {404}


@pytest.mark.parametrize("before", ["pending", "withdrawn", "struck"])
def test_burning_is_possible_in_whatever_state(
    client: FlaskClient, appeal: Furnished, ann: UUID, before: str
) -> None:
    entered = signatures.signed(appeal, "sam@example.org")
    path = f"/s/{entered.own_token}"
    if before == "withdrawn":
        post(client, f"{path}/withdraw")
    if before == "struck":
        signatures.struck(entered, by=ann)
    assert state(client, path) == before
    assert post(client, f"{path}/burn").status_code == 200
    assert client.get(path).status_code == 404


def test_who_has_burnt_may_sign_again(client: FlaskClient, appeal: Furnished) -> None:
    someone = suzie(client)
    someone.opens()
    someone.signs()
    post(client, f"{someone.own_path}/burn")
    someone.opens()
    someone.signs()
    assert someone.presses_confirm().status_code == 200


def test_a_letter_that_has_not_left_goes_with_who_burns(
    client: FlaskClient, appeal: Furnished
) -> None:
    """It holds the name and the address; nobody wants it any more."""
    from tests.conftest import Outbox

    entered = signatures.signed(appeal, "sam@example.org")
    post(client, f"/s/{entered.own_token}/burn")
    assert Outbox().letters() == []


def test_the_reason_for_striking_is_told_on_the_page(
    client: FlaskClient, entered: Signed, path: str, ann: UUID
) -> None:
    signatures.struck(entered, StrikeReason.DUPLICATE, "See <b>number</b> 7", by=ann)
    page = read(client.get(path))
    assert "The same person signed twice" in page.text
    assert "See <b>number</b> 7" in page.text


def test_the_page_speaks_the_language_of_the_signature(
    client: FlaskClient, appeal: Furnished
) -> None:
    entered = signatures.signed(appeal, "sam@example.org", lang="kk")
    path = f"/s/{entered.own_token}"
    russian = {"Accept-Language": "ru"}
    answers = [
        client.get(path, headers=russian),
        client.post(f"{path}/choices", data={}, headers=russian),
        client.post(f"{path}/withdraw", headers=russian),
        client.post(f"{path}/burn", headers=russian),
    ]
    assert [read(answer).first("html").attrs["lang"] for answer in answers] == ["kk"] * 4


def test_what_expired_was_forgotten(client: FlaskClient, appeal: Furnished, app: Flask) -> None:
    entered = signatures.signed(appeal, "sam@example.org")
    (job,) = [job for job in app.extensions["timetable"].jobs if job.name == "verification.expire"]
    assert job.run(A_MORNING + timedelta(days=14, seconds=1)) == 1
    assert client.get(f"/s/{entered.own_token}").status_code == 404
    assert signatures.row_of(appeal, "sam@example.org") is None


# -- nothing is left behind -------------------------------------------------------------------


def values(name: str) -> list[bytes]:
    """Return every value of a table as bytes."""
    rows = db.session.execute(text(f"SELECT * FROM {name}")).all()
    return [v if isinstance(v, bytes) else repr(v).encode() for row in rows for v in row]


def test_no_table_keeps_what_was_burnt(own_app: Flask) -> None:
    """Not sealed either: neither the person, nor the digest of the mailbox, nor that of the link.

    The files of SQLite are looked through as well, after its log was written back: it overwrites
    what it deletes.
    """
    with own_app.app_context():
        entered = signatures.confirmed(appeals.opened(), EMAIL, name="Suzie Quatermass")
        row = db.session.get_one(Signature, entered.id)
        left = [row.person, row.mailbox, row.link]
        assert all(left)
    client = own_app.test_client()
    answer = client.post(f"/s/{entered.own_token}/burn", base_url="https://appeals.example.org")
    assert answer.status_code == 200
    with own_app.app_context():
        held = [v for name in inspect(db.engine).get_table_names() for v in values(name)]
        files = stored_files(own_app)
    dispose_of(own_app)
    for secret in (*left, EMAIL.encode(), b"Quatermass"):
        assert secret is not None
        assert not any(secret in value for value in held)
        assert not any(secret in content for content in files)


def stored_files(app: Flask) -> list[bytes]:
    url = str(app.config["SETTINGS"].database_url)
    if not url.startswith("sqlite"):
        return []
    db.session.remove()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(url.removeprefix("sqlite:///"))
    return [file.read_bytes() for file in path.parent.glob(f"{path.name}*")]


def test_secrets_of_links_and_codes_stand_nowhere_in_the_database(own_app: Flask) -> None:
    with own_app.app_context():
        entered = signatures.signed(appeals.opened(), EMAIL, name="Suzie Quatermass")
        secrets = [entered.token, entered.own_token, entered.code, EMAIL, "Quatermass", "Semey\x00"]
        held = [
            value
            for name in inspect(db.engine).get_table_names()
            if name not in ("versions", "addressees")
            for value in values(name)
            if len(value) < 20_000
        ]
        digests = db.session.scalars(select(Confirmation.code)).all()
        files = stored_files(own_app)
    dispose_of(own_app)
    assert len(digests[0]) == 32
    for secret in secrets:
        if secret == entered.code:  # six digits may stand in any number by chance
            assert not any(secret.encode() == value.strip(b"'") for value in held)
            continue
        assert not any(secret.encode() in value for value in held), secret
        assert not any(secret.encode() in content for content in files), secret
