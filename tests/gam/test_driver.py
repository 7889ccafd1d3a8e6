"""A driver on virtual units: real UDP, real SSH, one state behind both."""

from __future__ import annotations

import asyncio
from dataclasses import fields, replace
from typing import Any

import pytest

from positron_tui.domain.devices import Capabilities, Section
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.errors import (
    CommandRejected,
    CredentialError,
    DeviceUnreachable,
    HostKeyChanged,
    LoginRefused,
    PositronError,
    UnexpectedReply,
    UsageError,
)
from positron_tui.domain.readings import Source
from positron_tui.domain.subscribers import Subscriber
from positron_tui.gam.driver import DeviceSecrets
from positron_tui.gam.ssh import CliSession
from positron_tui.simulator.fleet import build_fleet, demo_fleet
from tests.clocks import FrozenClock
from tests.gam.units import OPTIONS, bench

OVER_CLI = Capabilities(snmp=False, ssh=True)
OLD = Capabilities(snmp=True, ghn_snmp=False, ssh=True)
SHARED = (
    "mac",
    "endpoint_id",
    "name",
    "description",
    "configured_port",
    "detected_port",
    "auto_port",
    "state",
    "model",
    "serial",
    "firmware",
    "down_phy_mbps",
    "up_phy_mbps",
    "down_max_mbps",
    "up_max_mbps",
    "wire_length_m",
    "subscriber",
)


def told_by_both(endpoints: tuple[Endpoint, ...]) -> dict[str, dict[str, object]]:
    """Return of each configured endpoint what both transports tell.

    The command line has details by id only, so an endpoint that is not configured has none there.
    """
    return {
        one.mac: {name: getattr(one, name) for name in SHARED}
        for one in endpoints
        if one.configured
    }


def told_as_well(over_cli: Subscriber, over_snmp: Subscriber) -> Subscriber:
    """Return the command line's reading with what SNMP leaves open: some units lack columns."""
    values = {item.name: getattr(over_cli, item.name) for item in fields(Subscriber)}
    silent: dict[str, Any] = {name: None for name in values if getattr(over_snmp, name) is None}
    return replace(over_cli, **{**silent, "source": Source.SNMP})


async def test_each_section_comes_over_its_transport() -> None:
    unit = demo_fleet(clock=FrozenClock())[0]
    async with bench(unit) as b:
        driver = b.driver()
        result = await driver.read(set(Section))
        await driver.close()
    assert result.failures == {}
    sources = {section: one.source for section, one in result.snapshot.provenance.items()}
    assert sources == {
        section: Source.CLI if section is Section.CONFIG else Source.SNMP for section in Section
    }
    assert {one.read_at for one in result.snapshot.provenance.values()} == {b.clock.now()}
    assert len(result.snapshot.ports) == 15
    assert len(result.snapshot.endpoints) == 20
    assert "read endpoints" in b.commands("snmp")
    rows = next(one.reply for one in b.log if one.command == "read endpoints")
    assert rows == "20 rows"


@pytest.mark.parametrize("number", range(6))
async def test_both_transports_tell_the_same(number: int) -> None:
    unit = demo_fleet(clock=FrozenClock())[number]
    async with bench(unit) as b:
        over_cli = b.driver(OVER_CLI)
        told = (await over_cli.read(set(Section))).snapshot
        await over_cli.close()
        if not unit.personality.ghn_snmp:
            assert len(told.endpoints) == len(unit.seen_endpoints())
            return
        over_snmp = b.driver(replace(OVER_CLI, snmp=True, ghn_snmp=True, ssh=False))
        asked = (await over_snmp.read(set(Section))).snapshot
        await over_snmp.close()
    assert {one.mac: one.state for one in told.endpoints} == {
        one.mac: one.state for one in asked.endpoints
    }
    assert told_by_both(told.endpoints) == told_by_both(asked.endpoints)
    assert [(p.name, p.if_index, p.admin, p.oper, p.endpoint_macs) for p in told.ports] == [
        (p.name, p.if_index, p.admin, p.oper, p.endpoint_macs) for p in asked.ports
    ]
    assert [(p.label, p.mode) for p in told.ports] == [(p.label, p.mode) for p in asked.ports]
    assert told.profiles == asked.profiles
    assert [
        told_as_well(one, other)
        for one, other in zip(told.subscribers, asked.subscribers, strict=True)
    ] == list(asked.subscribers)
    assert [(a.entity, a.condition, a.severity) for a in told.alarms] == [
        (a.entity, a.condition, a.severity) for a in asked.alarms
    ]
    assert told.health.temperatures == asked.health.temperatures
    assert told.health.fans == asked.health.fans
    assert told.health.cpu_percent == asked.health.cpu_percent
    assert told.identity.firmware == asked.identity.firmware
    assert told.identity.mac == asked.identity.mac
    assert told.identity.line == asked.identity.line


async def test_old_unit_is_read_by_both() -> None:
    unit = build_fleet(1, personality="old-1.2.0", clock=FrozenClock())[0]
    async with bench(unit) as b:
        driver = b.driver(OLD)
        result = await driver.read(set(Section))
        await driver.close()
    assert result.failures == {}
    assert result.snapshot.provenance[Section.ENDPOINTS].source is Source.CLI
    assert result.snapshot.provenance[Section.PORTS].source is Source.SNMP
    assert all(one.source is Source.CLI for one in result.snapshot.endpoints)


async def test_section_that_no_transport_tells_is_a_failure_with_a_sentence() -> None:
    unit = build_fleet(1, personality="old-1.2.0", clock=FrozenClock())[0]
    async with bench(unit) as b:
        alone = replace(b.device, address=replace(b.device.address, ssh_port=None))
        driver = b.driver(OLD, device=alone)
        result = await driver.read({Section.IDENTITY, Section.ENDPOINTS})
        with pytest.raises(UsageError, match="SNMP alone"):
            await driver.running_config()
        await driver.close()
    assert set(result.snapshot.provenance) == {Section.IDENTITY}
    assert "endpoints" in result.failures[Section.ENDPOINTS]


async def test_silent_snmp_agent_fails_its_sections_and_not_the_others() -> None:
    unit = build_fleet(1, model="GAM-12-C", endpoints=4, clock=FrozenClock())[0]
    quick = replace(OPTIONS, snmp_timeout_s=0.1, snmp_retries=0)
    async with bench(unit, snmp=False) as b:
        driver = b.driver(options=quick)
        result = await driver.read(set(Section))
        assert set(result.snapshot.provenance) == {Section.CONFIG}
        assert set(result.failures) == set(Section) - {Section.CONFIG}
        assert len(b.commands("snmp")) == 1
        with pytest.raises(DeviceUnreachable):
            await driver.read({Section.HEALTH, Section.PORTS})
        await driver.close()


@pytest.mark.parametrize(
    ("fault", "error"),
    [("refuse_login", LoginRefused), ("rotated", HostKeyChanged), ("no password", CredentialError)],
)
async def test_what_keeps_us_out_of_ssh_is_raised_when_nothing_else_was_asked(
    fault: str, error: type[PositronError]
) -> None:
    unit = build_fleet(1, model="GAM-12-C", endpoints=4, clock=FrozenClock())[0]
    async with bench(unit) as b:
        secrets = b.secrets
        if fault == "rotated":
            b.server.cli.rotate_host_key()
        elif fault == "no password":
            secrets = DeviceSecrets(snmp_community=secrets.snmp_community)
        else:
            unit.faults.refuse_login = True
        driver = b.driver(secrets=secrets)
        with pytest.raises(error):
            await driver.running_config()
        both = await driver.read({Section.IDENTITY, Section.CONFIG})
        assert set(both.snapshot.provenance) == {Section.IDENTITY}
        assert both.failures[Section.CONFIG]
        if error is not CredentialError:
            with pytest.raises(error):
                await driver.read({Section.CONFIG})
        await driver.close()


async def test_startup_is_another_truth_than_running() -> None:
    unit = build_fleet(1, model="GAM-12-C", endpoints=4, clock=FrozenClock())[0]
    async with bench(unit) as b:
        driver = b.driver()
        async with driver.session() as cli:
            await cli.configure()
            await cli.run('ghn bw-profile 9 name "trial" rate-downstream 30 rate-upstream 30')
            await cli.leave_configure()
        running, startup = await driver.running_config(), await driver.startup_config()
        await driver.close()
    assert running.profile_by_name("trial") is not None
    assert startup.profile_by_name("trial") is None


async def test_snr_in_both_directions() -> None:
    unit = build_fleet(1, model="GAM-12-M", endpoints=4, clock=FrozenClock())[0]
    seen = next(row.mac for row in unit.seen_endpoints() if row.box is not None)
    async with bench(unit) as b:
        driver = b.driver()
        readings = await driver.snr(seen)
        assert {one.direction for one in readings} == {"downstream", "upstream"}
        assert all(10 < one.db < 60 for one in readings)
        with pytest.raises((UnexpectedReply, CommandRejected), match="missing or busy"):
            await driver.snr("00:0e:d8:ff:ff:ff")
        await driver.close()


async def test_one_session_at_a_time_and_it_is_used_again() -> None:
    unit = build_fleet(1, model="GAM-12-C", endpoints=4, clock=FrozenClock())[0]
    unit.faults.session_limit = 1
    async with bench(unit) as b:
        driver = b.driver()
        seen: list[CliSession] = []

        async def use() -> None:
            async with driver.session() as cli:
                await cli.run("show version")
                seen.append(cli)

        async with asyncio.TaskGroup() as group:
            for _ in range(4):
                group.create_task(use())
        assert len({id(cli) for cli in seen}) == 1
        assert len([one for one in b.commands() if one.startswith("ssh ")]) == 1
        await driver.close()
        assert not seen[0].usable


async def test_session_left_in_configuration_mode_is_not_handed_on() -> None:
    unit = build_fleet(1, model="GAM-12-C", endpoints=4, clock=FrozenClock())[0]
    async with bench(unit) as b:
        driver = b.driver()
        async with driver.session() as first:
            await first.configure()
        assert not first.usable
        async with driver.session() as second:
            assert second.mode == ""
        await driver.close()


async def test_idle_session_is_closed_after_its_time() -> None:
    unit = build_fleet(1, model="GAM-12-C", endpoints=4, clock=FrozenClock())[0]
    async with bench(unit) as b:
        driver = b.driver(options=replace(OPTIONS, idle_close_s=0.01))
        async with driver.session() as cli:
            pass
        async with asyncio.timeout(20):
            while b.server.cli.sessions:  # noqa: ASYNC110  the unit has no event for this
                await asyncio.sleep(0.01)
        assert not cli.usable
        await driver.close()


async def test_idle_session_that_a_restart_ended_is_replaced() -> None:
    unit = build_fleet(1, model="GAM-12-C", endpoints=4, clock=FrozenClock())[0]
    async with bench(unit) as b:
        driver = b.driver()
        async with driver.session() as before:
            await before.run("show version")
        for session in list(b.server.cli.sessions):
            session.abort()
        b.clock.advance(10)
        async with driver.session() as after:
            assert "MAC Address" in await after.run("show version")
        assert after is not before
        await driver.close()


async def test_cancelled_reading_leaves_the_driver_usable() -> None:
    unit = build_fleet(1, model="GAM-12-C", endpoints=4, clock=FrozenClock())[0]
    async with bench(unit) as b:
        driver = b.driver(OVER_CLI)
        async with driver.session():
            pass
        unit.faults.slow_s = 60.0
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await driver.read(set(Section))
        unit.faults.slow_s = 0.0
        async with asyncio.timeout(20):
            while b.server.cli.connections:  # noqa: ASYNC110  the unit has no event for this
                await asyncio.sleep(0.01)
        assert (await driver.read({Section.CONFIG})).failures == {}
        await driver.close()


async def test_no_secret_is_told() -> None:
    unit = build_fleet(1, model="GAM-12-C", endpoints=4, clock=FrozenClock())[0]
    async with bench(unit) as b:
        driver = b.driver()
        await driver.read(set(Section))
        await driver.startup_config()
        await driver.close()
        secrets = unit.secrets
        told = repr(b.log) + repr(b.secrets) + repr(driver)
    for secret in (
        secrets.snmp_read_community,
        secrets.snmp_write_community,
        secrets.ssh_password,
    ):
        assert secret
        assert secret not in told
