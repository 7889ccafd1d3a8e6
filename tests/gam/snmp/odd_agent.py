"""An SNMP agent over real UDP whose answers a test decides, to misbehave as agents do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto import api, rfc1902

_V2C = api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: pairs of object identifier and number or octets; None = Null.

    `status` is the PDU's error status; `late` holds the answer back until the next one goes out.
    """

    rows: Sequence[tuple[str, int | bytes | None]] = ()
    status: int = 0
    late: bool = False
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What came: its running number from 1 on and the object identifiers asked for."""

    number: int
    oids: tuple[str, ...]


Answer = Callable[[Request], Reply | None]


class OddAgent(asyncio.DatagramProtocol):
    """Decodes v2c requests, asks `answer` and sends what it says; None sends nothing."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.requests: list[Request] = []
        self.port = 0
        self._held: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.port = int(transport.get_extra_info("sockname")[1])

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        message, _ = decoder.decode(data, asn1Spec=_V2C.Message())
        pdu = _V2C.apiMessage.get_pdu(message)
        oids = tuple(str(oid) for oid, _ in _V2C.apiPDU.get_varbinds(pdu))
        request = Request(len(self.requests) + 1, oids)
        self.requests.append(request)
        reply = self._answer(request)
        if reply is None:
            return
        packet = reply.raw if reply.raw is not None else _encoded(message, reply)
        self._held.append(packet)
        if not reply.late:
            for held in self._held:
                self._transport.sendto(held, addr)
            self._held.clear()


def _encoded(message: Any, reply: Reply) -> bytes:
    answer = _V2C.apiMessage.get_response(message)
    pdu = _V2C.apiMessage.get_pdu(answer)
    _V2C.apiPDU.set_varbinds(pdu, [(oid, _value(value)) for oid, value in reply.rows])
    if reply.status:
        _V2C.apiPDU.set_error_status(pdu, reply.status)
        _V2C.apiPDU.set_error_index(pdu, 1)
    return bytes(encoder.encode(answer))


def _value(value: int | bytes | None) -> Any:
    if value is None:
        return _V2C.Null("")
    return rfc1902.Integer32(value) if isinstance(value, int) else rfc1902.OctetString(value)
