"""An address as text: what may be typed, which are the same mailbox, what servers want."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.core.mailbox import LONGEST, BadAddress, canonical, on_the_wire, parse

DOMAINS = [
    "example.org",
    "EXAMPLE.org",
    "пошта.қаз",
    "Почта.РФ",
    "straße.de",
    "xn--80a1acny.xn--p1ai",
]
LETTERS = st.characters(categories=("Lu", "Ll", "Lo", "Nd"))


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """Draw what `parse` takes."""
    local = draw(st.text(LETTERS, min_size=1, max_size=20))
    try:
        return parse(f"{local}@{draw(st.sampled_from(DOMAINS))}")
    except BadAddress:
        return "suzie@example.org"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("suzie@example.org", "suzie@example.org"),
        ("  Suzie.Q+x@Example.ORG\n", "Suzie.Q+x@example.org"),
        ("айгүл@пошта.қаз", "айгүл@пошта.қаз"),
        ("e\u0301milie@example.org", "\u00e9milie@example.org"),
    ],
)
def test_what_is_typed_is_put_in_order(typed: str, address: str) -> None:
    assert parse(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "suzie", "@example.org", "suzie@", "suzie@example", "a b@example.org"),
        *("suzie@example.org, dana@example.org", "suzie@-example.org", "suzie@exa_mple.org"),
        "suzie@example.org\nBcc: dana@example.org",
        f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 63}.org",
        f"{'ә' * 32}@{'қ' * 60}.{'қ' * 60}.{'қ' * 60}.org",
    ],
)
def test_what_no_letter_can_be_sent_to_is_refused(typed: str) -> None:
    with pytest.raises(BadAddress):
        parse(typed)


def test_what_is_far_too_long_is_refused_before_it_is_looked_at() -> None:
    """To normalise this many marks takes seconds, in which nobody else is served."""
    begun = time.process_time()
    with pytest.raises(BadAddress):
        parse("a" + "\u0315" * 15_000 + "\u0300" * 15_000 + "@example.org")
    assert time.process_time() - begun < 0.1


def test_the_longest_address_is_taken() -> None:
    longest = f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 57}.org"
    assert len(longest) == LONGEST
    assert parse(longest) == longest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Suzie@example.org", "suzie@EXAMPLE.org"),
        ("suzie@почта.рф", "suzie@ПОЧТА.РФ"),
        ("suzie@почта.рф", "suzie@xn--80a1acny.xn--p1ai"),
        ("АЙГҮЛ@example.org", "айгүл@example.org"),
    ],
)
def test_a_mailbox_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert canonical(parse(one)) == canonical(parse(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("suzie@example.org", "dana@example.org"),
        ("suzie@example.org", "suzie@example.com"),
        ("straße@example.org", "strasse@example.org"),
        ("suzie@straße.de", "suzie@strasse.de"),
        ("suzie+x@example.org", "suzie@example.org"),
    ],
)
def test_different_mailboxes_stay_different(one: str, other: str) -> None:
    assert canonical(parse(one)) != canonical(parse(other))


@given(addresses())
def test_the_canonical_form_is_its_own(address: str) -> None:
    assert canonical(canonical(address)) == canonical(address)


@given(addresses())
def test_a_letter_finds_the_mailbox_by_either_form(address: str) -> None:
    domain = on_the_wire(address).rpartition("@")[2]
    assert domain.isascii()
    assert canonical(address).rpartition("@")[2] == domain


def test_a_domain_goes_out_in_ascii_and_a_mailbox_as_it_is() -> None:
    assert on_the_wire("айгүл@почта.рф") == "айгүл@xn--80a1acny.xn--p1ai"
    assert on_the_wire("Suzie@Example.org") == "Suzie@Example.org"


def test_a_domain_that_cannot_be_written_is_no_address() -> None:
    with pytest.raises(BadAddress):
        on_the_wire("suzie@-.қаз")
    assert canonical("Suzie@-.қаз") == "suzie@-.қаз"
