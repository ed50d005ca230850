"""Invitations, forgotten passwords, and what is told by mail."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from petitions.core.db import db
from petitions.mail.letter import Letter
from petitions.organisers import queries
from petitions.organisers.accounts import LINK_VALID_FOR
from petitions.organisers.mandates import Role
from petitions.organisers.models import Account
from tests.organisers.conftest import EMAIL, PASSWORD, YESTERDAY, Door, letters

SITE = "https://appeals.example.org"
NEW = {"password": "a brand new password", "password_confirm": "a brand new password"}


def link_in(letter: Letter) -> str:
    """Return the path of the link in a letter; it stands in both versions, and is of this site."""
    found = re.search(r"https?://[^/\s]+(/account/reset/\S+)", letter.text)
    assert found is not None
    assert found[0].startswith(SITE + "/")
    assert f'href="{found[0]}"' in letter.html
    return found[1]


# -- forgotten --------------------------------------------------------------------------------


def test_a_forgotten_password_is_replaced_through_a_letter(door: Door, ann: Account) -> None:
    door.send("/account/reset", email=EMAIL)
    (letter,) = letters()
    assert letter.to.reveal() == EMAIL
    assert letter.template == "organisers.reset"
    assert letter.subject == "Choose a new password"

    link = link_in(letter)
    assert door.open(link).status_code == 200
    assert door.send(link, **NEW).location == "/account/login"
    assert door.sign_in().status_code == 422
    assert door.sign_in(password=NEW["password"]).status_code == 302

    (notice,) = letters()
    assert notice.template == "organisers.was_set"


def test_a_link_works_once(door: Door, ann: Account) -> None:
    door.send("/account/reset", email=EMAIL)
    link = link_in(letters()[0])
    door.send(link, **NEW)

    assert door.open(link).location == "/account/reset"
    assert "This link was used before" in door.open("/account/reset").text


def test_a_link_runs_out(
    app: Flask, door: Door, ann: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.send("/account/reset", email=EMAIL)
    link = link_in(letters()[0])
    assert app.config["SECURITY_RESET_PASSWORD_WITHIN"] == LINK_VALID_FOR == timedelta(days=2)

    monkeypatch.setitem(app.config, "SECURITY_RESET_PASSWORD_WITHIN", timedelta(seconds=-1))
    assert door.open(link).location == "/account/reset"
    assert door.client.post(link, data=NEW).location == "/account/reset"
    assert "has run out" in door.open("/account/reset").text
    assert door.sign_in().status_code == 302


def test_asking_for_a_link_never_tells_who_has_an_account(door: Door, ann: Account) -> None:
    known = door.send("/account/reset", email=EMAIL)
    assert len(letters()) == 1
    unknown = door.send("/account/reset", email="nobody@example.org")
    assert letters() == []

    assert known.status_code == unknown.status_code == 200
    assert _bare(known.text) == _bare(unknown.text)
    assert "a letter with a link is on its way" in known.text


def _bare(page: str) -> str:
    return re.sub(r'value="[^"]*"', "", page)


def test_a_closed_account_gets_no_link(door: Door, ann: Account) -> None:
    db.session.get_one(Account, ann.id).active = False
    db.session.commit()
    assert door.send("/account/reset", email=EMAIL).status_code == 200
    assert letters() == []


def test_the_host_of_a_request_never_gets_into_a_letter(door: Door, ann: Account) -> None:
    door.client.environ_base["HTTP_HOST"] = "evil.example"
    door.send("/account/reset", email=EMAIL)
    (letter,) = letters()
    assert "evil.example" not in letter.text + letter.html
    link_in(letter)


def test_a_changed_password_is_told_to_its_owner(inside: Door) -> None:
    inside.send(
        "/account/change",
        password=PASSWORD,
        new_password=NEW["password"],
        new_password_confirm=NEW["password"],
    )
    (letter,) = letters()
    assert letter.template == "organisers.was_changed"
    assert letter.to.reveal() == EMAIL


# -- invited ----------------------------------------------------------------------------------


def test_an_invited_person_chooses_a_password_and_gets_in(
    commands: FlaskCliRunner, door: Door
) -> None:
    done = commands.invoke(
        args=[
            "organisers",
            "invite",
            "Bo@Example.org",
            "--name=Bo",
            "--team=The bridge",
            "--role=editor",
        ]
    )
    assert done.exit_code == 0, done.output
    assert "Opened an account" in done.output
    assert "editor of The bridge" in done.output
    assert "@" not in done.output  # what a command prints ends up in logs

    (letter,) = letters()
    assert letter.to.reveal() == "bo@example.org"
    assert letter.template == "organisers.invitation"
    assert "The bridge" in letter.subject
    assert "Dear Bo," in letter.text
    assert letter.lang == "en"
    assert 'lang="en"' in letter.html

    door.send(link_in(letter), **NEW)
    door.sign_in("bo@example.org", NEW["password"])
    page = door.open("/account/").text
    assert "The bridge" in page
    assert "Bo" in page


def test_inviting_twice_opens_one_account(commands: FlaskCliRunner) -> None:
    for role in ("viewer", "owner"):
        commands.invoke(args=["organisers", "invite", "bo@example.org", f"--role={role}"])
    assert len(letters()) == 2  # the first may have been lost

    (account,) = db.session.query(Account).all()
    organiser = queries.organiser_by_id(account.id, YESTERDAY)
    assert organiser is not None
    assert [role for _, role in organiser.mandates] == [Role.OWNER]


def test_who_has_a_password_is_appointed_without_a_letter(
    commands: FlaskCliRunner, ann: Account
) -> None:
    done = commands.invoke(args=["organisers", "invite", EMAIL, "--team=Another"])
    assert "They have a password already" in done.output
    assert letters() == []
    organiser = queries.organiser_by_id(ann.id, YESTERDAY)
    assert organiser is not None
    assert len(organiser.team_ids) == 2


def test_a_malformed_address_is_refused_by_name(commands: FlaskCliRunner) -> None:
    done = commands.invoke(args=["organisers", "invite", "not an address"])
    assert done.exit_code == 2
    assert "EMAIL" in done.output
    assert db.session.query(Account).count() == 0


@pytest.mark.parametrize("lang", ["fr", "ru", "kk"])
def test_an_invitation_is_written_in_the_language_asked_for(
    commands: FlaskCliRunner, lang: str
) -> None:
    commands.invoke(args=["organisers", "invite", "bo@example.org", f"--lang={lang}"])
    (letter,) = letters()
    assert letter.lang == lang
    assert f'lang="{lang}"' in letter.html
