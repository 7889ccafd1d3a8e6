"""One poll of one device: read, merge, keep, announce."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Section, Snapshot
from positron_tui.domain.errors import (
    CredentialError,
    DeviceUnreachable,
    HostKeyChanged,
    PositronError,
)
from positron_tui.domain.polling import PollState
from positron_tui.domain.running_config import RunningConfig
from positron_tui.gam.driver import DeviceDriver
from positron_tui.services.activity import ActivityLog, Outcome
from positron_tui.services.drivers import DriverPool
from positron_tui.services.events import EventBus, PollFinished
from positron_tui.services.fleet import Fleet
from positron_tui.services.locks import DeviceLocks
from positron_tui.services.sections import (
    ALL_SECTIONS,
    SectionIntervals,
    due_sections,
    merge,
    ssh_sections,
)
from positron_tui.services.ssh_holds import SshHolds
from positron_tui.services.traffic import port_rates, restarted
from positron_tui.services.views import DeviceView, PortRate, blocked_sentence, replace_view
from positron_tui.store import Store

OnConfig = Callable[[str, RunningConfig, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """How one poll went; `failures` has a sentence for each section that could not be read.

    `reachable` is None when the device was not asked at all, because its secrets were not to be
    had.
    """

    name: str
    reachable: bool | None
    sections: frozenset[Section]
    failures: Mapping[Section, str] = field(default_factory=dict)
    failure: str | None = None
    duration_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PollOptions:
    """Budgets in seconds: `status_s` for what is read at every poll, `config_s` for the rest."""

    status_s: float = 50.0
    config_s: float = 120.0
    concurrency: int = 50
    intervals: SectionIntervals = field(default_factory=SectionIntervals)


@dataclass(slots=True)
class _Attempt:
    """What a running poll has gathered so far; `error` = the device as a whole, `ssh` = SSH."""

    snapshot: Snapshot
    sections: set[Section] = field(default_factory=set)
    failures: dict[Section, str] = field(default_factory=dict)
    error: str | None = None
    ssh: str | None = None
    config: RunningConfig | None = None
    restarted: bool = False
    answered: bool = False


class Poller:
    """Reads devices on demand; knows nothing of schedules.

    `on_config` is told of every whole configuration that a poll read.
    """

    def __init__(
        self,
        *,
        fleet: Fleet,
        store: Store,
        drivers: DriverPool,
        locks: DeviceLocks,
        holds: SshHolds,
        events: EventBus,
        activity: ActivityLog,
        clock: Clock,
        options: PollOptions,
    ) -> None:
        self._fleet = fleet
        self._store = store
        self._drivers = drivers
        self._locks = locks
        self._holds = holds
        self._events = events
        self._activity = activity
        self._clock = clock
        self._options = options
        self._slots = asyncio.Semaphore(options.concurrency)
        self._read_at: dict[str, float] = {}
        self.on_config: OnConfig | None = None

    async def poll(self, name: str, sections: Collection[Section] | None = None) -> PollOutcome:
        """Read these sections (all unless told) because a person asked; holds do not apply."""
        async with self._locks.of(name), self._slots:
            view = self._fleet.get(name)
            wanted = ALL_SECTIONS if sections is None else frozenset(sections)
            return await self._poll(view, wanted, asked=True)

    async def poll_due(self, name: str) -> PollOutcome:
        """Read what is due by its age because the schedule says so."""
        async with self._locks.of(name), self._slots:
            view = self._fleet.get(name)
            wanted = due_sections(view, self._options.intervals, self._clock.now())
            return await self._poll(view, wanted, asked=False)

    async def reread(self, name: str, sections: Collection[Section]) -> PollOutcome:
        """Read sections for a caller that holds the device's lock."""
        return await self._poll(self._fleet.get(name), frozenset(sections), asked=True)

    def count_overruns(self, name: str, missed: int) -> None:
        """Note polls that fell out because the one before them was still running."""
        view = self._fleet.get(name)
        poll = replace(view.poll, overruns=view.poll.overruns + missed)
        self._fleet.put(replace_view(view, poll=poll))
        self._activity.record(
            f"{missed} polls of {name} were skipped because one was still running.",
            device=name,
            kind="poll",
            outcome=Outcome.TIMEOUT,
        )

    def record_defect(self, name: str, error: Exception) -> int:
        """Note a defect of this console as a failed poll; return the failures in a row."""
        view = self._fleet.get(name)
        text = f"Polling {name} failed inside the console: {type(error).__name__}; see the log."
        poll = replace(view.poll, failure=text, failures_in_a_row=view.poll.failures_in_a_row + 1)
        self._fleet.put(replace_view(view, poll=poll))
        self._activity.record(text, device=name, kind="poll", outcome=Outcome.FAILED)
        return poll.failures_in_a_row

    async def _poll(
        self, view: DeviceView, wanted: frozenset[Section], *, asked: bool
    ) -> PollOutcome:
        started = self._clock.monotonic()
        attempt = _Attempt(view.snapshot)
        try:
            driver = await self._drivers.get(view.device)
            await self._attempt(attempt, view, driver, wanted, asked=asked)
            await self._follow_firmware(view, attempt, driver)
        except CredentialError as error:
            if asked:  # says nothing about the device, so what is known of it stays
                return PollOutcome(view.name, None, frozenset(), failure=str(error))
            attempt.error = str(error)
        except PositronError as error:
            attempt.error = str(error)
        duration = self._clock.monotonic() - started
        await self._conclude(view, attempt, duration)
        return PollOutcome(
            name=view.name,
            reachable=attempt.error is None,
            sections=frozenset(attempt.sections),
            failures=dict(attempt.failures),
            failure=attempt.error or attempt.ssh,
            duration_s=duration,
        )

    async def _attempt(
        self,
        attempt: _Attempt,
        view: DeviceView,
        driver: DeviceDriver,
        wanted: frozenset[Section],
        *,
        asked: bool,
    ) -> None:
        over_ssh = ssh_sections(view.device)
        plain = wanted - over_ssh
        if plain:
            error = await self._read(attempt, driver, plain, self._options.status_s)
            if error is not None:
                attempt.error = str(error)
                return
            attempt.restarted = restarted(view.snapshot, attempt.snapshot)
            if attempt.restarted and Section.IDENTITY not in wanted:
                again = frozenset({Section.IDENTITY}) - over_ssh
                await self._read(attempt, driver, again, self._options.status_s)
        if attempt.restarted:
            wanted |= {Section.IDENTITY, Section.CONFIG}
        wanted -= attempt.sections | attempt.failures.keys()
        if wanted & over_ssh:
            await self._read_over_ssh(attempt, view, driver, wanted & over_ssh, asked=asked)
            if attempt.ssh is not None and not attempt.answered:
                attempt.error = attempt.ssh
        elif hold := self._holds.active(view.name):
            attempt.ssh = hold.sentence

    async def _read_over_ssh(
        self,
        attempt: _Attempt,
        view: DeviceView,
        driver: DeviceDriver,
        sections: frozenset[Section],
        *,
        asked: bool,
    ) -> None:
        """Read what only SSH gives, unless SSH rests or the device is blocked."""
        hold = None if asked else self._holds.active(view.name)
        refusal = blocked_sentence(view.device) or (hold.sentence if hold else None)
        if refusal is None:
            error = await self._read(attempt, driver, sections, self._options.config_s)
            if error is None:
                self._holds.clear(view.name)
                return
            if isinstance(error, HostKeyChanged):
                await self.block(view.name, error)
            refusal = self._holds.failed(view.name, error).sentence
        attempt.ssh = refusal
        attempt.failures.update(dict.fromkeys(sections, refusal))

    async def _read(
        self, attempt: _Attempt, driver: DeviceDriver, sections: frozenset[Section], budget_s: float
    ) -> PositronError | None:
        """Read sections into the attempt; return why none of them could be read."""
        if not sections:
            return None
        try:
            async with asyncio.timeout(budget_s):
                result = await driver.read(sections)
        except TimeoutError:
            return DeviceUnreachable(
                f"{driver.device.name} did not finish answering within {budget_s:g} s; "
                "it will be read again."
            )
        except PositronError as error:
            return error
        got = frozenset(result.snapshot.provenance) & sections
        attempt.snapshot = merge(attempt.snapshot, result.snapshot, got)
        attempt.sections |= got
        attempt.config = result.config or attempt.config
        attempt.failures.update(result.failures)
        attempt.answered = attempt.answered or bool(got)
        if got or not result.failures:
            return None
        return PositronError(next(iter(result.failures.values())))

    async def block(self, name: str, error: HostKeyChanged) -> None:
        """Remember the key that a device shows instead of the pinned one; SSH rests from now on.

        The caller has the device's lock.
        """
        view = self._fleet.get(name)
        device = replace(view.device, offered_key_fingerprint=error.offered)
        await self._store.devices.update(name, device)
        self._fleet.update(device)
        await self._drivers.drop(name)

    async def _follow_firmware(
        self, view: DeviceView, attempt: _Attempt, driver: DeviceDriver
    ) -> None:
        """Find out again what a device answers when it runs another firmware."""
        firmware = attempt.snapshot.identity.firmware.active
        known = view.device.capabilities.firmware
        if Section.IDENTITY not in attempt.sections or not firmware or firmware == known:
            return
        if blocked_sentence(view.device) or self._holds.active(view.name):
            return  # a probe logs in over SSH
        try:
            async with asyncio.timeout(self._options.config_s):
                probe = await driver.probe()
        except (PositronError, TimeoutError):
            return  # the next identity reading tries again
        device = replace(self._fleet.get(view.name).device, capabilities=probe.capabilities)
        await self._store.devices.update(device.name, device)
        self._fleet.update(device)
        await self._drivers.drop(device.name)
        self._activity.record(
            f"{view.name} runs the firmware {firmware} now (before: {known or 'unknown'}); what it "
            "answers was found out again.",
            device=view.name,
            kind="inventory",
        )

    async def _conclude(self, view: DeviceView, attempt: _Attempt, duration_s: float) -> None:
        """Keep and announce what a poll brought."""
        current = self._fleet.get(view.name)
        poll = _poll_state(current.poll, attempt, self._clock, duration_s)
        rates = current.port_rates
        if Section.PORTS in attempt.sections:
            rates = self._rates(current, attempt)
        sections = frozenset(attempt.sections)
        self._fleet.put(
            DeviceView(current.device, attempt.snapshot, poll, rates), sections=sections
        )
        if attempt.error is not None and current.poll.failure != attempt.error:
            self._activity.record(
                attempt.error, device=view.name, kind="poll", outcome=Outcome.FAILED
            )
        if sections:
            await self._store.readings.save(view.name, attempt.snapshot, poll)
        else:
            await self._store.readings.save_poll(view.name, poll)
        if attempt.config is not None and self.on_config is not None:
            await self.on_config(view.name, attempt.config, self._clock.now())
        self._events.publish(PollFinished(view.name))

    def _rates(self, view: DeviceView, attempt: _Attempt) -> Mapping[int, PortRate]:
        now = self._clock.monotonic()
        before = self._read_at.get(view.name)
        self._read_at[view.name] = now
        return port_rates(
            view.snapshot,
            attempt.snapshot,
            reset=attempt.restarted,
            steady_s=None if before is None else now - before,
        )


def _poll_state(old: PollState, attempt: _Attempt, clock: Clock, duration_s: float) -> PollState:
    now = clock.now()
    if attempt.error is None:
        return replace(
            old,
            last_poll_at=now,
            last_good_at=now,
            reachable=True,
            failure=attempt.ssh,
            failures_in_a_row=0,
            duration_s=duration_s,
        )
    return replace(
        old,
        last_poll_at=now,
        reachable=False,
        failure=attempt.error,
        failures_in_a_row=old.failures_in_a_row + 1,
        duration_s=duration_s,
    )
