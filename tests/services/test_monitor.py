"""Polling on a schedule: real units on real sockets, time under the test's control."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from positron_tui.domain.devices import Section
from positron_tui.domain.readings import Source
from positron_tui.domain.status import DeviceStatus
from positron_tui.services.app import Services
from positron_tui.services.events import DeviceUpdated, Event, PollFinished
from positron_tui.simulator.personality import PERSONALITIES
from positron_tui.simulator.server import SimServer
from tests.clocks import FrozenClock
from tests.services.conftest import StartUnit, console, make_settings, onboard, secrets_of
from tests.services.frozen import ManualTicker


class Heard:
    """The events of a bus, and waiting for one of them."""

    def __init__(self, services: Services) -> None:
        self.events: list[Event] = []
        self._changed = asyncio.Event()
        services.events.subscribe(self._on_event)

    def _on_event(self, event: Event) -> None:
        self.events.append(event)
        self._changed.set()

    def polls(self, name: str) -> int:
        return self.events.count(PollFinished(name))

    async def one_more(self, name: str) -> None:
        """Wait until one more poll of a device has ended."""
        polls = self.polls(name)
        await self.until(lambda: self.polls(name) > polls)

    async def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._changed.clear()
            await self._changed.wait()


class Bench:
    """A console on a frozen clock with one or more units."""

    def __init__(self, services: Services, clock: FrozenClock, ticker: ManualTicker) -> None:
        self.services = services
        self.clock = clock
        self.ticker = ticker
        self.heard = Heard(services)

    async def poll_once(self, name: str) -> None:
        """Go to the next slot and wait until its poll is over."""
        polls = self.heard.polls(name)
        await self.ticker.next()
        await self.heard.until(lambda: self.heard.polls(name) > polls)
        await self.ticker.sleeping()


@asynccontextmanager
async def bench(tmp_path: Path, **overrides: object) -> AsyncIterator[Bench]:
    clock = FrozenClock()
    ticker = ManualTicker(clock)
    settings = make_settings(tmp_path, **overrides)
    async with console(settings, clock=clock, ticker=ticker) as services:
        yield Bench(services, clock, ticker)


async def test_a_unit_is_polled_once_an_interval(tmp_path: Path, start_unit: StartUnit) -> None:
    server = await start_unit()
    async with bench(tmp_path) as at:
        await onboard(at.services, server, "riser")
        at.services.monitor.start()
        await at.poll_once("riser")
        started = at.clock.monotonic()
        for _ in range(5):
            await at.poll_once("riser")
        # Five slots of the grid, the first after half an interval at least, jitter besides.
        assert 4.5 * 60 <= at.clock.monotonic() - started <= 5.7 * 60
        poll = at.services.fleet.get("riser").poll
        assert poll.reachable
        assert poll.overruns == 0
        assert poll.last_good_at is not None
        due = at.services.monitor.next_poll_at("riser")
        assert due is not None
        assert due > at.clock.now()


async def test_each_poll_is_one_event_and_reads_what_is_due(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    server = await start_unit()
    async with bench(tmp_path) as at:
        await onboard(at.services, server, "riser")
        at.services.monitor.start()
        await at.poll_once("riser")
        at.heard.events.clear()
        await at.poll_once("riser")
        updates = [one for one in at.heard.events if isinstance(one, DeviceUpdated)]
        assert [update.sections for update in updates] == [
            {Section.HEALTH, Section.PORTS, Section.ENDPOINTS, Section.ALARMS}
        ]
        at.ticker.advance(3_600)
        await at.heard.until(lambda: at.heard.polls("riser") >= 2)
        updates = [one for one in at.heard.events if isinstance(one, DeviceUpdated)]
        assert updates[-1].sections >= {Section.CONFIG, Section.IDENTITY}


async def test_a_unit_that_dies_goes_unknown_backs_off_and_comes_back(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    server = await start_unit()
    async with bench(tmp_path, **{"snmp.timeout_s": 0.2, "snmp.retries": 0}) as at:
        await onboard(at.services, server, "riser")
        at.services.monitor.start()
        await at.poll_once("riser")
        good = at.services.fleet.get("riser").poll.last_good_at
        await server.stop()
        pauses = []
        for _ in range(6):
            await at.poll_once("riser")
            due = at.services.monitor.next_poll_at("riser")
            assert due is not None
            pauses.append((due - at.clock.now()).total_seconds())
        view = at.services.fleet.get("riser")
        assert view.status is DeviceStatus.UNKNOWN
        assert view.poll.last_good_at == good
        assert view.poll.failures_in_a_row == 6
        assert view.poll.failure
        assert view.snapshot.endpoints  # what was known is kept, with its age
        assert pauses[3] > 4 * 60
        assert max(pauses) <= 600 + 66
        await server.start()
        await at.poll_once("riser")
        view = at.services.fleet.get("riser")
        assert view.poll.reachable
        assert view.poll.failure is None
        assert view.poll.failures_in_a_row == 0
    async with bench(tmp_path) as again:
        assert again.services.fleet.get("riser").poll == view.poll


async def test_a_silent_unit_does_not_delay_another(tmp_path: Path, start_unit: StartUnit) -> None:
    dead, alive = await start_unit(), await start_unit(seed=4)
    async with bench(tmp_path, **{"snmp.timeout_s": 5}) as at:
        await onboard(at.services, dead, "dead")
        await onboard(at.services, alive, "alive")
        dead.device.faults.drop = 1.0
        at.services.monitor.start()
        for _ in range(4):
            await at.ticker.sleeping()
            at.ticker.advance(90)
            await at.heard.one_more("alive")
        assert at.heard.polls("dead") == 1  # from onboarding: its first poll still waits


async def test_overruns_are_counted_and_not_stacked(tmp_path: Path, start_unit: StartUnit) -> None:
    server = await start_unit()
    async with bench(tmp_path) as at:
        await onboard(at.services, server, "riser")
        at.services.monitor.start()
        await at.poll_once("riser")
        jumped = False

        def stall(event: Event) -> None:
            """Let three intervals pass while the unit is being read."""
            nonlocal jumped
            if isinstance(event, DeviceUpdated) and not jumped:
                jumped = True
                at.clock.advance(185)

        at.services.events.subscribe(stall)
        await at.poll_once("riser")
        assert at.services.fleet.get("riser").poll.overruns == 3
        polls = at.heard.polls("riser")
        await at.poll_once("riser")
        assert at.heard.polls("riser") == polls + 1
        assert at.services.fleet.get("riser").poll.overruns == 3


async def test_rates_come_from_real_elapsed_time_and_a_restart_is_a_gap(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    server = await start_unit()
    async with console(make_settings(tmp_path)) as services:
        await onboard(services, server, "riser")
        assert services.fleet.get("riser").port_rates == {}
        await services.monitor.poll("riser", {Section.HEALTH, Section.PORTS})
        rates = services.fleet.get("riser").port_rates
        ports = {port.if_index for port in services.fleet.get("riser").snapshot.ports}
        assert rates.keys() == ports
        assert all(rate.interval_s > 0 for rate in rates.values())
        assert any(rate.down_mbps is not None for rate in rates.values())
        server.device.restart_seconds = 0.05
        before = services.fleet.get("riser").snapshot.health.uptime_s
        server.device.booted_at = server.device.clock.monotonic() - 10_000
        await services.monitor.poll("riser", {Section.HEALTH, Section.PORTS})
        server.device.booted_at = server.device.clock.monotonic()
        outcome = await services.monitor.poll("riser", {Section.HEALTH, Section.PORTS})
        assert outcome.sections >= {Section.IDENTITY, Section.CONFIG}
        rates = services.fleet.get("riser").port_rates
        assert {rate.down_mbps for rate in rates.values()} == {None}
        assert before is not None


async def test_a_changed_host_key_blocks_ssh_until_it_is_trusted(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    server = await start_unit()
    async with console(make_settings(tmp_path)) as services:
        await onboard(services, server, "riser")
        pinned = services.fleet.get("riser").device.host_key_fingerprint
        replace_host_key(server)
        outcome = await services.monitor.poll("riser")
        view = services.fleet.get("riser")
        assert view.status is DeviceStatus.BLOCKED
        assert outcome.reachable  # SNMP goes on
        assert Section.CONFIG in outcome.failures
        offered = view.device.offered_key_fingerprint
        assert offered not in (None, pinned)
        logins = ssh_logins(services)
        outcome = await services.monitor.poll("riser", {Section.CONFIG})
        assert str(offered) in (outcome.failure or "")
        assert str(pinned) in (outcome.failure or "")
        assert ssh_logins(services) == logins  # not even tried
        await services.inventory.trust_new_host_key("riser", str(offered))
        assert (await services.monitor.poll("riser")).failures == {}
        assert services.fleet.get("riser").status is not DeviceStatus.BLOCKED
        stored = await services.store.devices.get("riser")
        assert stored.host_key_fingerprint == offered


async def test_a_refused_login_is_not_tried_again_in_a_loop(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    server = await start_unit()
    async with bench(tmp_path, **{"monitor.config_interval_s": 120, "ssh.idle_close_s": 0}) as at:
        await onboard(at.services, server, "riser")
        server.device.faults.refuse_login = True
        at.services.monitor.start()
        at.ticker.advance(200)
        await at.heard.until(lambda: at.heard.polls("riser") >= 2)
        view = at.services.fleet.get("riser")
        assert view.poll.reachable
        assert "refuses the SSH login" in (view.poll.failure or "")
        tried = ssh_logins(at.services)
        await at.poll_once("riser")
        assert ssh_logins(at.services) == tried
        assert "refuses the SSH login" in (at.services.fleet.get("riser").poll.failure or "")
        server.device.faults.refuse_login = False
        await at.services.inventory.edit("riser", secrets=secrets_of(server))
        at.ticker.advance(200)
        polls = at.heard.polls("riser")
        await at.heard.until(lambda: at.heard.polls("riser") > polls)
        assert at.services.fleet.get("riser").poll.failure is None


async def test_another_firmware_is_probed_again(tmp_path: Path, start_unit: StartUnit) -> None:
    server = await start_unit(model="GAM-4-CX", personality="old-1.2.0", endpoints=3)
    async with console(make_settings(tmp_path)) as services:
        await onboard(services, server, "riser")
        assert services.fleet.get("riser").device.capabilities.ghn_snmp is False
        server.device.personality = PERSONALITIES["current"]
        await services.monitor.poll("riser")
        device = services.fleet.get("riser").device
        assert device.capabilities.ghn_snmp is True
        assert device.capabilities.firmware == "1.8.2"
        assert (await services.store.devices.get("riser")).capabilities == device.capabilities
        await services.monitor.poll("riser")
        origin = services.fleet.get("riser").snapshot.provenance[Section.ENDPOINTS]
        assert origin.source is Source.SNMP


async def test_pausing_holds_the_schedule(tmp_path: Path, start_unit: StartUnit) -> None:
    server = await start_unit()
    async with bench(tmp_path) as at:
        await onboard(at.services, server, "riser")
        monitor = at.services.monitor
        monitor.start()
        await at.poll_once("riser")
        monitor.pause("riser")
        assert monitor.next_poll_at("riser") is None
        polls = at.heard.polls("riser")
        at.ticker.advance(600)
        assert (await monitor.poll("riser")).reachable  # a person may still ask
        assert at.heard.polls("riser") == polls + 1
        monitor.resume("riser")
        await at.heard.until(lambda: at.heard.polls("riser") == polls + 2)
        await at.ticker.sleeping()
        assert at.services.fleet.get("riser").poll.overruns == 0
        await monitor.stop()
        assert at.services.tasks.names == ()
        assert monitor.next_poll_at("riser") is None


async def test_devices_come_and_go_while_the_monitor_runs(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    server = await start_unit()
    async with bench(tmp_path) as at:
        at.services.monitor.start()
        await onboard(at.services, server, "riser")
        await at.poll_once("riser")
        await at.services.inventory.edit("riser", new_name="tower")
        await at.poll_once("tower")
        assert polling(at.services) == {"poll tower"}
        await at.services.inventory.remove("tower")
        assert polling(at.services) == set()


async def test_without_secrets_a_unit_is_not_polled_and_says_why(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    server = await start_unit()
    async with console(make_settings(tmp_path)) as services:
        await onboard(services, server, "riser")
    # The memory vault of the first console is gone.
    async with console(make_settings(tmp_path)) as services:
        outcome = await services.monitor.poll("riser")
        assert not outcome.reachable
        assert outcome.failure
        assert services.fleet.get("riser").poll.failure == outcome.failure
        assert services.fleet.get("riser").snapshot.endpoints


def polling(services: Services) -> set[str]:
    return {name for name in services.tasks.names if name.startswith("poll ")}


def ssh_logins(services: Services) -> int:
    return sum(
        entry.transport == "cli" and entry.text.startswith("ssh ")
        for entry in services.activity.entries()
    )


def replace_host_key(server: SimServer) -> None:
    """Show another host key, and end the sessions that know the old one."""
    server.cli.rotate_host_key()
    for connection in list(server.cli.connections):
        connection.abort()
