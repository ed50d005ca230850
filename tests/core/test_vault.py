"""What is sealed opens in its own place, under its own key, unaltered; and nowhere else."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.core.db import new_id
from petitions.core.vault import AppealKey, SealBroken, Vault, derive

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
HERE = "signatures.person:1"
VAULT, OTHER_VAULT = Vault(KEY), Vault(OTHER_KEY)
APPEAL = UUID(int=1)
places = st.text(max_size=30)


def appeal_key(vault: Vault = VAULT, appeal: UUID = APPEAL) -> AppealKey:
    return vault.appeal_key(appeal, vault.new_appeal_key(appeal))


@given(st.binary(max_size=300), places)
def test_what_was_sealed_opens_in_its_own_place(plain: bytes, place: str) -> None:
    key = appeal_key()
    assert VAULT.open(VAULT.seal(plain, place), place) == plain
    assert key.open(key.seal(plain, place), place) == plain


@given(st.binary(max_size=100), places, places)
def test_a_value_moved_to_another_place_does_not_open(plain: bytes, one: str, two: str) -> None:
    if one == two:
        return
    with pytest.raises(SealBroken):
        VAULT.open(VAULT.seal(plain, one), two)


@given(st.binary(max_size=60), st.data())
def test_no_byte_can_be_altered(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(VAULT.seal(plain, HERE))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealBroken):
        VAULT.open(bytes(sealed), HERE)


@given(st.binary(max_size=60), st.data())
def test_no_part_is_a_value_of_its_own(plain: bytes, data: st.DataObject) -> None:
    sealed = VAULT.seal(plain, HERE)
    cut = data.draw(st.integers(0, len(sealed) - 1))
    with pytest.raises(SealBroken):
        VAULT.open(sealed[:cut], HERE)


@given(st.binary(max_size=80))
def test_what_was_never_sealed_does_not_open(garbage: bytes) -> None:
    with pytest.raises(SealBroken):
        VAULT.open(garbage, HERE)


def test_another_master_key_opens_nothing() -> None:
    with pytest.raises(SealBroken):
        OTHER_VAULT.open(VAULT.seal(b"Suzie", HERE), HERE)
    with pytest.raises(SealBroken):
        OTHER_VAULT.appeal_key(APPEAL, VAULT.new_appeal_key(APPEAL))


def test_the_key_of_one_appeal_does_not_unwrap_for_another() -> None:
    with pytest.raises(SealBroken):
        VAULT.appeal_key(UUID(int=2), VAULT.new_appeal_key(APPEAL))


def test_a_person_moved_to_another_appeal_does_not_open() -> None:
    one, two = appeal_key(), appeal_key(appeal=UUID(int=2))
    with pytest.raises(SealBroken):
        two.open(one.seal(b"Suzie", HERE), HERE)


def test_the_installation_s_own_key_does_not_open_a_person() -> None:
    with pytest.raises(SealBroken):
        VAULT.open(appeal_key().seal(b"Suzie", HERE), HERE)


def test_equal_values_do_not_show_by_equal_seals() -> None:
    assert VAULT.seal(b"Suzie", HERE) != VAULT.seal(b"Suzie", HERE)


def test_a_mailbox_is_found_within_its_appeal_and_nowhere_else() -> None:
    one, two = appeal_key(), appeal_key(appeal=UUID(int=2))
    assert one.digest("suzie@example.org") == one.digest("suzie@example.org")
    assert one.digest("suzie@example.org") != one.digest("susie@example.org")
    assert one.digest("suzie@example.org") != two.digest("suzie@example.org")


def test_the_digest_of_a_mailbox_is_not_its_plain_hash() -> None:
    """Else a thief of the database would find everybody whose address he knows."""
    digests = {appeal_key().digest("suzie@example.org") for _ in range(3)}
    assert len(digests) == 3, "each key gives another digest"


def test_a_row_has_its_own_link_each_time_the_same() -> None:
    key, row = appeal_key(), new_id()
    assert key.token_secret(row) == key.token_secret(row)
    assert key.token_secret(row) != key.token_secret(new_id())


def test_purposes_have_keys_of_their_own() -> None:
    purposes = ("appeal keys", "installation", "person", "mailbox", "signatory's link")
    assert len({derive(KEY, purpose) for purpose in purposes}) == len(purposes)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_master_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(bytes(length))
