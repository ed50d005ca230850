"""A letter that no server would take, or that would say what a stranger wants, is never posted."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.mail.letter import Letter, UnsendableLetter
from tests.mail.samples import built, letter_to


def test_a_subject_is_one_line() -> None:
    letter = letter_to(subject="Confirm\r\nBcc: all@example.org\n\n\tnow\x00")
    assert letter.subject == "Confirm Bcc: all@example.org now"


@given(st.text())
def test_a_subject_never_becomes_a_header_of_its_own(subject: str) -> None:
    letter = letter_to(subject=subject)
    message = built(letter)
    read = message_from_bytes(message.as_bytes(), _class=EmailMessage, policy=SMTP)
    assert sorted(read.keys()) == sorted(message.keys())
    assert "".join(str(read["Subject"]).split()) == "".join(letter.subject.split())


@pytest.mark.parametrize(
    "address",
    [
        "aigul",
        "aigul@",
        "@example.org",
        "a@example.org\r\nRCPT TO:<b@example.org>",
        "a@example.org\n",
        "a@example.org, b@example.org",
        "a b@example.org",
        "Aigul <a@example.org>",
        "a@b@example.org",
        "a\x00@example.org",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UnsendableLetter) as caught:
        letter_to(address)
    assert address not in str(caught.value)


def test_a_letter_does_not_show_whom_it_is_to() -> None:
    assert "aigul@" not in repr(letter_to())


def test_a_letter_survives_being_written_down() -> None:
    letter = letter_to()
    assert Letter.from_bytes(letter.to_bytes()) == letter
