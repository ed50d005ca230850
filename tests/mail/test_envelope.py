from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path

from petitions.core.db import new_id
from petitions.core.settings import Settings
from petitions.mail.envelope import Sender, build
from tests.conftest import settings_for
from tests.mail.samples import HOUSE, MORNING, SECRET, built, letter_to

LONGEST_LINE = 998
"""Octets (RFC 5322, section 2.1.1)."""


def received(message: EmailMessage) -> EmailMessage:
    """Return what a mail program makes of the bytes."""
    return message_from_bytes(message.as_bytes(), _class=EmailMessage, policy=SMTP)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_it_says_from_whom_to_whom_and_when() -> None:
    message = received(built())
    assert message["From"] == "The Test House <appeals@example.org>"
    assert message["To"] == "aigul@example.org"
    assert message["Date"].datetime == MORNING
    assert message["Subject"] == "Please confirm your signature"
    assert message["Content-Language"] == "kk"


def test_machines_are_asked_not_to_answer() -> None:
    assert received(built())["Auto-Submitted"] == "auto-generated"


def test_its_id_is_that_of_its_row_each_time() -> None:
    row = new_id()
    assert built(message_id=row)["Message-ID"] == f"<{row}@example.org>"
    assert built(message_id=row).keys() == built(message_id=row).keys()


def test_it_reads_as_text_and_as_html() -> None:
    message = received(built())
    assert message.get_content_type() == "multipart/alternative"
    assert body(message, "plain") == f"Қайырлы таң! {SECRET}\n"
    assert body(message, "html").strip() == f"<p>Қайырлы таң! {SECRET}</p>"


def test_without_html_it_is_plain_text() -> None:
    message = received(built(letter_to(html="")))
    assert message.get_content_type() == "text/plain"
    assert message.get_content().startswith("Қайырлы таң!")


def test_any_script_passes_a_server_of_seven_bits() -> None:
    letter = letter_to(subject="Растау: հայերեն العربية 中文", text="中文 " * 2000 + "\n")
    raw = built(letter).as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= LONGEST_LINE
    message = received(built(letter))
    assert message["Subject"] == letter.subject
    assert body(message, "plain") == letter.text


def test_a_domain_goes_out_in_ascii() -> None:

    assert received(built(letter_to("a@почта.рф")))["To"] == "a@xn--80a1acny.xn--p1ai"


def test_a_mailbox_in_another_script_keeps_its_name() -> None:
    raw = built(letter_to("айгүл@example.org")).as_bytes(policy=SMTPUTF8)
    assert "To: айгүл@example.org".encode() in raw


def test_an_operator_s_name_of_any_kind_is_carried() -> None:
    odd = Sender('Дом "обращений", <b@example.org>', "appeals@example.org")
    message = received(build(letter_to(), odd, message_id=new_id(), at=MORNING))
    assert [(a.display_name, a.addr_spec) for a in message["From"].addresses] == [
        ('Дом "обращений", <b@example.org>', "appeals@example.org")
    ]


def test_the_sender_is_read_from_the_settings(tmp_path: Path) -> None:
    settings: Settings = settings_for("sqlite://", tmp_path)
    assert Sender.of(settings) == HOUSE
    named = replace(settings, mail_from="Appeals <mail@example.net>")
    assert Sender.of(named) == Sender("Appeals", "mail@example.net")
