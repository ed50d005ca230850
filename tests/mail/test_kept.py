"""Letters kept as files, and the developer's pages that show them."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from petitions.core.db import new_id
from petitions.mail import kept
from petitions.mail.kept import Kept
from petitions.mail.office import kept_letters
from tests.mail.samples import HOUSE, MORNING, SECRET, built, letter_to


@pytest.fixture
def folder(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "mail")


def keep(folder: Kept, subject: str = "Please confirm", to: str = "aigul@example.org") -> None:
    with folder.connection() as connection:
        connection.send(built(letter_to(to, subject=subject)), HOUSE.address, to)


def test_a_letter_is_kept_whole(folder: Kept) -> None:
    keep(folder)
    (found,) = folder.newest_first()
    assert (found.to, found.subject, found.sent_at) == (
        "aigul@example.org",
        "Please confirm",
        MORNING,
    )
    assert found.text == f"Қайырлы таң! {SECRET}\n"
    assert found.html.strip() == f"<p>Қайырлы таң! {SECRET}</p>"


def test_nobody_else_may_read_it(folder: Kept) -> None:
    keep(folder)
    (path,) = folder.folder.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.folder.stat().st_mode & 0o777 == 0o700


def test_the_newest_come_first_and_the_oldest_go(
    folder: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "KEPT", 3)
    for number in range(5):
        keep(folder, subject=f"Letter {number}")
    subjects = [message.subject for message in folder.newest_first()]
    assert subjects == ["Letter 4", "Letter 3", "Letter 2"]


def test_a_second_copy_takes_the_place_of_the_first(folder: Kept) -> None:
    row = new_id()
    with folder.connection() as connection:
        for _ in range(2):
            connection.send(built(message_id=row), HOUSE.address, "aigul@example.org")
    assert [message.name for message in folder.newest_first()] == [row]


def test_a_mailbox_in_another_script_is_shown(folder: Kept) -> None:
    keep(folder, to="айгүл@example.org")
    assert [message.to for message in folder.newest_first()] == ["айгүл@example.org"]


def test_a_letter_that_is_gone_is_not_found(folder: Kept) -> None:
    assert folder.find(new_id()) is None
    assert folder.newest_first() == ()


# -- the pages ----------------------------------------------------------------------------------


@pytest.fixture
def in_development(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    settings = replace(app.config["SETTINGS"], development=True, instance_dir=tmp_path)
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    return kept_letters(settings)


def test_developers_see_what_was_kept(in_development: Kept, client: FlaskClient) -> None:
    keep(in_development, subject="Please <confirm>")
    page = client.get("/-/mail").text
    assert "Please &lt;confirm&gt;" in page
    assert "aigul@example.org" in page
    (message,) = in_development.newest_first()
    assert f"/-/mail/{message.name}" in page
    assert SECRET in client.get(f"/-/mail/{message.name}").text


def test_a_letter_s_html_may_do_nothing(in_development: Kept, client: FlaskClient) -> None:
    keep(in_development)
    (message,) = in_development.newest_first()
    response = client.get(f"/-/mail/{message.name}/html")
    assert SECRET in response.text
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none';")
    assert "script" not in policy


@pytest.mark.parametrize(
    "path", ["/-/mail/not-a-letter", "/-/mail/..%2f..%2fsecret.key", "/-/mail/"]
)
def test_what_is_no_letter_is_not_found(
    in_development: Kept, client: FlaskClient, path: str
) -> None:
    assert client.get(path).status_code == 404
    assert client.get(f"/-/mail/{new_id()}").status_code == 404


def test_in_production_there_is_no_such_page(app: Flask, client: FlaskClient) -> None:
    folder = kept_letters(app.config["SETTINGS"])
    keep(folder)
    (message, *_) = folder.newest_first()
    addresses = ("/-/mail", f"/-/mail/{message.name}", f"/-/mail/{message.name}/html")
    assert {client.get(address).status_code for address in addresses} == {404}
