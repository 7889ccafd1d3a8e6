"""Sockets that listen, and a sentence when an address cannot be had."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Sequence
from contextlib import ExitStack

from positron_tui.domain.errors import CannotListen

_BACKLOG = 1024
_REASONS = {
    errno.EADDRINUSE: "the port is taken; another console or the daemon may have it",
    errno.EADDRNOTAVAIL: "that address is not one of this machine",
    errno.EACCES: "this user may not use that port; ports below 1024 are the system's",
}


async def listen(host: str, port: int) -> list[socket.socket]:
    """Listen on all addresses of `host` (empty = every one of this machine); port 0 = a free one.

    All sockets get the same port. Raises CannotListen; nothing is left open then.
    """
    addresses = await _addresses(host, port)
    refusal: OSError | None = None
    with ExitStack() as stack:
        sockets: list[socket.socket] = []
        for family, address in addresses:
            # The first one chooses the port for all.
            wanted = sockets[0].getsockname()[1] if sockets else address[1]
            try:
                opened = socket.create_server((address[0], wanted), family=family, backlog=_BACKLOG)
            except OSError as error:
                refusal = error
                if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    continue  # a name may have an address of a family that is switched off
                raise _refused(host, port, error) from error
            stack.callback(opened.close)
            # asyncio does this only for sockets that name their protocol; else answers wait 40 ms.
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sockets.append(opened)
        if not sockets:
            raise _refused(host, port, refusal) from refusal
        stack.pop_all()
    return sockets


async def _addresses(
    host: str, port: int
) -> Sequence[tuple[socket.AddressFamily, tuple[str, int]]]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (OSError, UnicodeError) as error:
        raise CannotListen(
            f"Cannot listen on {_shown(host, port)}: the host is not known; set another hooks.host."
        ) from error
    return [(family, (str(address[0]), int(address[1]))) for family, _, _, _, address in found]


def _refused(host: str, port: int, error: OSError | None) -> CannotListen:
    number = error.errno if error is not None else None
    reason = _REASONS.get(number or 0) or (error.strerror if error else "") or "it has no address"
    return CannotListen(
        f"Cannot listen on {_shown(host, port)}: {reason}. Set another hooks.host or hooks.port."
    )


def _shown(host: str, port: int) -> str:
    return f"{host or 'all addresses'} port {port}"
