"""No network but loopback: a test that wants to reach further fails."""

import ipaddress
import sys
from typing import Any


class NetworkRefused(RuntimeError):
    """A test wanted to reach beyond this machine."""


def stay_at_home() -> None:
    """Refuse connections, datagrams and look-ups that leave the machine, until the process ends.

    A hook of the interpreter sees each socket, whichever library opens it, and cannot be undone.
    """
    sys.addaudithook(_refuse_strangers)


def _refuse_strangers(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        address = (arguments[0],)
    else:
        return
    if isinstance(address, tuple) and not _is_here(address[0]):
        raise NetworkRefused(f"{event}: {address[0]!r}")


def _is_here(host: object) -> bool:
    if host in {None, "", "localhost", b"localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False
