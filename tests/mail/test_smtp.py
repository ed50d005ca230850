"""Letters handed to a real server on loopback, which is not always polite."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from petitions.mail import smtp
from petitions.mail.smtp import Smtp
from petitions.mail.transport import (
    Connection,
    Deferred,
    Interrupted,
    Refused,
    Undelivered,
    Unreachable,
)
from tests.mail.samples import HOUSE, built, letter_to
from tests.mail.smtp_server import SERVICE_CLOSES, MailServer, Manners, mail_server
from tests.servers import free_port

AIGUL = "aigul@example.org"
BORIS = "boris@example.org"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A certificate for this machine that nobody else has signed."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .sign(key, SHA256())
    )
    path: Path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + signed.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def transport(url: str) -> Smtp:
    return Smtp.at(url, hello="appeals.example.org")


def send(connection: Connection, to: str = AIGUL) -> str:
    return connection.send(built(letter_to(to)), HOUSE.address, to)


def refusal(server: MailServer, to: str = AIGUL) -> Undelivered:
    with transport(server.url).connection() as connection, pytest.raises(Undelivered) as caught:
        send(connection, to)
    return caught.value


# -- what goes well -----------------------------------------------------------------------------


def test_a_letter_is_taken(server: MailServer) -> None:
    with transport(server.url).connection() as connection:
        assert send(connection) == "250 2.0.0"
    (taken,) = server.taken
    assert taken.to == AIGUL
    assert taken.message["Subject"] == "Please confirm your signature"


def test_many_letters_go_over_one_connection(server: MailServer) -> None:
    with transport(server.url).connection() as connection:
        for _ in range(30):
            send(connection)
    assert {letter.connection for letter in server.taken} == {1}
    assert len(server.taken) == 30


def test_a_line_without_a_letter_does_not_trouble_the_server(server: MailServer) -> None:
    with transport(server.url).connection():
        pass
    assert server.connections == 0


def test_a_connection_is_renewed_after_a_hundred_letters(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "LETTERS_PER_CONNECTION", 3)
    with transport(server.url).connection() as connection:
        for _ in range(7):
            send(connection)
    assert [letter.connection for letter in server.taken] == [1, 1, 1, 2, 2, 2, 3]


def test_a_server_that_closes_after_some_letters_is_called_again() -> None:
    with (
        mail_server(manners=Manners(letters_per_connection=2)) as server,
        transport(server.url).connection() as connection,
    ):
        for _ in range(5):
            send(connection)
    assert [letter.connection for letter in server.taken] == [1, 1, 2, 2, 3]


def test_the_line_goes_on_after_a_refusal(server: MailServer) -> None:
    server.manners.to_recipient[AIGUL] = "550 5.1.1 No such mailbox"
    with transport(server.url).connection() as connection:
        with pytest.raises(Refused):
            send(connection, AIGUL)
        send(connection, BORIS)
    assert server.recipients() == [BORIS]
    assert server.connections == 1


def test_a_mailbox_in_another_script_is_reached(server: MailServer) -> None:
    with transport(server.url).connection() as connection:
        send(connection, "айгүл@example.org")
    assert server.recipients() == ["айгүл@example.org"]


# -- what does not ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "kind", "outcome"),
    [
        (f"550 5.1.1 <{AIGUL}> is not here", Refused, "550 5.1.1"),
        ("553 no such mailbox", Refused, "553"),
        ("450 4.2.1 grey-listed", Deferred, "450 4.2.1"),
        ("451 4.3.0 come back later", Deferred, "451 4.3.0"),
        ("452 4.2.2 mailbox full", Deferred, "452 4.2.2"),
        ("550 5.7.1 we do not relay for you", Deferred, "550 5.7.1"),
        (SERVICE_CLOSES, Interrupted, "421 4.3.2"),
    ],
)
def test_the_answer_to_a_recipient_decides(
    server: MailServer, answer: str, kind: type[Undelivered], outcome: str
) -> None:
    server.manners.to_recipient[AIGUL] = answer
    refused = refusal(server)
    assert type(refused) is kind
    assert refused.outcome == outcome
    assert server.taken == []


@pytest.mark.parametrize(
    ("answer", "kind"), [("554 5.6.0 no", Refused), ("451 4.3.0 later", Deferred)]
)
def test_the_answer_to_the_text_decides(
    server: MailServer, answer: str, kind: type[Undelivered]
) -> None:
    server.manners.to_text[AIGUL] = answer
    assert type(refusal(server)) is kind


@pytest.mark.parametrize("answer", ["550 5.7.1 who are you", "451 4.3.0 not now"])
def test_a_server_that_does_not_know_the_sender_is_left_in_peace(
    server: MailServer, answer: str
) -> None:
    """It is not this recipient's letter that is wrong, whatever the code says."""
    server.manners.to_sender = answer
    assert type(refusal(server)) is Interrupted


def test_a_connection_cut_in_the_middle_of_a_letter(server: MailServer) -> None:
    server.manners.hangs_up_on.add(AIGUL)
    assert type(refusal(server)) is Interrupted


def test_a_server_that_does_not_answer_in_time(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT_S", 0.2)
    server.manners.silent_s = 30
    assert type(refusal(server)) is Interrupted


def test_nobody_listens() -> None:
    closed = transport(f"smtp://127.0.0.1:{free_port()}")
    with closed.connection() as connection, pytest.raises(Unreachable) as caught:
        send(connection)
    assert caught.value.outcome == "ConnectionRefusedError"
    with pytest.raises(Unreachable):
        closed.check()


def test_somebody_listens_who_is_no_mail_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:

        def port() -> int:
            return int(mute.getsockname()[1])

        dialled = transport(f"smtp://127.0.0.1:{port()}")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(smtp, "TIMEOUT_S", 0.2)
            with pytest.raises(Unreachable):
                dialled.check()


def test_a_good_way_is_found_good(server: MailServer) -> None:
    transport(server.url).check()
    assert server.connections == 1
    assert server.taken == []


# -- TLS and passwords --------------------------------------------------------------------------


def test_tls_is_taken_where_it_is_offered(certificate: ssl.SSLContext) -> None:
    with mail_server(tls=certificate) as server, transport(server.url).connection() as connection:
        send(connection)
        assert [letter.secured for letter in server.taken] == [True]


def test_tls_from_the_first_byte(certificate: ssl.SSLContext) -> None:
    with (
        mail_server(tls=certificate, tls_at_once=True) as server,
        transport(f"smtps://127.0.0.1:{server.port}").connection() as connection,
    ):
        send(connection)
        assert server.recipients() == [AIGUL]


def test_a_password_may_hold_any_character(certificate: ssl.SSLContext) -> None:
    with mail_server(tls=certificate, password=("us@er", "p/a:s s%")) as server:
        url = f"smtp://us%40er:p%2Fa%3As%20s%25@127.0.0.1:{server.port}"
        with transport(url).connection() as connection:
            send(connection)
    assert [letter.user for letter in server.taken] == ["us@er"]


def test_a_wrong_password_is_not_the_letter_s_fault(certificate: ssl.SSLContext) -> None:
    with (
        mail_server(tls=certificate, password=("user", "right")) as server,
        transport(f"smtp://user:wrong@127.0.0.1:{server.port}").connection() as connection,
        pytest.raises(Unreachable) as caught,
    ):
        send(connection)
    assert caught.value.outcome == "535 5.7.8"


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")  # aiosmtpd knows better, too
def test_a_password_is_never_sent_in_clear() -> None:
    """This server would take it without TLS."""
    with (
        mail_server(password=("user", "right")) as server,
        transport(f"smtp://user:right@127.0.0.1:{server.port}").connection() as connection,
        pytest.raises(Unreachable) as caught,
    ):
        send(connection)
    assert caught.value.outcome == "SMTPNotSupportedError"
    assert server.taken == []


def test_a_stranger_s_certificate_is_checked() -> None:
    context = Smtp.at("smtp://mail.example.org", hello="")._tls()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("smtp://mail.example.org", 25),
        ("smtp://user:password@mail.example.org", 587),
        ("smtps://user:password@mail.example.org", 465),
        ("smtp://mail.example.org:2525", 2525),
    ],
)
def test_the_usual_ports(url: str, port: int) -> None:
    assert transport(url).port == port
