"""Taking a list out of the house."""

import csv
import io
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from petitions.appeals.models import Appeal
from petitions.audit.models import AuditEntry
from petitions.audit.queries import deeds_on
from petitions.core.db import db, transaction
from petitions.lists import services, typeset
from petitions.lists.rules import TypesettingFailed
from petitions.lists.services import Format
from petitions.organisers import services as organisers
from petitions.organisers.mandates import Role
from petitions.organisers.models import Account
from petitions.signatures import queries as register
from petitions.signatures.models import Kind, Visibility
from tests.lists.conftest import SLUG, YESTERDAY, Desk, Register

PATH = f"/desk/{SLUG}/export"


def taken(desk: Desk, form: Format = Format.CSV, lang: str = "en") -> TestResponse:
    """Send the form and return the file."""
    token = desk.token(PATH)
    return desk.client.post(PATH, data={"csrf_token": token, "format": form.value, "lang": lang})


@pytest.fixture
def people(signed: Register) -> Register:
    """Somebody of each visibility, and an organisation."""
    signed.sign("Ann Public", visibility=Visibility.PUBLIC)
    signed.sign("Bob Initials", visibility=Visibility.INITIALS, town="Hidden Town")
    signed.sign("Cem Addressee", visibility=Visibility.ADDRESSEE)
    signed.sign("Dan Counted", visibility=Visibility.COUNT)
    signed.sign("=cmd|' /C calc'!A0", visibility=Visibility.PUBLIC)
    signed.sign("Ela", kind=Kind.ORGANISATION, organisation="Elimay", visibility=Visibility.PUBLIC)
    return signed


def test_the_desk_offers_formats_and_the_languages_of_the_text(
    desk: Desk, signed: Register
) -> None:
    page = desk.client.get(PATH).text
    for value in ("pdf", "xlsx", "csv", "json"):
        assert f'value="{value}"' in page
    assert 'value="ru"' in page
    assert 'value="fr"' not in page


@pytest.mark.parametrize("form", list(Format))
def test_a_list_comes_as_a_file_that_no_cache_keeps(
    desk: Desk, people: Register, form: Format
) -> None:
    answer = taken(desk, form)
    assert answer.status_code == 200
    assert answer.content_type == form.media_type
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Content-Disposition"].endswith(f'.{form.value}"')
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_length == len(answer.data) > 100


@pytest.mark.parametrize("form", [Format.CSV, Format.JSON])
def test_who_is_counted_only_never_leaves_the_house(
    desk: Desk, people: Register, form: Format
) -> None:
    text = taken(desk, form).text
    assert "Counted" not in text
    assert "Bob" not in text
    assert "Hidden Town" not in text
    assert "B. I." in text
    assert "Cem Addressee" in text


def test_the_table_has_a_row_for_each_listed_signature(desk: Desk, people: Register) -> None:
    rows = list(csv.DictReader(io.StringIO(taken(desk).data.decode("utf-8-sig"), newline="")))
    assert [(row["No."], row["Organisation"] or row["Name"]) for row in rows] == [
        ("1", "Elimay"),
        ("2", "Ann Public"),
        ("3", "B. I."),
        ("4", "Cem Addressee"),
        ("5", "'=cmd|' /C calc'!A0"),
    ]


@pytest.mark.parametrize("form", [Format.CSV, Format.PDF])
def test_a_list_of_many_chunks_comes_whole(
    desk: Desk, people: Register, monkeypatch: pytest.MonkeyPatch, form: Format
) -> None:
    monkeypatch.setattr(register, "CHUNK", 2)
    monkeypatch.setattr(typeset, "ROWS_A_VOLUME", 2)
    answer = taken(desk, form)
    assert answer.status_code == 200
    assert len(deeds_on("appeal", people.appeal_id)) > 2
    if form is Format.CSV:
        assert answer.data.count(b"\r\n") == 6


def test_the_data_count_those_who_are_not_listed(desk: Desk, people: Register) -> None:
    read = json.loads(taken(desk, Format.JSON).data)
    assert read["totals"]["people"] == 5
    assert read["totals"]["organisations"] == 1
    assert read["totals"]["counted_only"] == 1
    assert read["head"]["url"].endswith(f"/a/{SLUG}/en")


def test_the_workbook_can_be_opened(desk: Desk, people: Register) -> None:
    book = load_workbook(io.BytesIO(taken(desk, Format.XLSX).data))
    assert book.worksheets[0].max_row == 6


def test_the_document_is_a_pdf_in_the_language_asked_for(desk: Desk, people: Register) -> None:
    answer = taken(desk, Format.PDF, "ru")
    assert answer.data.startswith(b"%PDF")
    assert f"{SLUG}-ru-" in answer.headers["Content-Disposition"]


def test_a_list_is_recorded_before_it_leaves(desk: Desk, ann: Account, people: Register) -> None:
    taken(desk)
    (deed,) = (d for d in deeds_on("appeal", people.appeal_id) if d.verb == "lists.export")
    assert deed.actor_id == ann.id
    assert deed.details["format"] == "csv"
    assert deed.details["listed"] == 5
    assert "name" in str(deed.details["columns"]).split()
    assert "Ann" not in str(deed.details)


def test_a_list_that_cannot_be_drawn_is_not_recorded(
    desk: Desk, people: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise TypesettingFailed("no")

    monkeypatch.setattr(services, "write_pdf", refuse)
    answer = taken(desk, Format.PDF)
    assert answer.status_code == 500
    assert "Take the table instead" in answer.text
    assert not [d for d in deeds_on("appeal", people.appeal_id) if d.verb == "lists.export"]


@pytest.mark.parametrize(("field", "value"), [("format", "exe"), ("lang", "fr"), ("lang", "../x")])
def test_what_is_not_offered_is_refused_beside_its_field(
    desk: Desk, signed: Register, field: str, value: str
) -> None:
    fields = {"csrf_token": desk.token(PATH), "format": "csv", "lang": "en"} | {field: value}
    answer = desk.client.post(PATH, data=fields)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


def test_a_list_needs_the_token_of_the_form(desk: Desk, people: Register) -> None:
    answer = desk.client.post(PATH, data={"format": "csv", "lang": "en"})
    assert answer.status_code in {400, 422}
    assert "Cem" not in answer.text


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, people: Register, method: str) -> None:
    answer = getattr(client, method)(PATH)
    assert answer.status_code == 302
    assert "/account/login" in answer.headers["Location"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.EXPORTER, 200), (Role.VIEWER, 403), (Role.EDITOR, 403), (Role.MODERATOR, 403)],
)
def test_only_a_mandate_to_export_gives_the_list(
    app: Flask, desk: Desk, ann: Account, people: Register, role: Role, status: int, method: str
) -> None:
    with transaction():
        account = db.session.merge(ann)
        for mandate in account.mandates:
            mandate.role = role
    fields = {"csrf_token": desk.token("/account/"), "format": "csv", "lang": "en"}
    answer = desk.client.open(PATH, method=method.upper(), data=fields)
    assert answer.status_code == status
    if status != 200:
        assert "Cem" not in answer.text


def test_the_list_of_another_team_does_not_exist(
    desk: Desk, ann: Account, people: Register
) -> None:
    with transaction():
        other = organisers.found_team("Others", at=YESTERDAY)
        db.session.get_one(Appeal, people.appeal_id).team_id = other.id
    assert desk.client.get(PATH).status_code == 404


def test_records_of_lists_say_nothing_of_people(desk: Desk, people: Register) -> None:
    taken(desk)
    entries = db.session.query(AuditEntry).all()
    assert entries
    assert not [e for e in entries if "Cem" in str(e.details)]
