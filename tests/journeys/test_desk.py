"""The organiser at the desk: signs in, looks, searches, strikes, takes the list along."""

import csv
import json
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from petitions.demo.people import Invented, signatories
from tests.journeys.actors import APPEAL, TITLE, Citizen, Organiser
from tests.servers import House

pytestmark = [pytest.mark.browser, pytest.mark.journey]

ROWS_ON_A_PAGE = 50


# -- the door and the numbers -----------------------------------------------------------------


def test_who_is_not_signed_in_is_sent_to_the_door_and_back(
    page: Page, live_server: House, scripts: bool
) -> None:
    organiser = Organiser(page, live_server)
    organiser.signs_in()
    assert page.url == f"{live_server.url}/desk/"
    page.get_by_role("link", name=TITLE).click()
    assert page.locator("h1").inner_text() == TITLE

    page.get_by_role("button", name="Sign out").first.click()
    organiser.opens("/signatures")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "signatures" not in page.locator("main").inner_text().lower()


def test_the_numbers_the_drawing_and_its_table_agree(organiser: Organiser) -> None:
    organiser.opens()
    page = organiser.page
    drawing = page.get_by_role("img", name="Signatures per day")
    expect(drawing).to_be_visible()
    page.get_by_text("The same as a table").click()
    rows = page.locator("details tbody tr")
    people = [number(text) for text in rows.locator("td:nth-of-type(1)").all_inner_texts()]
    organisations = [number(text) for text in rows.locator("td:nth-of-type(2)").all_inner_texts()]
    totals = [number(text) for text in rows.locator("td:nth-of-type(3)").all_inner_texts()]

    assert drawing.locator("rect.people").count() == len(people) > 10
    assert max(totals) == sum(people) + sum(organisations)
    assert sum(people) == organiser.people("verified")
    assert sum(organisations) >= 8


def number(text: str) -> int:
    return int(text.replace(",", ""))


# -- finding and striking ---------------------------------------------------------------------


def test_a_name_is_found_however_it_is_written(organiser: Organiser) -> None:
    assert organiser.finds("salma") == ["سلمى الخطيب"]
    assert organiser.finds("김서연") == ["김서연"]
    assert "Dinara Shaikenova" in organiser.finds("freedom kazakhstan")
    assert organiser.finds("nobody of this name") == []
    expect(organiser.page.get_by_role("status")).to_contain_text("0 signatures")


def test_signatures_are_seen_page_by_page_each_once(organiser: Organiser) -> None:
    organiser.opens("/signatures")
    page = organiser.page
    seen: list[str] = []
    for _ in range(3):
        links = page.locator("tbody a").evaluate_all("links => links.map(link => link.href)")
        assert len(organiser.names()) == ROWS_ON_A_PAGE
        seen += links
        page.get_by_role("link", name="Show more").click()
    assert len(seen) == len(set(seen)) > 2 * ROWS_ON_A_PAGE


def test_only_what_is_asked_for_is_shown(organiser: Organiser) -> None:
    struck = organiser.people("struck")
    assert len(organiser.finds("", state="struck")) == struck
    states = organiser.page.locator("tbody .state").all_inner_texts()
    assert set(states) == {"Struck"}


def test_a_signature_is_struck_with_a_reason_and_its_signatory_is_told(
    citizen: Citizen, organiser: Organiser, scripts: bool
) -> None:
    name = "Нұржан Қоңырбай" if scripts else "Ақмарал Қоңырбай"
    letter = citizen.signs_and_confirms(name=name)
    before = organiser.people("verified")

    page = organiser.page
    assert organiser.finds(name) == [name]
    page.get_by_role("link", name=f"Strike {name}").click()
    page.get_by_role("button", name="Strike it").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a reason.")
    page.get_by_label("Reason").select_option(index=1)
    reason = page.get_by_label("Reason").locator("option:checked").inner_text()
    page.get_by_label("Note").fill("Two letters from you said so.")
    page.get_by_role("button", name="Strike it").click()
    expect(page.get_by_role("status").first).to_contain_text("struck")
    assert organiser.people("verified") == before - 1

    told = citizen.mailbox.newest(at_least=2)
    assert reason in told.text
    assert "Two letters from you said so." in told.text
    citizen.opens(letter.my_link)
    expect(citizen.page.locator("main")).to_contain_text(reason)
    expect(citizen.page.locator("main")).to_contain_text("Two letters from you said so.")


# -- taking the list along --------------------------------------------------------------------


def names_of(people: Iterable[Invented]) -> set[str]:
    return {one.name for one in people}


def verified(*visibilities: str) -> set[str]:
    """Return the names of invented signatories who are on the list, by what they allowed."""
    chosen = [one for one in signatories() if one.fate == "verified"]
    return names_of(one for one in chosen if one.visibility in visibilities)


LISTED = verified("public", "addressee")
UNLISTED = names_of(signatories()) - LISTED
"""Counted only, as initials, unconfirmed, withdrawn, struck, set aside."""


def test_the_table_holds_who_allowed_it_and_nobody_else(
    organiser: Organiser, tmp_path: Path
) -> None:
    file = organiser.downloads("csv", tmp_path)
    assert file.name.startswith(f"{APPEAL}-en-")
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert_right_names([row["Name"] for row in rows])
    assert [int(row["No."]) for row in rows] == list(range(1, len(rows) + 1))
    assert "@" not in raw.decode("utf-8-sig")


def test_the_spreadsheet_holds_the_same_as_text(organiser: Organiser, tmp_path: Path) -> None:
    book = load_workbook(organiser.downloads("xlsx", tmp_path))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    headings = next(at for at, row in enumerate(rows) if row and "Name" in row)
    column = rows[headings].index("Name")
    names = [str(row[column]) for row in rows[headings + 1 :] if row[column]]
    assert_right_names(names)


def test_the_data_add_up(organiser: Organiser, tmp_path: Path) -> None:
    listed = json.loads(organiser.downloads("json", tmp_path).read_text(encoding="utf-8"))
    signatures, totals = listed["signatures"], listed["totals"]
    assert_right_names([one["name"] for one in signatures])
    assert listed["head"]["title"] == TITLE
    assert totals["people"] == organiser.people("verified")
    assert totals["people"] + totals["organisations"] == (len(signatures) + totals["counted_only"])
    assert totals["counted_only"] >= len(verified("count"))


def test_the_document_can_be_handed_over(
    organiser: Organiser, tmp_path: Path, scripts: bool
) -> None:
    """To the addressee: the letter, then the names, organisations first."""
    file = organiser.downloads("pdf", tmp_path)
    pages = words_of(file)
    assert "David Sassoli" in pages[0]
    assert TITLE in " ".join(pages[0].split())

    printed = "".join("".join(pages).split())
    missing = {name for name in LISTED if name.isascii() or is_cyrillic(name)} - {
        name for name in LISTED if unspaced(name) in printed
    }
    assert missing == set()
    assert {name for name in UNLISTED if unspaced(name) in printed} == set()
    assert f"Page{len(pages)}of{len(pages)}" in unspaced(pages[-1])
    assert printed.index("Qaharman") < printed.index(unspaced("Salma al-Khatib"))


def assert_right_names(names: list[str]) -> None:
    """The demonstration's names are there as often as they should be; others' are left alone."""
    found, wanted = Counter(names), Counter(LISTED)
    assert wanted - found == Counter()
    assert set(names) & UNLISTED == set()


def is_cyrillic(name: str) -> bool:
    return all("\u0400" <= letter <= "\u04ff" for letter in name if letter.isalpha())


def unspaced(text: str) -> str:
    return "".join(text.split())


def words_of(file: Path) -> list[str]:
    """Return the words of each page of a PDF, in the order of its content."""
    done = subprocess.run(
        ["pdftotext", "-raw", str(file), "-"], capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode().split("\f")[:-1]


def test_the_list_speaks_the_language_that_is_chosen(organiser: Organiser, tmp_path: Path) -> None:
    listed = json.loads(organiser.downloads("json", tmp_path, "kk").read_text(encoding="utf-8"))
    assert listed["head"]["lang"] == "kk"
    assert listed["head"]["title"] != TITLE
