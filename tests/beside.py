"""Servers that a test starts beside itself: a port for one, and whether it answers by now."""

import socket
from urllib.error import HTTPError, URLError
from urllib.request import urlopen


def free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return int(any_port.getsockname()[1])


def answers(url: str) -> bool:
    """Whatever it says."""
    try:
        with urlopen(url, timeout=2):  # noqa: S310 - our own address
            return True
    except HTTPError as answer:
        answer.close()
        return True
    except URLError:
        return False
