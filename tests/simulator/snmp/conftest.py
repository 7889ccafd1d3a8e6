"""A unit under a frozen clock, its agent on a real socket, and a bare client in our own codec."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.fleet import build_fleet
from positron_tui.simulator.snmp import SnmpAgent, ber
from positron_tui.simulator.snmp.ber import Oid, Pdu, VarBind
from positron_tui.simulator.snmp.responder import Responder
from tests.clocks import FrozenClock
from tests.peers import require_peer

DeviceMaker = Callable[..., SimDevice]
GHN: Oid = (1, 3, 6, 1, 4, 1, 20095, 2001, 143, 1)
V1, V2C = 0, 1


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def make_device(clock: FrozenClock) -> DeviceMaker:
    """Build one unit of a repeatable fleet."""

    def make(
        model: str = "GAM-12-C", personality: str = "gam12c-1.5.4", endpoints: int = 24
    ) -> SimDevice:
        fleet = build_fleet(
            1, model=model, personality=personality, endpoints=endpoints, seed=3, clock=clock
        )
        return fleet[0]

    return make


@pytest.fixture
def device(make_device: DeviceMaker) -> SimDevice:
    return make_device()


def dotted(oid: Sequence[int]) -> str:
    return ".".join(map(str, oid))


@dataclass(slots=True)
class Manager:
    """Talks to a responder in messages, without a socket; wrong answers raise."""

    responder: Responder
    community: str
    version: int = V2C
    request_id: int = 0

    def ask(
        self, kind: int, varbinds: Sequence[VarBind], status: int = 0, index: int = 0
    ) -> Pdu | None:
        self.request_id += 1
        encoded = [ber.encode_varbind(v.oid, ber.encode_value(v.tag, v.value)) for v in varbinds]
        pdu = ber.encode_pdu(kind, self.request_id, status, index, encoded)
        message = ber.encode_community_message(self.version, self.community.encode(), pdu)
        answer = self.responder.answer(message)
        if answer is None:
            return None
        assert len(answer) <= 1_400
        response = ber.decode_community_message(answer)
        assert response.pdu.request_id == self.request_id
        assert response.pdu.kind == ber.RESPONSE
        return response.pdu

    def get(self, *names: Oid) -> list[VarBind]:
        pdu = self.ask(ber.GET, [VarBind(name) for name in names])
        assert pdu is not None
        assert pdu.status == 0
        return list(pdu.varbinds)

    def value(self, name: Oid) -> object:
        """Return one value; None for an exception."""
        return self.get(name)[0].value

    def set(self, *varbinds: VarBind) -> tuple[int, int]:
        """Return (error status, error index)."""
        pdu = self.ask(ber.SET, varbinds)
        assert pdu is not None
        return pdu.status, pdu.index

    def set_int(self, name: Oid, value: int) -> int:
        return self.set(VarBind(name, ber.INTEGER, value))[0]

    def set_text(self, name: Oid, value: str) -> int:
        return self.set(VarBind(name, ber.OCTETS, value.encode()))[0]

    def walk(self, root: Oid, repetitions: int = 25) -> list[VarBind]:
        """Return everything below `root` by GETBULK."""
        found: list[VarBind] = []
        last = root
        while True:
            pdu = self.ask(ber.GET_BULK, [VarBind(last)], 0, repetitions)
            assert pdu is not None
            assert pdu.varbinds
            for varbind in pdu.varbinds:
                if varbind.tag == ber.END_OF_MIB_VIEW or varbind.oid[: len(root)] != root:
                    return found
                assert varbind.oid > last
                last = varbind.oid
                found.append(varbind)

    def column(self, column: Oid) -> dict[Oid, object]:
        """Return a column's values by index."""
        return {varbind.oid[len(column) :]: varbind.value for varbind in self.walk(column)}


def manager_of(device: SimDevice, write: bool = False, version: int = V2C) -> Manager:
    secrets = device.secrets
    community = secrets.snmp_write_community if write else secrets.snmp_read_community
    return Manager(Responder(device), community, version)


@asynccontextmanager
async def running(device: SimDevice) -> AsyncIterator[int]:
    """Run the agent of a unit on a free port of the loopback."""
    agent = SnmpAgent(device)
    port = await agent.start("127.0.0.1", 0)
    try:
        yield port
    finally:
        await agent.stop()


@dataclass(frozen=True, slots=True)
class NetSnmp:
    """Runs net-snmp's programs without any configuration of the machine."""

    home: Path

    async def run(self, program: str, *arguments: str) -> tuple[int, str, str]:
        """Return (exit code, output, errors); fails after 60 seconds."""
        environment = {
            **os.environ,
            "SNMPCONFPATH": str(self.home),
            "SNMP_PERSISTENT_DIR": str(self.home),
            "MIBS": "",
        }
        process = await asyncio.create_subprocess_exec(
            require_peer(program),
            *arguments,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, errors = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode or 0, output.decode("utf-8", "replace"), errors.decode()


@pytest.fixture
def net_snmp(tmp_path: Path) -> NetSnmp:
    return NetSnmp(tmp_path)


def v3_arguments(device: SimDevice, port: int, passphrase: str | None = None) -> list[str]:
    """Return net-snmp's options for authPriv with SHA and AES."""
    secret = passphrase or device.secrets.ssh_password
    user = ["-v3", "-l", "authPriv", "-u", device.secrets.ssh_user]
    keys = ["-a", "SHA", "-A", secret, "-x", "AES", "-X", secret]
    return [*user, *keys, "-t", "2", "-r", "1", "-On", f"127.0.0.1:{port}"]


def v2c_arguments(device: SimDevice, port: int, write: bool = False) -> list[str]:
    """Return net-snmp's options for v2c with one of the two communities."""
    secrets = device.secrets
    community = secrets.snmp_write_community if write else secrets.snmp_read_community
    return ["-v2c", "-c", community, "-t", "2", "-r", "1", "-On", f"127.0.0.1:{port}"]
