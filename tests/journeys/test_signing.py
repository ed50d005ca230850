"""A citizen signs on a phone, with and without scripts."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.actors import (
    APPEAL,
    CONFIRM,
    LATIN_NAME,
    NAME,
    TITLE,
    Citizen,
    Organiser,
    until,
)

pytestmark = [pytest.mark.browser, pytest.mark.journey]

SUGGESTED = "Aygul Abdirakhmankyzy"


def test_a_citizen_finds_the_appeal_signs_confirms_and_is_counted(
    citizen: Citizen, page: Page, organiser: Organiser, scripts: bool
) -> None:
    before = organiser.people("verified")

    citizen.opens("/")
    page.get_by_label("Search the appeals").fill("delegation")
    page.get_by_role("button", name="Show").click()
    assert page.locator(".cards h3").all_inner_texts() == [TITLE]
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="Add your name").click()

    citizen.fills_in(latin_name=LATIN_NAME)
    citizen.presses_sign()
    assert citizen.heading() == "Look in your mailbox"

    letter = citizen.mailbox.newest()
    assert TITLE in letter.subject + letter.text
    page.locator("pre a[href*='/c/']").click()
    assert citizen.heading() == "Is this your signature?"
    expect(page.locator("main")).to_contain_text(NAME)
    assert organiser.people("verified") == before, "opening the link changes nothing"

    page.get_by_role("button", name=CONFIRM).click()
    assert "Your name stands under it" in citizen.heading()
    assert organiser.people("verified") == before + 1
    until(lambda: citizen.people_on_the_page() == before + 1, "the number on the page to follow")


def test_with_scripts_the_latin_form_is_suggested_while_typing(
    citizen: Citizen, page: Page
) -> None:
    citizen.opens_the_appeal()
    latin = page.get_by_label("Name in Latin letters")
    expect(latin).to_be_hidden()

    page.get_by_label("Full name").press_sequentially(NAME)
    expect(latin).to_have_value(SUGGESTED)
    latin.fill(LATIN_NAME)
    page.get_by_label("Full name").press_sequentially("м")
    expect(latin).to_have_value(LATIN_NAME)

    citizen.fills_in(name=NAME)
    citizen.presses_sign()
    assert citizen.heading() == "Look in your mailbox"
    citizen.opens_the_link(citizen.mailbox.newest())
    citizen.confirms()
    page.get_by_role("link", name="My signature").click()
    expect(page.locator("dl")).to_contain_text(LATIN_NAME)


@pytest.mark.parametrize("scripts", [False], indirect=True)
def test_without_scripts_the_house_suggests_the_latin_form_and_asks(
    citizen: Citizen, page: Page, scripts: bool
) -> None:
    citizen.opens_the_appeal()
    citizen.fills_in()
    citizen.presses_sign()

    assert len(citizen.problems()) == 1
    latin = page.get_by_label("Name in Latin letters")
    expect(latin).to_have_value(SUGGESTED)
    expect(latin).to_have_attribute("aria-invalid", "true")
    assert page.locator("#consent").is_checked()

    citizen.presses_sign()
    assert citizen.heading() == "Look in your mailbox"


def test_wrong_input_is_explained_and_nothing_typed_is_lost(
    citizen: Citizen, page: Page, scripts: bool
) -> None:
    citizen.opens_the_appeal()
    citizen.fills_in(latin_name=LATIN_NAME, visibility="initials")
    page.locator("#email").fill("aigul at example.org")
    page.locator("#consent").uncheck()
    page.locator("#news").check()
    with page.expect_response(lambda answer: answer.request.method == "POST") as caught:
        citizen.presses_sign()
    assert caught.value.status == 422

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error:")
    assert len(citizen.problems()) == 2
    assert {
        field: page.locator(f"#{field}").input_value()
        for field in ("name", "latin_name", "email", "country", "town")
    } == {
        "name": NAME,
        "latin_name": LATIN_NAME,
        "email": "aigul at example.org",
        "country": "KZ",
        "town": "Алматы",
    }
    assert page.locator("input[name=visibility][value=initials]").is_checked()
    assert page.locator("#news").is_checked()

    summary.get_by_role("link").first.click()
    expect(page.locator("#email")).to_be_focused()
    described = page.locator("#email").get_attribute("aria-describedby") or ""
    assert "email-error" in described.split()
    expect(page.locator("#email-error")).to_be_visible()

    page.locator("#email").fill(citizen.email)
    page.locator("#consent").check()
    citizen.presses_sign()
    assert citizen.heading() == "Look in your mailbox"


def test_everything_wrong_at_once_is_said_at_once(citizen: Citizen, page: Page) -> None:
    citizen.opens_the_appeal()
    citizen.presses_sign()
    assert len(citizen.problems()) == 4
    for field in ("name", "email", "country", "consent"):
        expect(page.locator(f"#{field}-error")).to_be_visible()


def test_the_code_confirms_as_the_link_does(citizen: Citizen, page: Page, scripts: bool) -> None:
    citizen.signs()
    waiting = page.url
    code = citizen.mailbox.newest().code

    page.goto(waiting)
    page.get_by_label("Code").fill("000000" if code != "000000" else "000001")
    page.get_by_role("button", name=CONFIRM).click()
    assert len(citizen.problems()) == 1
    page.get_by_label("Code").fill(f"{code[:3]} {code[3:]}")
    page.get_by_role("button", name=CONFIRM).click()
    assert "Your name stands under it" in citizen.heading()


def test_the_code_is_asked_only_where_one_has_signed(citizen: Citizen, page: Page) -> None:
    """Else a stranger who signs with somebody's address could talk them into confirming."""
    citizen.signs()
    expect(page.get_by_label("Code")).to_be_visible()
    citizen.opens(f"/a/{APPEAL}/check-mail")
    assert citizen.heading() == "Look in your mailbox"
    expect(page.get_by_label("Code")).to_have_count(0)


def test_confirming_twice_is_answered_kindly(citizen: Citizen, page: Page) -> None:
    letter = citizen.signs_and_confirms()
    page.reload()
    citizen.opens_the_link(letter)
    assert "you had confirmed already" in citizen.heading()


def test_signing_twice_looks_like_signing_once_and_the_letter_tells(
    citizen: Citizen, organiser: Organiser
) -> None:
    citizen.signs_and_confirms()
    before = organiser.people("verified")
    citizen.signs(name="Somebody Else")
    assert citizen.heading() == "Look in your mailbox"
    letter = citizen.mailbox.newest(at_least=2)
    assert "confirmed already" in letter.text
    assert NAME in letter.text
    assert "Somebody Else" not in letter.text
    assert organiser.people("verified") == before


def test_only_the_newest_letter_counts(citizen: Citizen) -> None:
    citizen.signs()
    first = citizen.mailbox.newest()
    citizen.signs(name="Ольга Ким", latin_name="Olga Kim")
    second = citizen.mailbox.newest(at_least=2)

    assert citizen.opens_the_link(first).status == 410
    assert citizen.heading() == "There is a newer letter"
    citizen.opens_the_link(second)
    citizen.confirms()
    assert "Your name stands under it" in citizen.heading()


def test_it_was_not_me_deletes_what_was_typed(
    citizen: Citizen, page: Page, organiser: Organiser, scripts: bool
) -> None:
    name = "Болат Өтеген" if scripts else "Сәуле Ізбасар"
    citizen.signs(name=name)
    letter = citizen.mailbox.newest()
    assert organiser.finds(name) == [name]

    citizen.opens_the_link(letter)
    page.get_by_text("It wasn't me", exact=True).click()
    page.get_by_role("button", name="It wasn't me: delete it").click()
    assert "It is gone" in citizen.heading()
    assert organiser.finds(name) == []
    assert citizen.opens_the_link(letter).status == 404
    assert citizen.opens(letter.my_link).status == 404


def test_an_organisation_signs_by_its_representative(citizen: Citizen, page: Page) -> None:
    citizen.opens_the_appeal()
    expect(page.locator("#organisation")).to_be_hidden()
    page.get_by_label("for an organisation").check()
    expect(page.locator("#organisation")).to_be_visible()
    citizen.fills_in(latin_name=LATIN_NAME)
    citizen.presses_sign()
    assert citizen.problems() == ["Write the name of the organisation."]
    page.locator("#organisation").fill("Жасыл аула")
    page.locator("#role").fill("Төраға")
    citizen.presses_sign()
    citizen.opens_the_link(citizen.mailbox.newest())
    expect(page.locator("main")).to_contain_text("Жасыл аула")
