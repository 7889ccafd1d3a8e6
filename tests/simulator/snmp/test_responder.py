"""Messages: communities, versions, sizes, and what an agent keeps silent about."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.snmp import ber, mib, oids
from positron_tui.simulator.snmp.ber import VarBind
from positron_tui.simulator.snmp.responder import Responder
from tests.simulator.snmp.conftest import GHN, V1, V2C, DeviceMaker, Manager, manager_of


def test_an_unknown_community_gets_no_answer(device: SimDevice) -> None:
    stranger = Manager(Responder(device), "guess")
    assert stranger.ask(ber.GET, [VarBind((*oids.SYSTEM, 1, 0))]) is None
    assert manager_of(device).value((*oids.SYSTEM, 5, 0)) == b"gam-01"
    assert manager_of(device, write=True).value((*oids.SYSTEM, 5, 0)) == b"gam-01"


def test_missing_names(device: SimDevice) -> None:
    manager = manager_of(device)
    tags = [v.tag for v in manager.get((1, 3, 9, 9), (*oids.SYSTEM, 1, 1), (*oids.IF_ENTRY, 2, 0))]
    assert tags == [ber.NO_SUCH_OBJECT, ber.NO_SUCH_INSTANCE, ber.NO_SUCH_INSTANCE]


def test_v1_says_no_such_name_and_has_no_counter64(device: SimDevice) -> None:
    old = manager_of(device, version=V1)
    for name in [(1, 3, 9, 9), (*oids.IF_X_ENTRY, 6, 1_000_001)]:
        pdu = old.ask(ber.GET, [VarBind((*oids.SYSTEM, 1, 0)), VarBind(name)])
        assert pdu is not None
        assert (pdu.status, pdu.index) == (mib.NO_SUCH_NAME, 2)
    pdu = old.ask(ber.GET_NEXT, [VarBind((*oids.IF_X_ENTRY, 6))])
    assert pdu is not None
    assert pdu.varbinds[0].oid[: len(oids.IF_X_ENTRY) + 1] == (*oids.IF_X_ENTRY, 15)
    end = old.ask(ber.GET_NEXT, [VarBind((1, 4))])
    assert end is not None
    assert (end.status, end.index) == (mib.NO_SUCH_NAME, 1)
    assert old.ask(ber.GET_BULK, [VarBind((1, 3))], 0, 5) is None


def test_bulk_is_cut_and_get_is_too_big(make_device: DeviceMaker) -> None:
    device = make_device("GAM-24-C", "current", 96)
    manager = manager_of(device)
    column = (*oids.GHN_BY_MAC, 20, 1, 50)
    pdu = manager.ask(ber.GET_BULK, [VarBind(column)], 0, 96)
    assert pdu is not None
    assert pdu.status == 0
    assert 10 < len(pdu.varbinds) < 96
    names = [VarBind(varbind.oid) for varbind in manager.walk(column)][:60]
    answer = manager.ask(ber.GET, names)
    assert answer is not None
    assert (answer.status, answer.varbinds) == (mib.TOO_BIG, ())


def test_bulk_order_and_non_repeaters(device: SimDevice) -> None:
    manager = manager_of(device)
    names = [(*oids.SYSTEM, 4), (*oids.IF_X_ENTRY, 1), (*oids.IF_X_ENTRY, 15)]
    pdu = manager.ask(ber.GET_BULK, [VarBind(name) for name in names], 1, 2)
    assert pdu is not None
    assert [varbind.oid for varbind in pdu.varbinds] == [
        (*oids.SYSTEM, 4, 0),
        (*oids.IF_X_ENTRY, 1, 1_000_001),
        (*oids.IF_X_ENTRY, 15, 1_000_001),
        (*oids.IF_X_ENTRY, 1, 1_000_002),
        (*oids.IF_X_ENTRY, 15, 1_000_002),
    ]


def test_bulk_at_the_end(device: SimDevice) -> None:
    manager = manager_of(device)
    pdu = manager.ask(ber.GET_BULK, [VarBind((1, 4))], 0, 25)
    assert pdu is not None
    assert [(v.oid, v.tag) for v in pdu.varbinds] == [((1, 4), ber.END_OF_MIB_VIEW)]
    for status, index in ((-3, 5), (0, -1), (99, 3)):
        odd = manager.ask(ber.GET_BULK, [VarBind((1, 3))], status, index)
        assert odd is not None
        assert odd.status == 0


def test_a_unit_with_384_endpoints(make_device: DeviceMaker) -> None:
    device = make_device("GAM-24-C", "current", 384)
    manager = manager_of(device)
    states = manager.column((*oids.GHN_BY_MAC, 10, 1, 90))
    assert len(states) == len(device.seen_endpoints()) >= 384
    assert len(manager.column((*oids.GHN_BY_ID, 10, 1, 90))) == len(device.running.endpoints)
    pieces = [str(text) for text in manager.column((*oids.GHN_PORT_BRIEF, 40)).values()]
    assert sum(piece.count(":") for piece in pieces) == 5 * sum(
        len(port.endpoint_macs) for port in device.ghn_ports()
    )


def test_a_unit_without_endpoints(make_device: DeviceMaker) -> None:
    manager = manager_of(make_device("GAM-4-MX", "current", 0))
    assert manager.walk((*oids.GHN_BY_MAC, 10)) == []
    assert manager.get((*oids.GHN_BY_ID, 10, 1, 90, 1))[0].tag == ber.NO_SUCH_INSTANCE
    assert set(manager.column((*oids.GHN_PORT_DETAILED, 80)).values()) == {0}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=120))
def test_garbage_gets_no_answer(device: SimDevice, data: bytes) -> None:
    assert Responder(device).answer(data) is None


def test_a_damaged_request_never_raises(device: SimDevice) -> None:
    responder = Responder(device)
    encoded = [ber.encode_varbind((*GHN, 3), bytes((5, 0)))]
    pdu = ber.encode_pdu(ber.GET_BULK, 77, 0, 10, encoded)
    whole = ber.encode_community_message(V2C, b"public", pdu)
    assert responder.answer(whole) is not None
    for position in range(len(whole)):
        for value in (0x00, 0x05, 0x30, 0x7F, 0x80, 0xA3, 0xFF):
            damaged = whole[:position] + bytes((value,)) + whole[position + 1 :]
            answer = responder.answer(damaged)
            assert answer is None or len(answer) <= 1_400
        assert responder.answer(whole[:position]) is None


@pytest.mark.parametrize("kind", [ber.RESPONSE, ber.REPORT, 0xA4, 0xA7, 0x30])
def test_other_messages_get_no_answer(device: SimDevice, kind: int) -> None:
    assert manager_of(device).ask(kind, [VarBind((*oids.SYSTEM, 1, 0))]) is None
