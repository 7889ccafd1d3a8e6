"""The agent on a real socket with net-snmp, gufo-snmp and pysnmp as managers, and its faults."""

from __future__ import annotations

import asyncio

import pytest
from gufo.snmp import Aes128Key, DesKey, Md5Key, Sha1Key, User
from gufo.snmp.aio import SnmpSession
from pysnmp.hlapi.v3arch.asyncio import (
    CommunityData,
    ContextData,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    UdpTransportTarget,
    UsmUserData,
    get_cmd,
    usmAesCfb128Protocol,
    usmHMACSHAAuthProtocol,
)

from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.snmp import SnmpAgent, ber, oids
from tests.clocks import FrozenClock
from tests.simulator.snmp.conftest import (
    DeviceMaker,
    NetSnmp,
    dotted,
    manager_of,
    running,
    v2c_arguments,
    v3_arguments,
)

SYS_NAME = dotted((*oids.SYSTEM, 5, 0))
SYS_DESCR = dotted((*oids.SYSTEM, 1, 0))


async def test_snmpget_v2c(device: SimDevice, net_snmp: NetSnmp) -> None:
    async with running(device) as port:
        code, output, _ = await net_snmp.run(
            "snmpget", *v2c_arguments(device, port), SYS_DESCR, SYS_NAME
        )
    assert code == 0
    assert f'STRING: "{device.sys_descr}"' in output
    assert 'STRING: "gam-01"' in output


@pytest.mark.parametrize("version", ["v2c", "v3"])
async def test_snmpbulkwalk_of_everything(
    device: SimDevice, net_snmp: NetSnmp, version: str
) -> None:
    async with running(device) as port:
        arguments = (v2c_arguments if version == "v2c" else v3_arguments)(device, port)
        code, output, errors = await net_snmp.run("snmpbulkwalk", *arguments, ".1.3")
    assert code == 0
    assert not [line for line in errors.splitlines() if "Created directory" not in line]
    names = [line.split(" = ")[0] for line in output.splitlines() if line.startswith(".1.")]
    expected = [f".{dotted(varbind.oid)}" for varbind in manager_of(device).walk((1, 3))]
    assert names[: len(expected)] == expected
    assert "past the end of the MIB" in output


async def test_snmpset_and_its_refusals(device: SimDevice, net_snmp: NetSnmp) -> None:
    value = [SYS_NAME, "s", "set by net-snmp"]
    async with running(device) as port:
        code, _, errors = await net_snmp.run("snmpset", *v2c_arguments(device, port), *value)
        assert code == 2
        assert "noAccess" in errors
        code, _, errors = await net_snmp.run(
            "snmpset", *v2c_arguments(device, port, write=True), *value
        )
        assert code == 0
        assert device.running.hostname == "set by net-snmp"
        code, _, _ = await net_snmp.run(
            "snmpset", *v3_arguments(device, port), SYS_NAME, "s", "set by v3"
        )
    assert code == 0
    assert device.running.hostname == "set by v3"


async def test_snmpget_v1(device: SimDevice, net_snmp: NetSnmp) -> None:
    async with running(device) as port:
        arguments = ["-v1", *v2c_arguments(device, port)[1:]]
        code, output, _ = await net_snmp.run("snmpget", *arguments, SYS_NAME)
        assert (code, 'STRING: "gam-01"' in output) == (0, True)
        code, _, errors = await net_snmp.run("snmpget", *arguments, "1.3.9.9.0")
    assert code == 2
    assert "noSuchName" in errors


async def test_wrong_v3_credentials(device: SimDevice, net_snmp: NetSnmp) -> None:
    async with running(device) as port:
        arguments = v3_arguments(device, port, "not the passphrase")
        code, _, errors = await net_snmp.run("snmpget", *arguments, SYS_NAME)
        assert code != 0
        assert "Authentication failure" in errors
        arguments = v3_arguments(device, port)
        arguments[arguments.index("-u") + 1] = "nobody"
        code, _, errors = await net_snmp.run("snmpget", *arguments, SYS_NAME)
        assert code != 0
        assert "Unknown user name" in errors
        arguments = ["-v3", "-l", "noAuthNoPriv", "-u", device.secrets.ssh_user, "-r", "0"]
        code, _, errors = await net_snmp.run("snmpget", *arguments, f"127.0.0.1:{port}", SYS_NAME)
    assert code != 0
    assert "Unsupported security level" in errors


async def test_a_short_passphrase_turns_v3_off(device: SimDevice, net_snmp: NetSnmp) -> None:
    device.secrets.ssh_password = "short"
    async with running(device) as port:
        arguments = v3_arguments(device, port, "longer than it")
        arguments[arguments.index("-t") + 1] = "0.3"
        code, _, errors = await net_snmp.run("snmpget", *arguments, SYS_NAME)
        assert code != 0
        assert "Timeout" in errors
        code, _, _ = await net_snmp.run("snmpget", *v2c_arguments(device, port), SYS_NAME)
    assert code == 0


async def test_v3_after_a_restart_resynchronizes(device: SimDevice, clock: FrozenClock) -> None:
    user = User(
        device.secrets.ssh_user,
        auth_key=Sha1Key(device.secrets.ssh_password.encode()),
        priv_key=Aes128Key(device.secrets.ssh_password.encode()),
    )
    async with running(device) as port:
        for _ in range(2):
            async with SnmpSession(addr="127.0.0.1", port=port, user=user, timeout=5) as session:
                assert await session.get(SYS_NAME) == b"gam-01"
            clock.advance(500)
            device.reboot()


async def test_gufo_walks_as_the_view_has_it(device: SimDevice) -> None:
    column = (*oids.GHN_BY_MAC, 10, 1, 55)
    async with running(device) as port:
        session = SnmpSession(
            addr="127.0.0.1",
            port=port,
            community=device.secrets.snmp_read_community,
            timeout=5,
        )
        async with session:
            found = {name: value async for name, value in session.getbulk(dotted(column), 10)}
    expected = manager_of(device).column(column)
    assert found == {dotted((*column, *index)): value for index, value in expected.items()}


@pytest.mark.parametrize(("auth", "priv"), [("md5", "des"), ("sha", "des"), ("md5", "aes")])
async def test_gufo_with_the_other_algorithms(device: SimDevice, auth: str, priv: str) -> None:
    secret = device.secrets.ssh_password.encode()
    agent = SnmpAgent(device, auth, priv)
    port = await agent.start("127.0.0.1", 0)
    user = User(
        device.secrets.ssh_user,
        auth_key=Md5Key(secret) if auth == "md5" else Sha1Key(secret),
        priv_key=DesKey(secret) if priv == "des" else Aes128Key(secret),
    )
    try:
        async with SnmpSession(addr="127.0.0.1", port=port, user=user, timeout=5) as session:
            values = await session.get_many([SYS_NAME, SYS_DESCR])
    finally:
        await agent.stop()
    assert values[SYS_NAME] == b"gam-01"


@pytest.mark.parametrize("version", ["v2c", "v3"])
async def test_pysnmp_reads(device: SimDevice, version: str) -> None:
    secrets = device.secrets
    engine = SnmpEngine()
    credentials = (
        CommunityData(secrets.snmp_read_community)
        if version == "v2c"
        else UsmUserData(
            secrets.ssh_user,
            secrets.ssh_password,
            secrets.ssh_password,
            authProtocol=usmHMACSHAAuthProtocol,
            privProtocol=usmAesCfb128Protocol,
        )
    )
    try:
        async with running(device) as port:
            target = await UdpTransportTarget.create(("127.0.0.1", port), timeout=5, retries=0)
            error, status, _, varbinds = await get_cmd(
                engine,
                credentials,
                target,
                ContextData(),
                ObjectType(ObjectIdentity(SYS_NAME)),
                lookupMib=False,
            )
    finally:
        engine.close_dispatcher()
    assert (error, int(status)) == (None, 0)
    assert bytes(varbinds[0][1]) == b"gam-01"


class Socket(asyncio.DatagramProtocol):
    """A manager's socket that keeps what comes in."""

    def __init__(self) -> None:
        self.received: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.received.put_nowait(data)


def get_request(device: SimDevice, request_id: int) -> bytes:
    pdu = ber.encode_pdu(
        ber.GET, request_id, 0, 0, [ber.encode_varbind((*oids.SYSTEM, 5, 0), bytes((5, 0)))]
    )
    return ber.encode_community_message(1, device.secrets.snmp_read_community.encode(), pdu)


async def answered(device: SimDevice, requests: int) -> list[int]:
    """Send requests to a running agent and return the ids that were answered.

    The last one is sent again and again until it is answered, which ends the wait.
    """
    loop = asyncio.get_running_loop()
    found: list[int] = []
    async with running(device) as port:
        transport, socket = await loop.create_datagram_endpoint(
            Socket, remote_addr=("127.0.0.1", port)
        )
        for number in range(requests):
            transport.sendto(get_request(device, number))
        marker = get_request(device, requests)
        while not found or found[-1] != requests:
            transport.sendto(marker)
            try:
                data = await asyncio.wait_for(socket.received.get(), 1)
            except TimeoutError:
                continue
            found.append(ber.decode_community_message(data).pdu.request_id)
        transport.close()
    return [number for number in found if number != requests]


async def test_drop_eats_the_same_requests_each_time(make_device: DeviceMaker) -> None:
    runs = []
    for _ in range(2):
        device = make_device()
        device.faults.drop = 0.5
        runs.append(await answered(device, 60))
    assert runs[0] == runs[1]
    assert 10 < len(runs[0]) < 50


async def test_slow_delays_one_unit_and_not_the_loop(make_device: DeviceMaker) -> None:
    slow, quick = make_device(), make_device("GAM-4-CX", "gam4cx-1.5.4", 4)
    slow.faults.slow_s = 0.3
    loop = asyncio.get_running_loop()
    order: list[int] = []
    async with running(slow) as slow_port, running(quick) as quick_port:
        sockets = []
        for number, port in enumerate((slow_port, quick_port)):
            transport, socket = await loop.create_datagram_endpoint(
                Socket, remote_addr=("127.0.0.1", port)
            )
            transport.sendto(get_request(slow, number))
            sockets.append((transport, socket))

        async def note(socket: Socket) -> None:
            order.append(ber.decode_community_message(await socket.received.get()).pdu.request_id)

        await asyncio.wait_for(asyncio.gather(*(note(socket) for _, socket in sockets)), 20)
        for transport, _ in sockets:
            transport.close()
    assert order == [1, 0]


async def test_delayed_answers_end_with_the_agent(device: SimDevice) -> None:
    device.faults.slow_s = 3600
    agent = SnmpAgent(device)
    port = await agent.start("127.0.0.1", 0)
    loop = asyncio.get_running_loop()
    transport, socket = await loop.create_datagram_endpoint(Socket, remote_addr=("127.0.0.1", port))
    transport.sendto(get_request(device, 1))
    async with SnmpSession(addr="127.0.0.1", port=port, timeout=0.3) as session:
        with pytest.raises(TimeoutError):
            await session.get(SYS_NAME)
    assert len(agent._late) == 2
    await agent.stop()
    await agent.stop()
    transport.close()
    assert not agent._late
    assert socket.received.empty()


async def test_a_restarting_unit_is_silent(device: SimDevice) -> None:
    device.on_restart.append(lambda: None)
    async with (
        running(device) as port,
        SnmpSession(addr="127.0.0.1", port=port, timeout=0.3) as session,
    ):
        assert await session.get(SYS_NAME) == b"gam-01"
        device.reboot()
        with pytest.raises(TimeoutError):
            await session.get(SYS_NAME)
        device.came_up()
        assert await session.get(SYS_NAME) == b"gam-01"


async def test_a_taken_port_is_an_error(device: SimDevice) -> None:
    async with running(device) as port:
        second = SnmpAgent(device)
        with pytest.raises(OSError, match="in use"):
            await second.start("127.0.0.1", port)
        await second.stop()


async def test_garbage_datagrams_do_no_harm(device: SimDevice, net_snmp: NetSnmp) -> None:
    loop = asyncio.get_running_loop()
    async with running(device) as port:
        transport, socket = await loop.create_datagram_endpoint(
            Socket, remote_addr=("127.0.0.1", port)
        )
        for octets in (b"", b"\x30", b"\x30\x80" + bytes(40), bytes(1400), b"\xff" * 1400):
            transport.sendto(octets)
        code, _, _ = await net_snmp.run("snmpget", *v2c_arguments(device, port), SYS_NAME)
        transport.close()
    assert code == 0
    assert socket.received.empty()
