"""Sessions on virtual units over real SSH, with each fault of the terminal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from positron_tui.domain.errors import (
    CommandRejected,
    DeviceUnreachable,
    Indeterminate,
    LoginRefused,
    SessionLimit,
)
from positron_tui.gam.parsers import parse_running_config, parse_save_reply
from positron_tui.gam.ssh import (
    CliSession,
    SessionTimeouts,
    SshCredentials,
    SshTarget,
    fetch_host_key,
    open_session,
)
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.fleet import build_fleet
from positron_tui.simulator.server import SimServer
from tests.clocks import FrozenClock

ADD = 'ghn endpoint 40 name "Apt 40" mac-address 00:0e:d8:99:00:01 description "riser B" port 2'


def unit(personality: str = "gam12c-1.5.4") -> SimDevice:
    return build_fleet(
        1, model="GAM-12-C", personality=personality, endpoints=12, seed=5, clock=FrozenClock()
    )[0]


@asynccontextmanager
async def serving(device: SimDevice) -> AsyncIterator[SshTarget]:
    """Serve a unit without its SNMP agent; yields how to reach it, its key pinned."""
    server = SimServer(device, snmp=False)
    await server.start()
    try:
        address = SshTarget(
            server.host, server.ssh_port, device.secrets.ssh_user, connect_timeout_s=20.0
        )
        key = await fetch_host_key(address)
        yield replace(address, pinned_host_key=key.openssh, name=device.name)
    finally:
        await server.stop()


@asynccontextmanager
async def session(
    device: SimDevice, timeouts: SessionTimeouts | None = None
) -> AsyncIterator[CliSession]:
    secret = SshCredentials(device.secrets.ssh_password)
    async with serving(device) as target, open_session(target, secret, timeouts=timeouts) as cli:
        yield cli


async def test_configuring_and_reading_back() -> None:
    device = unit()
    async with session(device) as cli:
        assert cli.prompt_host == device.running.hostname
        await cli.configure()
        assert await cli.run(ADD) == ""
        with pytest.raises(CommandRejected, match="endpoint name"):
            await cli.run(ADD.replace("endpoint 40", "endpoint 41").replace("99:00:01", "99:00:02"))
        with pytest.raises(CommandRejected) as caught:
            await cli.run("ghn endpoint 41 nonsense 1")
        assert "Invalid word" in caught.value.reply
        await cli.leave_configure()
        config = parse_running_config(await cli.run("show running-config"))
        added = config.endpoint_by_mac("00:0e:d8:99:00:01")
        assert added is not None
        assert (added.name, added.description, added.port) == ("Apt 40", "riser B", "G.hn 1/2")
        assert config.unreadable_lines == ()
        saved = parse_save_reply(await cli.run("copy running-config startup-config"))
        assert saved == len(device.startup_text().encode())


async def test_paged_and_unpaged_output_are_the_same() -> None:
    device = unit()
    async with session(device) as cli:
        whole = await cli.run("show running-config")
        assert len(whole.splitlines()) > 40
        await cli.run("terminal length 5")
        assert await cli.run("show running-config") == whole
        await cli.run("terminal length 24")
        assert await cli.run("show running-config") == whole


async def test_host_name_may_change_and_go() -> None:
    async with session(unit()) as cli:
        await cli.configure()
        await cli.run("hostname riser-9.east")
        assert cli.prompt_host == "riser-9.east"
        await cli.run("no hostname")
        assert cli.prompt_host == ""
        await cli.leave_configure()
        assert "MAC Address" in await cli.run("show version")


async def test_garbage_in_the_terminal_breaks_nothing() -> None:
    device = unit()
    expected = device.running_text().strip().splitlines()
    device.faults.garbage = True
    async with session(device) as cli:
        reply = (await cli.run("show running-config")).splitlines()
        extra = [line for line in reply if line not in expected]
        assert len(extra) == 1
        assert "Link up" in extra[0]
        await cli.configure()
        assert "Link up" in await cli.run(ADD)
        assert 40 in device.running.endpoints


async def test_slow_device_is_waited_for_and_a_slower_one_is_not() -> None:
    device = unit()
    patient = SessionTimeouts(settle_s=0.01, stale_s=0.05)
    device.faults.slow_s = 0.1
    async with session(device, patient) as cli:
        assert "MAC Address" in await cli.run("show version")
        device.faults.slow_s = 60.0
        with pytest.raises(DeviceUnreachable, match="did not answer in time"):
            await cli.run("show version", timeout_s=0.1)
        assert not cli.usable


async def test_refused_login() -> None:
    device = unit()
    device.faults.refuse_login = True
    async with serving(device) as target:
        with pytest.raises(LoginRefused):
            async with open_session(target, SshCredentials(device.secrets.ssh_password)):
                pass


async def test_full_device() -> None:
    device = unit()
    device.faults.session_limit = 1
    secret = SshCredentials(device.secrets.ssh_password)
    async with serving(device) as target:
        async with open_session(target, secret):
            with pytest.raises(SessionLimit, match="no free session"):
                async with open_session(target, secret):
                    pass
        async with open_session(target, secret) as again:
            assert again.usable


@pytest.mark.parametrize(
    ("command", "error"), [("show version", DeviceUnreachable), (ADD, Indeterminate)]
)
async def test_session_that_dies_on_a_command(
    command: str, error: type[DeviceUnreachable | Indeterminate]
) -> None:
    device = unit()
    async with session(device) as cli:
        if error is Indeterminate:
            await cli.configure()
        device.faults.die_after = 1
        with pytest.raises(error):
            await cli.run(command)
        assert not cli.usable


async def test_restarting_unit_ends_the_session() -> None:
    device = unit()
    async with session(device) as cli:
        device.reboot()
        with pytest.raises(DeviceUnreachable):
            await ask_until_it_breaks(cli)
        assert not cli.usable


async def test_session_is_closed_whatever_happens() -> None:
    device = unit()
    device.faults.session_limit = 1
    secret = SshCredentials(device.secrets.ssh_password)
    async with serving(device) as target:
        with pytest.raises(RuntimeError, match="in the block"):
            async with open_session(target, secret):
                raise RuntimeError("in the block")
        inside = asyncio.Event()

        async def hold() -> None:
            async with open_session(target, secret):
                inside.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(hold())
        await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(20):
            await until_free(target, secret)


async def ask_until_it_breaks(cli: CliSession) -> None:
    while cli.usable:
        await cli.run("show version")
    await cli.run("show version")


async def until_free(target: SshTarget, secret: SshCredentials) -> None:
    """Open sessions until one is free: the unit hears of a dropped line a moment later."""
    while True:
        try:
            async with open_session(target, secret) as cli:
                assert cli.usable
                return
        except SessionLimit:
            continue
