"""Units on the network: they start together, restart together, and leave nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
from collections.abc import Callable

import asyncssh
import httpx
import pytest

from positron_tui.domain.clock import SystemClock
from positron_tui.gam.jsonrpc.tls import fingerprint
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.fleet import build_fleet
from positron_tui.simulator.run import run_fleet
from positron_tui.simulator.server import FleetServer, SimServer
from tests.peers import require_peer
from tests.simulator.cli.terminal import connect, terminal
from tests.simulator.units import PASSWORD, make_unit

WAIT_S = 15
ATTEMPTS = 1_500
KEYS = {
    "name",
    "host",
    "snmp_port",
    "ssh_port",
    "http_port",
    "model",
    "serial",
    "snmp_read_community",
    "snmp_write_community",
    "ssh_user",
    "ssh_password",
}


async def _until(condition: Callable[[], bool]) -> None:
    for _ in range(ATTEMPTS):
        if condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail("what was waited for did not happen")


async def _refused(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return True
    writer.close()
    return False


async def _until_refused(port: int) -> None:
    for _ in range(ATTEMPTS):
        if await _refused(port):
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"port {port} still answers")


def _slow_to_return() -> SimDevice:
    device = make_unit(clock=SystemClock())
    device.restart_seconds = 0.3
    return device


async def test_reload_takes_all_listeners_away_and_brings_them_back() -> None:
    server = SimServer(_slow_to_return())
    await server.start()
    before = server.announcement()
    try:
        async with terminal(server) as client:
            client.type('configure terminal\rghn subscriber 2 name "lost" vid 9\rend\r')
            client.type("reload cold\r")
            assert "Cold reload in progress" in await client.closed()
        await _until_refused(server.ssh_port)
        assert await _refused(server.http_port)
        assert not server.device.listening
        await _until(lambda: server.device.listening)
        assert server.announcement() == before
        assert 2 not in server.device.running.subscribers
        async with terminal(server) as client:
            lines = await client.run("show version | include Uptime")
        assert lines[0].startswith("System Uptime    : 00:00:0")
    finally:
        await server.stop()


async def test_restart_after_happens_once() -> None:
    device = make_unit(clock=SystemClock())
    device.faults.restart_after_s = 0.05
    server = SimServer(device, snmp=False)
    await server.start()
    try:
        await _until(lambda: device.runtime.restarts == 1 and device.listening)
        async with await connect(server):
            pass
        assert device.runtime.restarts == 1
    finally:
        await server.stop()


async def test_stopping_closes_open_sessions_and_can_be_repeated() -> None:
    server = SimServer(make_unit(clock=SystemClock()), snmp=False)
    await server.start()
    async with terminal(server) as client:
        await server.stop()
        await client.closed()
    assert await _refused(server.http_port)
    await server.stop()
    assert server.device.on_restart == []
    with pytest.raises(OSError, match=str(server.ssh_port)):
        await asyncssh.connect("127.0.0.1", server.ssh_port, config=None, known_hosts=None)


async def test_a_taken_port_leaves_nothing_listening() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        fleet = FleetServer([make_unit(), make_unit()])
        fleet.servers[1] = SimServer(make_unit(), http_port=taken.getsockname()[1], snmp=False)
        with pytest.raises(OSError, match="in use"):
            await fleet.start()
    assert await _refused(fleet.servers[0].ssh_port)
    assert await _refused(fleet.servers[1].ssh_port)


def test_ports_follow_from_the_base_port() -> None:
    fleet = FleetServer(build_fleet(3), base_port=20_000)
    found = [(s.snmp_port, s.ssh_port, s.http_port) for s in fleet.servers]
    assert found == [(20_000, 20_001, 20_002), (20_003, 20_004, 20_005), (20_006, 20_007, 20_008)]
    tls = FleetServer(build_fleet(2), base_port=20_000, https=True)
    assert [(s.snmp_port, s.https_port) for s in tls.servers] == [
        (20_000, 20_006),
        (20_003, 20_007),
    ]


async def test_the_api_over_tls_shows_a_certificate_of_its_own() -> None:
    first, second = (SimServer(make_unit(), snmp=False, https=True) for _ in range(2))
    await first.start()
    try:
        announced = first.announcement()
        assert set(announced) == KEYS | {"https_port", "certificate"}
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        _, writer = await asyncio.open_connection("127.0.0.1", first.https_port, ssl=context)
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        assert fingerprint(shown) == first.certificate != second.certificate
        async with httpx.AsyncClient(verify=context) as client:
            url = f"https://127.0.0.1:{first.https_port}/json_spec"
            assert (await client.get(url)).status_code == 401
            assert (await client.get(url, auth=("admin", PASSWORD))).status_code == 200
    finally:
        await first.stop()
    assert await _refused(first.https_port)


async def test_an_answer_that_is_awaited_when_the_unit_stops_is_left_without_a_word() -> None:
    """Nothing of it may reach the loop's handler of failures."""
    failures: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context))
    device = make_unit()
    server = SimServer(device, snmp=False)
    await server.start()
    device.faults.slow_s = 60
    reader, writer = await asyncio.open_connection("127.0.0.1", server.http_port)
    writer.write(b"GET /json_spec HTTP/1.1\r\nHost: unit\r\n\r\n")
    await _until(
        lambda: any(one.get_name() == "a request over HTTP" for one in asyncio.all_tasks())
    )
    await server.stop()
    with contextlib.suppress(ConnectionError):
        assert await reader.read() == b""
    writer.close()
    assert not [one for one in asyncio.all_tasks() if one.get_name() == "a request over HTTP"]
    assert failures == []


async def test_a_fleet_announces_itself_and_stops() -> None:
    lines: list[str] = []
    stop = asyncio.Event()
    task = asyncio.create_task(run_fleet(build_fleet(5), "127.0.0.1", None, lines.append, stop))
    await _until(lambda: len(lines) == 5)
    units = [json.loads(line) for line in lines]
    assert all(set(unit) == KEYS for unit in units)
    assert [unit["name"] for unit in units] == [f"gam-0{n}" for n in range(1, 6)]
    ports = {unit[key] for unit in units for key in ("snmp_port", "ssh_port", "http_port")}
    assert len(ports) == 15
    for unit in units:
        auth = (unit["ssh_user"], unit["ssh_password"])
        async with httpx.AsyncClient(auth=auth, trust_env=False) as client:
            body = {"method": "systemUtility.status.boardInfo.get", "params": [], "id": 1}
            url = f"http://{unit['host']}:{unit['http_port']}/json_rpc"
            board = (await client.post(url, json=body)).json()["result"]
        assert (board["BoardSerial"], board["BoardType"]) == (unit["serial"], unit["model"])
    stop.set()
    async with asyncio.timeout(WAIT_S):
        await task
    assert await _refused(units[0]["ssh_port"])


async def test_snmp_reads_what_the_command_line_wrote() -> None:
    snmpget = require_peer("snmpget")
    server = SimServer(make_unit(clock=SystemClock()))
    await server.start()
    try:
        async with terminal(server) as client:
            await client.run("configure terminal", "(config)# ")
            await client.run("hostname renamed", "renamed(config)# ")
        where = f"127.0.0.1:{server.snmp_port}"
        process = await asyncio.create_subprocess_exec(
            snmpget,
            *("-v2c", "-c", "public", "-Oqv", where, "1.3.6.1.2.1.1.5.0"),
            stdout=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(WAIT_S):
            output, _ = await process.communicate()
    finally:
        await server.stop()
    assert output.decode().strip().strip('"') == "renamed"


def test_secrets_stay_out_of_the_reprs() -> None:
    assert PASSWORD not in repr(make_unit())
