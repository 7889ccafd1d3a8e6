"""Answers SNMP messages of one unit: versions, communities, errors and sizes; no sockets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.snmp import ber, mib
from positron_tui.simulator.snmp.ber import BerError, Oid, Pdu
from positron_tui.simulator.snmp.mib import Cell, MibView, SetError
from positron_tui.simulator.snmp.tables.alarms import alarm_tables
from positron_tui.simulator.snmp.tables.ghn_config import ghn_config_tables
from positron_tui.simulator.snmp.tables.ghn_counters import ghn_counter_tables
from positron_tui.simulator.snmp.tables.ghn_status import ghn_status_tables
from positron_tui.simulator.snmp.tables.platform import platform_tables
from positron_tui.simulator.snmp.tables.ports import port_tables
from positron_tui.simulator.snmp.tables.standard import standard_tables
from positron_tui.simulator.snmp.unit import Unit
from positron_tui.simulator.snmp.usm import UsmEngine, UsmUser

MAX_RESPONSE = 1_400  # octets of a whole message, as such units keep within one frame
_MAX_REPETITIONS = 512
_V1, _V2C, _V3 = 0, 1, 3
_ADDED_BY_PDU = 40  # headers around the varbinds of a response
_V1_STATUS = {
    mib.WRONG_TYPE: mib.BAD_VALUE,
    mib.WRONG_LENGTH: mib.BAD_VALUE,
    mib.WRONG_VALUE: mib.BAD_VALUE,
    mib.INCONSISTENT_VALUE: mib.BAD_VALUE,
    mib.NO_ACCESS: mib.NO_SUCH_NAME,
    mib.NOT_WRITABLE: mib.NO_SUCH_NAME,
    mib.NO_CREATION: mib.NO_SUCH_NAME,
}


class Responder:
    """One unit's agent without its socket; `auth` and `priv` are what its SNMPv3 user has."""

    def __init__(self, device: SimDevice, auth: str = "sha", priv: str = "aes") -> None:
        self.device = device
        self._unit = Unit(device)
        standard = [
            *standard_tables(self._unit),
            *platform_tables(self._unit),
            *port_tables(self._unit),
            *alarm_tables(self._unit),
        ]
        ghn = [
            *ghn_config_tables(self._unit),
            *ghn_status_tables(self._unit),
            *ghn_counter_tables(self._unit),
        ]
        self._without_ghn = MibView(standard)
        self._whole = MibView([*standard, *ghn])
        self._requests = 0
        secrets = device.secrets
        self._usm = UsmEngine(
            device.base_mac,
            UsmUser(secrets.ssh_user, secrets.ssh_password, auth, priv),
            lambda: device.booted_at,
            device.clock.monotonic,
        )

    def answer(self, data: bytes) -> bytes | None:
        """Return the response to one datagram; None where an agent keeps silent."""
        try:
            if ber.message_version(data) == _V3:
                return self._usm.answer(data, MAX_RESPONSE, self._answer_v3)
            message = ber.decode_community_message(data)
        except BerError:
            return None
        secrets = self.device.secrets
        writes = message.community == secrets.snmp_write_community.encode()
        if not writes and message.community != secrets.snmp_read_community.encode():
            return None
        room = MAX_RESPONSE - len(message.community) - _ADDED_BY_PDU
        pdu = self._respond(message.version, message.pdu, writes, room)
        if pdu is None:
            return None
        return ber.encode_community_message(message.version, message.community, pdu)

    def _answer_v3(self, pdu: Pdu, room: int) -> bytes | None:
        return self._respond(_V3, pdu, True, room - _ADDED_BY_PDU)

    def _view(self) -> MibView:
        """Return what is visible now, brought up to the state of the unit."""
        ghn = self.device.personality.ghn_snmp and not self.device.faults.no_ghn_snmp
        view = self._whole if ghn else self._without_ghn
        self._requests += 1
        view.version = (self._unit.refresh(), self._requests)
        return view

    def _respond(self, version: int, pdu: Pdu, writes: bool, room: int) -> bytes | None:
        if pdu.kind not in ber.REQUESTS or (version == _V1 and pdu.kind == ber.GET_BULK):
            return None
        view = self._view()
        if pdu.kind == ber.GET_BULK:
            return _response(pdu, self._bulk(view, pdu, room))
        if pdu.kind == ber.SET:
            return self._set(view, version, pdu, writes)
        found: list[bytes] = []
        for varbind in pdu.varbinds:
            one = _look_up(view, version, pdu.kind, varbind.oid)
            if one is None:
                return _error(pdu, mib.NO_SUCH_NAME, len(found) + 1)
            found.append(one)
        if sum(map(len, found)) > room:
            return ber.encode_pdu(ber.RESPONSE, pdu.request_id, mib.TOO_BIG, 0, ())
        return _response(pdu, found)

    def _bulk(self, view: MibView, pdu: Pdu, room: int) -> list[bytes]:
        """Return as many varbinds as fit, in the order of RFC 3416 4.2.3."""
        single = min(max(pdu.status, 0), len(pdu.varbinds))
        found: list[bytes] = []
        for varbind in pdu.varbinds[:single]:
            found.append(view.cursor(varbind.oid).step())
            room -= len(found[-1])
            if room < 0:
                return found[:-1]
        cursors = [view.cursor(varbind.oid) for varbind in pdu.varbinds[single:]]
        for _ in range(min(pdu.index, _MAX_REPETITIONS) if cursors else 0):
            for cursor in cursors:
                encoded = cursor.step()
                room -= len(encoded)
                if room < 0:
                    return found
                found.append(encoded)
            if all(cursor.ended for cursor in cursors):
                break
        return found

    def _set(self, view: MibView, version: int, pdu: Pdu, writes: bool) -> bytes:
        """Check every varbind, then apply them in order; the first refusal ends it.

        Types, lengths and ranges are checked before anything changes. What only the unit's own
        rules refuse may come after earlier varbinds took effect: units have no transactions.
        """
        if not writes:
            return _error(pdu, mib.READ_ONLY if version == _V1 else mib.NO_ACCESS, 1)
        jobs: list[tuple[Cell, Any]] = []
        applied = 0
        try:
            for varbind in pdu.varbinds:
                jobs.append(self._prepare(view, varbind))
            for cell, value in jobs:
                if cell.column.write is not None:
                    cell.column.write(cell.row, value)
                applied += 1
        except SetError as error:
            position = 1 + (applied if len(jobs) == len(pdu.varbinds) else len(jobs))
            status = error.status
            if version == _V1:
                status = _V1_STATUS.get(status, mib.GEN_ERR)
            return _error(pdu, status, position)
        return _response(pdu, _as_sent(pdu))

    @staticmethod
    def _prepare(view: MibView, varbind: ber.VarBind) -> tuple[Cell, Any]:
        cell = view.find(varbind.oid)
        if isinstance(cell, int):
            known = cell == ber.NO_SUCH_INSTANCE
            raise SetError(mib.NO_CREATION if known else mib.NOT_WRITABLE)
        if cell.column.parse is None or cell.column.write is None:
            raise SetError(mib.NOT_WRITABLE)
        return cell, cell.column.parse(varbind)


def _look_up(view: MibView, version: int, kind: int, oid: Oid) -> bytes | None:
    """Return the varbind for a GET or GETNEXT; None where SNMPv1 must say noSuchName."""
    skip = ber.COUNTER64 if version == _V1 else -1
    if kind == ber.GET:
        value = view.get(oid)
        if version == _V1 and (value[0] == skip or value[0] in ber.EXCEPTIONS):
            return None
        return ber.encode_varbind(oid, value)
    cursor = view.cursor(oid)
    cursor.skip_tag = skip
    found = cursor.step()
    return None if cursor.ended and version == _V1 else found


def _as_sent(pdu: Pdu) -> Iterable[bytes]:
    for varbind in pdu.varbinds:
        yield ber.encode_varbind(varbind.oid, ber.encode_value(varbind.tag, varbind.value))


def _response(pdu: Pdu, varbinds: Iterable[bytes]) -> bytes:
    return ber.encode_pdu(ber.RESPONSE, pdu.request_id, mib.NO_ERROR, 0, varbinds)


def _error(pdu: Pdu, status: int, index: int) -> bytes:
    return ber.encode_pdu(ber.RESPONSE, pdu.request_id, status, index, _as_sent(pdu))
