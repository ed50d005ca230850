"""Tests talk to this machine only."""

import socket

import pytest

from tests.loopback import NetworkRefused

ELSEWHERE = "192.0.2.1"
"""Set aside for documentation (RFC 5737): nobody lives there."""


def test_a_connection_beyond_this_machine_is_refused() -> None:
    with socket.socket() as sock, pytest.raises(NetworkRefused):
        sock.connect((ELSEWHERE, 80))


def test_a_datagram_beyond_this_machine_is_refused() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock,
        pytest.raises(NetworkRefused),
    ):
        sock.sendto(b"?", (ELSEWHERE, 53))


def test_a_name_beyond_this_machine_is_not_looked_up() -> None:
    with pytest.raises(NetworkRefused):
        socket.getaddrinfo("example.org", 443)


def test_loopback_is_reached() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        with socket.create_connection(server.getsockname(), timeout=5) as client:
            assert client.getpeername() == server.getsockname()
