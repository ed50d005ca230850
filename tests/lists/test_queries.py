"""The register as lists read it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from petitions.appeals import queries as appeals
from petitions.appeals.rules import AppealNotFound
from petitions.core.db import transaction
from petitions.lists import queries
from petitions.signatures import queries as register
from petitions.signatures import services as signatures
from petitions.signatures.models import Kind, StrikeReason, Visibility
from tests.lists.conftest import SLUG, YESTERDAY, Register


def names_of(signed: Register) -> list[str]:
    key = appeals.key_of(signed.appeal_id)
    rows = queries.signatures_of(signed.appeal_id, key)
    return [row.organisation or row.name for row in rows]


def test_organisations_come_first_then_people_in_the_order_of_entry(signed: Register) -> None:
    signed.sign("First")
    signed.sign("Signer", kind=Kind.ORGANISATION, organisation="Elimay")
    signed.sign("Second")
    signed.sign("Signer", kind=Kind.ORGANISATION, organisation="Veritas")
    assert names_of(signed) == ["Elimay", "Veritas", "First", "Second"]


def test_only_verified_signatures_are_listed(signed: Register) -> None:
    signed.sign("Pending", confirmed=False)
    withdrawn = signed.sign("Withdrawn")
    struck = signed.sign("Struck")
    signed.sign("Stands")
    with transaction():
        signatures.for_change(withdrawn.id).withdraw(YESTERDAY)
        signatures.for_change(struck.id).strike(StrikeReason.OTHER, None, YESTERDAY)
    assert names_of(signed) == ["Stands"]


def test_the_person_behind_a_mere_count_is_not_even_read(signed: Register) -> None:
    signed.sign("Secret", visibility=Visibility.COUNT, town="Almaty", organisation="Elimay")
    (row,) = queries.signatures_of(signed.appeal_id, appeals.key_of(signed.appeal_id))
    assert (row.name, row.town, row.organisation) == ("", "", "")
    assert row.visibility is Visibility.COUNT


def test_a_long_register_is_read_chunk_by_chunk(
    signed: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "CHUNK", 3)
    for number in range(10):
        signed.sign(f"Name {number}")
    assert names_of(signed) == [f"Name {number}" for number in range(10)]


# -- the public names -------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _english(app: Flask) -> Iterator[None]:
    """A page in English is being made."""
    with force_locale("en"):
        yield


def pages_of(limit: int) -> list[list[str]]:
    """Return the public names of the appeal, page by page."""
    pages, after = [], None
    while True:
        names, after = queries.public_names(SLUG, after, limit)
        pages.append([each.name for each in names])
        if after is None:
            return pages


def test_everybody_sees_public_names_and_initials_only(signed: Register) -> None:
    for visibility in Visibility:
        signed.sign(f"Зере {visibility.value.title()}", visibility=visibility, town="Алматы")
    names, _ = queries.public_names(SLUG, None, 10)
    assert [(each.name, each.town) for each in names] == [("Зере Public", "Алматы"), ("З. I.", "")]


def test_public_names_are_paged_without_gaps_or_repeats(signed: Register) -> None:
    for number in range(5):
        signed.sign(f"Person {number}", visibility=Visibility.PUBLIC)
        signed.sign(f"Hidden {number}")
    for number in range(3):
        signed.sign(
            "Signer",
            kind=Kind.ORGANISATION,
            organisation=f"Group {number}",
            visibility=Visibility.PUBLIC,
        )
    assert pages_of(2) == [
        ["Group 0", "Group 1"],
        ["Group 2", "Person 0"],
        ["Person 1", "Person 2"],
        ["Person 3", "Person 4"],
    ]


def test_a_page_that_is_just_full_has_no_next_page(signed: Register) -> None:
    signed.sign(visibility=Visibility.PUBLIC)
    assert queries.public_names(SLUG, None, 1)[1] is None


def test_the_place_of_the_next_page_tells_nothing_and_stays_the_same(signed: Register) -> None:
    first = signed.sign(visibility=Visibility.PUBLIC)
    signed.sign(visibility=Visibility.PUBLIC)
    _, after = queries.public_names(SLUG, None, 1)
    assert after is not None
    assert first.id.hex not in after
    assert queries.public_names(SLUG, None, 1)[1] == after


@pytest.mark.parametrize("after", ["", "x", "A" * 44, "not-ours!", "ә"])
def test_a_place_that_is_not_ours_begins_at_the_start(signed: Register, after: str) -> None:
    signed.sign("Olga Kim", visibility=Visibility.PUBLIC)
    names, _ = queries.public_names(SLUG, after, 10)
    assert [each.name for each in names] == ["Olga Kim"]


def test_an_unknown_appeal_has_no_names(app: Flask) -> None:
    with pytest.raises(AppealNotFound):
        queries.public_names("no-such-appeal", None, 10)
