# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Free TCP ports on loopback."""

from __future__ import annotations

import socket

from .messages import ToolError

HOST = "127.0.0.1"
#: Number of ports after the preferred one that are tried.
TRIES = 100
LAST_PORT = 65535


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def next_free_port(first: int) -> int:
    """Return a port, or the next one that nobody listens on.

    :param first: the preferred port.
    :raise ToolError: when none of the next hundred is free.
    """
    for port in range(first, min(first + TRIES, LAST_PORT + 1)):
        if _is_free(port):
            return port
    raise ToolError(f"No port from {first} on is free.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # as servers do: a port whose last connections are still closing is free
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
