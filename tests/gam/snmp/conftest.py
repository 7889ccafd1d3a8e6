"""A real net-snmp agent with throw-away settings, and an agent that answers what a test wants."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gam.snmp.odd_agent import Answer, OddAgent
from tests.peers import require_peer

V3_USER = "operator"
V3_AUTH = "authentication-1"
V3_PRIV = "privacy-phrase-1"
SYS_NAME = "gam-lab"

_CONFIG = """\
agentaddress udp:127.0.0.1:{port}
rocommunity reading 127.0.0.1
rwcommunity writing 127.0.0.1
createUser {user} SHA {auth} AES {priv}
createUser desuser MD5 {auth} DES {priv}
rwuser {user} priv
rwuser desuser priv
sysName {name}
sysObjectID 1.3.6.1.4.1.20095.2000.1.14
"""
# An SNMPv2c GET of sysUpTime.0 with the community "reading".
_PING = bytes.fromhex(
    "302a 0201 01 0407 72656164696e67 a01c 0204 00000001 0201 00 0201 00"
    "300e 300c 0608 2b06010201010300 0500".replace(" ", "")
)


@dataclass(frozen=True, slots=True)
class Snmpd:
    """Where the real agent listens."""

    host: str
    port: int


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 20
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.1)
        client.connect(("127.0.0.1", port))
        while time.monotonic() < deadline and process.poll() is None:
            try:
                client.send(_PING)
                client.recv(2048)
                return
            except OSError:
                continue
    raise RuntimeError(f"snmpd did not start: {log.read_text(errors='replace')[-500:]}")


@contextmanager
def running_snmpd(home: Path, port: int) -> Iterator[Snmpd]:
    """Run net-snmp's agent; started again in the same `home` it is the same engine, rebooted."""
    program = require_peer("snmpd")
    config, log = home / "snmpd.conf", home / "log"
    config.write_text(
        _CONFIG.format(port=port, user=V3_USER, auth=V3_AUTH, priv=V3_PRIV, name=SYS_NAME)
    )
    process = subprocess.Popen(
        [program, "-C", "-c", str(config), "-f", "-Lf", str(log), "-m", ""],
        env={**os.environ, "SNMP_PERSISTENT_DIR": str(home / "state")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process, log)
        yield Snmpd("127.0.0.1", port)
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture(scope="session")
def snmpd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snmpd]:
    with running_snmpd(tmp_path_factory.mktemp("snmpd"), free_udp_port()) as agent:
        yield agent


OddAgents = Callable[[Answer], AbstractAsyncContextManager[OddAgent]]


@pytest.fixture
def odd_agent() -> OddAgents:
    """Return a factory: `async with odd_agent(answer) as agent` listens on `agent.port`."""

    @asynccontextmanager
    async def serve(answer: Answer) -> AsyncIterator[OddAgent]:
        transport, agent = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: OddAgent(answer), local_addr=("127.0.0.1", 0)
        )
        try:
            yield agent
        finally:
            transport.close()

    return serve
