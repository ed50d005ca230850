"""`flask mail test`: an operator asks whether mail leaves."""

import pytest
from flask.testing import FlaskCliRunner

from petitions.mail.office import PostOffice
from petitions.mail.smtp import Smtp
from tests.mail.smtp_server import MailServer
from tests.servers import free_port

OPERATOR = "operator@example.org"


def test_a_letter_that_is_taken(
    commands: FlaskCliRunner, office: PostOffice, server: MailServer
) -> None:
    result = commands.invoke(args=["mail", "test", OPERATOR])
    assert (result.exit_code, result.output) == (0, "accepted: 250 2.0.0\n")
    (letter,) = server.taken
    assert letter.to == OPERATOR
    assert letter.message["Subject"] == "A trial letter of The Test House"


def test_a_server_that_refuses(
    commands: FlaskCliRunner, office: PostOffice, server: MailServer
) -> None:
    server.manners.to_recipient[OPERATOR] = "550 5.1.1 No"
    result = commands.invoke(args=["mail", "test", OPERATOR])
    assert (result.exit_code, result.output) == (1, "Error: Refused: 550 5.1.1\n")


def test_a_server_that_is_away(commands: FlaskCliRunner, office: PostOffice) -> None:
    office.transport = Smtp.at(f"smtp://127.0.0.1:{free_port()}", hello="")
    result = commands.invoke(args=["mail", "test", OPERATOR])
    assert (result.exit_code, result.output) == (
        1,
        "Error: Unreachable: ConnectionRefusedError\n",
    )


@pytest.mark.parametrize("address", ["operator", "operator@-.қаз"])
def test_what_is_no_address(commands: FlaskCliRunner, office: PostOffice, address: str) -> None:
    result = commands.invoke(args=["mail", "test", address])
    assert result.exit_code == 2
    assert "That is no e-mail address." in result.output
