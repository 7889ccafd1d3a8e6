"""The SNMP agent of a virtual GAM on a UDP socket, with the unit's faults in between."""

from __future__ import annotations

import asyncio
import random
import socket
from typing import Any

from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.snmp.responder import Responder

_BUFFER_OCTETS = 1 << 20


class SnmpAgent:
    """Serves SNMP v1, v2c and v3 for one unit; every value comes from its state.

    `auth` (md5, sha) and `priv` (des, aes) are the algorithms of the unit's one SNMPv3 user.
    """

    def __init__(self, device: SimDevice, auth: str = "sha", priv: str = "aes") -> None:
        self._device = device
        self._responder = Responder(device, auth, priv)
        self._transport: asyncio.DatagramTransport | None = None
        self._late: set[asyncio.TimerHandle] = set()
        self._random = random.Random(f"snmp drop {device.seed} {device.serial}")

    async def start(self, host: str, port: int) -> int:
        """Listen on `host`; `port` 0 takes any. Return the port; OSError when it is taken."""
        if self._transport is not None:
            raise RuntimeError("the agent is started already")
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Protocol(self), local_addr=(host, port)
        )
        self._transport = transport
        _enlarge(transport)
        return int(transport.get_extra_info("sockname")[1])

    async def stop(self) -> None:
        """Stop listening and forget delayed answers; stopping twice does nothing."""
        for handle in self._late:
            handle.cancel()
        self._late.clear()
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()
            await asyncio.sleep(0)  # the socket is closed in the loop's next round

    def received(self, data: bytes, peer: tuple[Any, ...]) -> None:
        """Answer one datagram, unless a fault eats it or delays the answer."""
        device = self._device
        if not device.listening:
            return
        faults = device.faults
        if faults.drop and self._random.random() < faults.drop:
            return
        if faults.slow_s <= 0:
            self._send(self._responder.answer(data), peer)
            return
        loop = asyncio.get_running_loop()
        due: asyncio.TimerHandle

        def answer_late() -> None:
            self._late.discard(due)
            if device.listening:
                self._send(self._responder.answer(data), peer)

        due = loop.call_later(faults.slow_s, answer_late)
        self._late.add(due)

    def _send(self, response: bytes | None, peer: tuple[Any, ...]) -> None:
        if response is not None and self._transport is not None:
            self._transport.sendto(response, peer)


class _Protocol(asyncio.DatagramProtocol):
    def __init__(self, agent: SnmpAgent) -> None:
        self._agent = agent

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self._agent.received(data, addr)


def _enlarge(transport: asyncio.DatagramTransport) -> None:
    """Ask for room for the bursts of a poller; the system may give less."""
    sock = transport.get_extra_info("socket")
    if sock is not None:
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, _BUFFER_OCTETS)
