"""Host names to addresses without blocking the loop."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address

from positron_tui.gam.snmp.engine import SnmpTarget
from positron_tui.gam.snmp.failures import no_answer, unresolved


async def resolve(target: SnmpTarget) -> str:
    """Return the target's first IPv4 or IPv6 address; raise DeviceUnreachable without one."""
    try:
        return str(ip_address(target.host))
    except ValueError:
        pass
    try:
        async with asyncio.timeout(target.timeout_s):
            found = await asyncio.get_running_loop().getaddrinfo(
                target.host, target.port, type=socket.SOCK_DGRAM
            )
    except TimeoutError:
        raise no_answer(target) from None
    except (OSError, UnicodeError):
        raise unresolved(target) from None
    return str(found[0][4][0])
