"""Random changes of a unit under random faults, and a count of every lie that was told.

The truth is the virtual unit itself, read in this process behind the console's back.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from positron_tui.domain.changes import Change, ChangeState, StepState
from positron_tui.domain.edits import Edit
from positron_tui.domain.edits_plant import PutProfile, SetPort
from positron_tui.domain.edits_subscribers import AddSubscriber, EditSubscriber, RemoveSubscriber
from positron_tui.domain.errors import PositronError
from positron_tui.domain.matching import differences, nothing_done
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.touched import Kind, items_of, touched
from positron_tui.gam.parsers.running_config import parse_running_config
from positron_tui.services.app import Services
from positron_tui.services.prepared import DeviceEdit, PreparedChange
from positron_tui.simulator.faults import Faults
from positron_tui.simulator.server import SimServer
from tests.services.changing import until

# Short enough that a slow unit runs into them, long enough that a busy machine does not.
IMPATIENT: dict[str, object] = {
    "ssh.config_timeout_s": 1.0,
    "ssh.show_timeout_s": 5,
    "ssh.copy_timeout_s": 5,
    "ssh.connect_timeout_s": 5,
    "jsonrpc.timeout_s": 1.0,
    "snmp.timeout_s": 1.0,
    "snmp.retries": 1,
    "provisioning.settle_grace_s": 2.5,
}
_SLOW_S = 1.6
_RESTART_S = 0.1

Watch = Callable[[Change], None]


@dataclass(slots=True)
class Tally:
    """What became of the changes; the last four must stay zero.

    `false_verified`: verified, and the unit does not have it (or has not saved it, though told).
    `false_reverted`: told that nothing is there, and something is. `lost_services`: subscribers
    gone that nobody wanted to remove. `unsettled`: still indeterminate after the unit was read.
    """

    ends: dict[str, int] = field(default_factory=dict)
    false_verified: int = 0
    false_reverted: int = 0
    lost_services: int = 0
    unsettled: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def changes(self) -> int:
        return sum(self.ends.values())

    @property
    def lies(self) -> int:
        return self.false_verified + self.false_reverted + self.lost_services + self.unsettled


class FaultyUnit:
    """One unit called `name`, changed again and again while it misbehaves."""

    def __init__(self, services: Services, server: SimServer, name: str, seed: int) -> None:
        self._services = services
        self._server = server
        self._name = name
        self._random = random.Random(seed)
        self._last: Change | None = None
        server.device.restart_seconds = _RESTART_S

    async def change(self, tally: Tally) -> None:
        """Make one change with one fault, settle it, and compare what was told with the truth."""
        device = self._server.device
        device.save()
        before = self._running()
        try:
            plan = await self._plan()
        except PositronError:
            return  # what cannot be planned is not a change
        fault = self._random.choice(_FAULTS)
        told: Change | None = None
        try:
            told = await self._services.changes.execute(plan, fault(self))
        except PositronError:
            tally.ends["refused"] = tally.ends.get("refused", 0) + 1
        await self._calm()
        if told is not None:
            told = await self._settled(told, tally)
            tally.ends[told.state.value] = tally.ends.get(told.state.value, 0) + 1
            self._judge(plan, told, tally, fault.__name__)
        self._count_lost(plan, before, told, tally)

    async def _plan(self) -> PreparedChange:
        if self._last is not None and self._random.random() < 0.2:
            last, self._last = self._last, None
            return await self._services.changes.undo(last.id)
        edit = self._edit()
        return await self._services.changes.prepare(DeviceEdit.of(self._name, edit))

    def _edit(self) -> Edit:
        view = self._services.fleet.get(self._name)
        names = [one.name for one in self._running().subscribers]
        free = self._services.provisioning.offer(self._name).free_endpoints
        vlan = self._random.randrange(1_000, 2_000)
        seen = [one.mac for one in free if one.detected_port]
        if seen and (not names or self._random.random() < 0.5):
            request = SubscriberRequest(f"s{vlan}", self._name, vlan, endpoint_mac=seen[0])
            if self._random.random() < 0.4:
                request = replace(request, double_tag=True, outer_vlan=400)
            return AddSubscriber(request)
        if not names:
            return SetPort("G.hn 1/1", name=f"p{vlan}")
        name = self._random.choice(names)
        return self._random.choice(
            (
                EditSubscriber(name, vlan=vlan, description=f"d{vlan}"),
                EditSubscriber(name, vlan=vlan, double_tag=True, outer_vlan=500),
                EditSubscriber(name, trunk=self._random.random() < 0.5, tagged=True),
                RemoveSubscriber(name, with_endpoint=self._random.random() < 0.5),
                SetPort(view.snapshot.ports[0].name, name=f"p{vlan}"),
                PutProfile("Gold", self._random.randrange(20, 700), 100),
            )
        )

    async def _calm(self) -> None:
        """Take the faults away, and wait until the unit is there."""
        device = self._server.device
        device.faults = Faults()
        device.allowed_vlan_limit = 14
        await until(lambda: device.listening)

    async def _settled(self, told: Change, tally: Tally) -> Change:
        if told.state is ChangeState.INDETERMINATE or not told.state.finished:
            await self._services.changes.settle(self._name)
            told = await self._services.changes.get(told.id)
        if told.state is ChangeState.INDETERMINATE or not told.state.finished:
            tally.unsettled += 1
            tally.told.append(f"unsettled: {told.message}")
        return told

    def _judge(self, plan: PreparedChange, told: Change, tally: Tally, fault: str) -> None:
        found = differences(plan.basis, plan.wanted, self._running())
        if told.state in (ChangeState.VERIFIED_SAVED, ChangeState.VERIFIED_UNSAVED):
            self._last = told
            if told.state is ChangeState.VERIFIED_SAVED:
                found += differences(plan.basis, plan.wanted, self._startup())
            if found:
                tally.false_verified += 1
                tally.told.append(f"{fault}: {told.state} {told.message} BUT {' '.join(found)}")
            return
        undone = told.state in (ChangeState.REVERTED, ChangeState.REFUSED)
        if undone and not nothing_done(plan.basis, plan.wanted, self._running()):
            tally.false_reverted += 1
            tally.told.append(f"{fault}: {told.state} {told.message} BUT something is there")

    def _count_lost(
        self, plan: PreparedChange, before: RunningConfig, told: Change | None, tally: Tally
    ) -> None:
        wanted = items_of(plan.wanted)
        gone_is_fine = {key for key in touched(plan.basis, plan.wanted) if key not in wanted}
        here = items_of(self._running())
        for key in items_of(before):
            if key.kind is Kind.SUBSCRIBER and key not in here and key not in gone_is_fine:
                tally.lost_services += 1
                tally.told.append(f"lost {key}: {told.message if told else 'refused'}")

    def _running(self) -> RunningConfig:
        return parse_running_config(self._server.device.running_text())

    def _startup(self) -> RunningConfig:
        return parse_running_config(self._server.device.startup_text())

    def sometime(
        self, act: Callable[[], object], calm: Callable[[], object] = lambda: None
    ) -> Watch:
        """Return a watcher that acts at a random moment of the change, and calms at the next."""
        moment: list[str] = []
        acted: list[int] = []

        def watch(change: Change) -> None:
            now = _moments(change)
            if not moment:
                moment.append(self._random.choice(_possible(change)))
            if acted:
                calm()
            elif moment[0] in now:
                acted.append(1)
                act()

        return watch

    def set_fault(self, **values: object) -> None:
        """Switch faults on."""
        self._server.device.faults = replace(self._server.device.faults, **values)  # type: ignore[arg-type]

    def hang_up(self) -> None:
        """Break every SSH and HTTP connection."""
        for connection in list(self._server.cli.connections):
            connection.abort()

    def commands(self) -> int:
        """Return after how many commands a session may die; three of them set the terminal."""
        return self._random.randrange(4, 16)


def _moments(change: Change) -> set[str]:
    steps = (f"{step.index} {step.state.value}" for step in change.steps)
    return {change.state.value, *steps}


def _possible(change: Change) -> list[str]:
    steps = range(len(change.steps))
    return [
        *(f"{index} {state.value}" for index in steps for state in _STEP_MOMENTS),
        *(state.value for state in _MOMENTS),
    ]


_STEP_MOMENTS = (StepState.SENT, StepState.ACCEPTED)
_MOMENTS = (ChangeState.APPLYING, ChangeState.VERIFYING, ChangeState.SAVING)


def healthy(unit: FaultyUnit) -> Watch:
    return lambda change: None


def dies(unit: FaultyUnit) -> Watch:
    unit.hang_up()  # the session that is kept has had more commands already
    unit.set_fault(die_after=unit.commands())
    return lambda change: None


def breaks(unit: FaultyUnit) -> Watch:
    return unit.sometime(unit.hang_up)


def locks_out(unit: FaultyUnit) -> Watch:
    def lock() -> None:
        unit.set_fault(refuse_login=True)
        unit.hang_up()

    return unit.sometime(lock)


def refuses_calls(unit: FaultyUnit) -> Watch:
    return unit.sometime(lambda: unit.set_fault(refuse_login=True))


def slow(unit: FaultyUnit) -> Watch:
    return unit.sometime(lambda: unit.set_fault(slow_s=_SLOW_S), lambda: unit.set_fault(slow_s=0.0))


def chatters(unit: FaultyUnit) -> Watch:
    unit.set_fault(garbage=True)
    return lambda change: None


def restarts(unit: FaultyUnit) -> Watch:
    return unit.sometime(unit._server.device.reboot)


def full(unit: FaultyUnit) -> Watch:
    def fill() -> None:
        unit.set_fault(session_limit=0)
        unit.hang_up()

    return unit.sometime(fill)


_FAULTS: tuple[Callable[[FaultyUnit], Watch], ...] = (
    *(healthy, dies, breaks, locks_out, refuses_calls, slow, chatters, restarts, full),
)
