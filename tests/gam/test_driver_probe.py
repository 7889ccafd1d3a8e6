"""First contact: what answers, what is said about what does not."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from positron_tui.domain.devices import Capabilities, Line
from positron_tui.domain.errors import (
    CredentialError,
    DeviceUnreachable,
    HostKeyChanged,
    HostKeyUnknown,
    LoginRefused,
)
from positron_tui.gam.driver import DeviceSecrets
from positron_tui.gam.jsonrpc.probe import probe_jsonrpc
from positron_tui.simulator.fleet import build_fleet
from tests.clocks import FrozenClock
from tests.gam.units import OPTIONS, bench

QUICK = replace(OPTIONS, snmp_timeout_s=0.1, snmp_retries=0)


async def test_everything_answers() -> None:
    unit = build_fleet(1, model="GAM-24-C", personality="current", clock=FrozenClock())[0]
    async with bench(unit) as b:
        driver = b.driver()
        found = await driver.probe()
        await driver.close()
    assert found.warnings == ()
    assert found.capabilities == Capabilities(True, True, True, True, True, True, "1.8.2")
    assert (found.identity.model, found.identity.line) == ("GAM-24-C", Line.COAX)
    assert found.identity.serial == unit.serial
    assert {one.transport for one in b.log} == {"snmp", "cli", "jsonrpc"}


async def test_old_unit() -> None:
    unit = build_fleet(1, personality="old-1.2.0", clock=FrozenClock())[0]
    async with bench(unit) as b:
        driver = b.driver()
        found = await driver.probe()
        await driver.close()
        alone = replace(b.device, address=replace(b.device.address, ssh_port=None))
        other = b.driver(device=alone)
        without_ssh = await other.probe()
        await other.close()
    assert (found.capabilities.ghn_snmp, found.capabilities.ghn_cli) == (False, True)
    assert found.capabilities.poe is False
    assert "read over SSH" in found.warnings[0]
    assert without_ssh.capabilities.ssh is None
    assert "without SSH" in without_ssh.warnings[0]


async def test_unit_without_snmp_is_known_by_its_command_line() -> None:
    unit = build_fleet(1, model="GAM-4-CX", clock=FrozenClock())[0]
    async with bench(unit, snmp=False) as b:
        driver = b.driver(options=QUICK)
        found = await driver.probe()
        await driver.close()
    assert (found.capabilities.snmp, found.capabilities.ssh) == (False, True)
    assert found.identity.model == "GAM-4/8-C"
    assert found.identity.line is Line.COAX
    assert "SNMP" in found.warnings[0]


async def test_full_unit_is_added_with_a_warning() -> None:
    unit = build_fleet(1, model="GAM-12-C", clock=FrozenClock())[0]
    unit.faults.session_limit = 0
    async with bench(unit) as b:
        driver = b.driver()
        found = await driver.probe()
        await driver.close()
    assert found.capabilities.ssh is None
    assert "no free session" in found.warnings[0]


async def test_keys_and_passwords_are_refused_and_not_worked_around() -> None:
    unit = build_fleet(1, model="GAM-12-C", clock=FrozenClock())[0]
    async with bench(unit) as b:
        unknown = b.driver(device=replace(b.device, host_key=None))
        with pytest.raises(HostKeyUnknown):
            await unknown.probe()
        assert (await unknown.host_key()).openssh.split()[:2] == (b.device.host_key or "").split()[
            :2
        ]
        await unknown.close()
        b.server.cli.rotate_host_key()
        changed = b.driver()
        with pytest.raises(HostKeyChanged):
            await changed.probe()
        await changed.close()
        now = b.driver(device=replace(b.device, host_key=(await changed.host_key()).openssh))
        unit.faults.refuse_login = True
        with pytest.raises(LoginRefused):
            await now.probe()
        await now.close()


async def test_nobody_answers() -> None:
    unit = build_fleet(1, model="GAM-12-C", clock=FrozenClock())[0]
    async with bench(unit) as b:
        await b.server.stop()
        driver = b.driver(options=QUICK)
        with pytest.raises(DeviceUnreachable, match="neither SNMP nor SSH"):
            await driver.probe()
        await driver.close()
        bare = b.driver(
            device=replace(b.device, address=replace(b.device.address, ssh_port=None)),
            secrets=DeviceSecrets(),
        )
        with pytest.raises(CredentialError):
            await bare.probe()
        await bare.close()


@pytest.mark.parametrize(
    ("reply", "present"),
    [
        (b'HTTP/1.1 401 X\r\nWWW-Authenticate: Basic realm="PositronGAM"\r\n', True),
        (b'HTTP/1.1 401 X\r\nWWW-Authenticate: Basic realm="router"\r\n', False),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", False),
        (b"HTTP/1.1 404 Not Found\r\n", False),
        (b"nonsense\r\n", False),
    ],
)
async def test_what_counts_as_the_api(reply: bytes, present: bool) -> None:
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(reply + b"Content-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        found = await probe_jsonrpc("127.0.0.1", port, 20.0)
    assert found.present is present
    assert heard[0].startswith(b"POST /json_rpc ")
    assert b"authorization" not in heard[0].lower()


async def test_closed_and_silent_ports_are_no_api() -> None:
    silent = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    async with silent:
        assert not (await probe_jsonrpc("127.0.0.1", port, 0.1)).present
    assert not (await probe_jsonrpc("127.0.0.1", port, 20.0)).present
