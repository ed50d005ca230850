"""Secrets in links: long enough, safe in an address, kept as digests."""

import re
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from petitions.core.tokens import encode_token, new_code, new_token, token_digest
from petitions.web.converters import Token


def test_a_token_carries_128_bits_in_22_characters_that_an_address_may_hold() -> None:
    tokens = {new_token() for _ in range(500)}
    assert len(tokens) == 500
    assert all(re.fullmatch(Token.regex, token) for token in tokens)


@given(st.binary(min_size=16, max_size=40))
def test_whatever_bytes_make_a_token_the_address_takes_it(secret: bytes) -> None:
    assert re.fullmatch(Token.regex, encode_token(secret))


def test_a_token_is_found_by_its_hash() -> None:
    token = new_token()
    assert token_digest(token) == sha256(token.encode()).digest()


def test_a_code_has_six_digits_also_when_the_number_is_small() -> None:
    codes = {new_code() for _ in range(2_000)}
    assert all(re.fullmatch(r"[0-9]{6}", code) for code in codes)
    assert len(codes) > 1_900
    assert any(code.startswith("0") for code in codes)
