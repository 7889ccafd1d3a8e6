"""A console is killed at every point of a change; the next one tells the truth about it.

The calls go over TLS. The truth is what the virtual unit has, which runs in this process while
the console that is killed is a process of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from positron_tui.domain.changes import Change, ChangeState, StepState
from positron_tui.domain.edits import Edit
from positron_tui.domain.edits_subscribers import AddSubscriber, EditSubscriber
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.services.app import Services
from positron_tui.services.prepared import DeviceEdit
from positron_tui.simulator.device import GhnError, SimDevice
from positron_tui.simulator.fleet import build_fleet
from positron_tui.simulator.server import SimServer
from tests.e2e import crash_child
from tests.forks import FORKS
from tests.services.changing import at, free_endpoint, free_one, texts
from tests.services.conftest import secrets_of

AHEAD, AT = "ahead of", "at"
_PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Ground:
    """A unit that a console knows, as it was before; `server` is what has the truth."""

    server: SimServer
    folder: Path
    edit: Edit
    before: tuple[str, str]
    done: str

    @property
    def truth(self) -> str:
        """Return what the unit has of the change."""
        running, startup = texts(self.server.device)
        if running == self.before[0]:
            return "nothing"
        if running != self.done:
            return "part"
        return "all and saved" if startup == self.done else "all"


ENDS = {
    "nothing": (ChangeState.REVERTED, None),
    "part": (ChangeState.FAILED, None),
    "all": (ChangeState.VERIFIED_UNSAVED, False),
    "all and saved": (ChangeState.VERIFIED_SAVED, True),
}


@pytest.fixture
async def server() -> AsyncIterator[SimServer]:
    device = free_one(build_fleet(1, model="GAM-4-CX", endpoints=4, seed=3)[0])
    server = SimServer(device, "127.0.0.1", https=True)
    await server.start()
    yield server
    await server.stop()


def by_command(services: Services) -> Edit:
    return _adding(services)


def by_call(services: Services) -> Edit:
    name = services.fleet.get("riser").snapshot.subscribers[0].name
    return EditSubscriber(name, double_tag=True, outer_vlan=400)


def by_both(services: Services) -> Edit:
    return replace(
        _adding(services), request=replace(_adding(services).request, double_tag=True, outer_vlan=4)
    )


def _adding(services: Services) -> AddSubscriber:
    mac = free_endpoint(services).mac
    return AddSubscriber(SubscriberRequest("Smith", "riser", 1_234, endpoint_mac=mac))


EDITS = {"command": by_command, "call": by_call, "both": by_both}


async def made_ready(tmp_path: Path, server: SimServer, way: str) -> Ground:
    """Onboard the unit, and find out what it prints when the change is done."""
    device = server.device
    running, startup = device.running.copy(), device.startup.copy()
    before = texts(device)
    async with at(tmp_path, server) as services:
        edit = EDITS[way](services)
        change = await services.changes.execute(
            await services.changes.prepare(DeviceEdit.of("riser", edit))
        )
        assert change.state is ChangeState.VERIFIED_SAVED, change.message
    done = texts(device)[0]
    device.running, device.startup = running, startup
    return Ground(server, tmp_path, edit, before, done)


async def killed_at(ground: Ground, point: crash_child.Point) -> None:
    """Run the change in a process of its own, and kill that where it stands still."""
    here, there = FORKS.Pipe(duplex=False)
    secrets = secrets_of(ground.server)
    child = FORKS.Process(
        target=crash_child.run, args=(ground.folder, secrets, ground.edit, point, there)
    )
    child.start()
    there.close()
    try:
        async with asyncio.timeout(_PATIENCE_S):
            assert await asyncio.to_thread(here.recv) == "stopped"
    finally:
        child.kill()
        await asyncio.to_thread(child.join)
        here.close()


async def next_start(ground: Ground) -> tuple[Change, Change]:
    """Return the newest change as the killed console left it, and as the next one settles it."""
    async with at(ground.folder, ground.server) as services:
        await services.vault.keep("riser", secrets_of(ground.server))
        (left,) = await services.changes.list(limit=1)
        await services.changes.settle()
        settled = await services.changes.get(left.id)
        assert await services.store.journal.unfinished() == ()
        # Whoever was killed must not keep the device from others.
        plan = await services.changes.prepare(
            DeviceEdit("riser", "look", "nothing", lambda config, _: config)
        )
        looked = await services.changes.execute(plan)
        assert looked.verified_at is not None
    return left, settled


def expect_the_truth(ground: Ground, settled: Change) -> None:
    state, saved = ENDS[ground.truth]
    assert settled.state is state, settled.message
    assert settled.saved is saved
    assert settled.message


POINTS: dict[str, list[tuple[str, str]]] = {
    "command": [
        (AT, "applying"),
        (AT, "0 sent"),
        (AHEAD, "0 accepted"),
        (AT, "0 accepted"),
        (AT, "1 sent"),
        (AHEAD, "1 accepted"),
        (AT, "1 accepted"),
        (AT, "verifying"),
        (AT, "saving"),
        (AHEAD, "verified_saved"),
        (AT, "verified_saved"),
    ],
    "call": [
        (AT, "applying"),
        (AT, "0 sent"),
        (AHEAD, "0 accepted"),
        (AT, "0 accepted"),
        (AT, "verifying"),
        (AT, "saving"),
        (AHEAD, "verified_saved"),
    ],
    "both": [
        (AT, "1 accepted"),
        (AT, "2 sent"),
        (AHEAD, "2 accepted"),
        (AT, "2 accepted"),
        (AHEAD, "3 accepted"),
        (AT, "saving"),
    ],
}


# What is never left behind: one call is done or not, and what was begun is not nothing.
NEVER: dict[str, set[str]] = {
    "command": set(),
    "call": {"part"},
    "both": {"nothing", "all and saved"},
}


@pytest.mark.parametrize("way", POINTS)
async def test_a_change_is_killed_at_every_point(
    tmp_path: Path, server: SimServer, way: str
) -> None:
    ground = await made_ready(tmp_path, server, way)
    clean = server.device.running.copy(), server.device.startup.copy()
    seen = set()
    for when, what in POINTS[way]:
        server.device.running, server.device.startup = (one.copy() for one in clean)
        await killed_at(ground, (when, what))
        left, settled = await next_start(ground)
        seen.add(ground.truth)
        if when == AT:
            assert what in (left.state.value, *_steps(left)), f"{when} {what}"
        if what == "applying":
            assert settled.state is ChangeState.REFUSED
            assert ground.truth == "nothing"
        else:
            expect_the_truth(ground, settled)
    assert {"nothing", "part", "all", "all and saved"} - seen == NEVER[way]


def _steps(change: Change) -> list[str]:
    return [f"{step.index} {step.state.value}" for step in change.steps]


async def test_a_console_killed_before_it_applies_has_changed_nothing(
    tmp_path: Path, server: SimServer
) -> None:
    ground = await made_ready(tmp_path, server, "command")
    await killed_at(ground, (AT, "confirmed"))
    _, settled = await next_start(ground)
    assert settled.state is ChangeState.REFUSED
    assert ground.truth == "nothing"


REVERTS = [
    (AT, "reverting"),
    (AHEAD, "0 reverted"),
    (AT, "0 reverted"),
    (AHEAD, "reverted"),
]


@pytest.mark.parametrize("way", ["command", "both"])
async def test_taking_back_is_killed_at_every_point(
    tmp_path: Path, server: SimServer, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    ground = await made_ready(tmp_path, server, way)
    clean = server.device.running.copy()
    add, put = SimDevice.add_subscriber, SimDevice.set_subscriber

    def refuse_new(device: SimDevice, new: object) -> int:
        if way == "command":
            raise GhnError(-1)
        return add(device, new)  # type: ignore[arg-type]

    def refuse_tags(device: SimDevice, new: object) -> None:
        if getattr(new, "double_tag", False):
            raise GhnError(-36)
        put(device, new)  # type: ignore[arg-type]

    monkeypatch.setattr(SimDevice, "add_subscriber", refuse_new)
    monkeypatch.setattr(SimDevice, "set_subscriber", refuse_tags)
    for when, what in REVERTS:
        server.device.running = clean.copy()
        await killed_at(ground, (when, what))
        left, settled = await next_start(ground)
        assert left.state is ChangeState.REVERTING
        assert StepState.REJECTED in {step.state for step in left.steps}
        expect_the_truth(ground, settled)
        assert ground.truth == ("part" if what == "reverting" else "nothing")
