"""A console that runs one change and stands still at a given point of it, to be killed there."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

from positron_tui.domain.changes import Change, ChangeState, StepState
from positron_tui.domain.edits import Edit
from positron_tui.gam.driver import DeviceSecrets
from positron_tui.services.app import open_services
from positron_tui.services.journal import ChangeRecord
from positron_tui.services.prepared import DeviceEdit
from tests.services.conftest import make_settings

# A point is (what, of what): ("at", state), ("ahead of", state) with the device's answer not yet
# in the journal, or the same of a step: ("at", "1 sent"), ("ahead of", "1 accepted").
Point = tuple[str, str]


def run(folder: Path, secrets: DeviceSecrets, edit: Edit, point: Point, told: Connection) -> None:
    """Run the edit on `riser`; says `stopped` when the point is reached, `ended` if it never is."""
    asyncio.run(_run(folder, secrets, edit, _Stopper(point, told)))
    told.send("ended")


async def _run(folder: Path, secrets: DeviceSecrets, edit: Edit, stopper: _Stopper) -> None:
    stopper.install()
    async with open_services(make_settings(folder), actor="doomed") as services:
        await services.vault.keep("riser", secrets)
        plan = await services.changes.prepare(DeviceEdit.of("riser", edit))
        await services.changes.execute(plan, stopper.watch)


class _Stopper:
    """Holds the whole process at its point; the loop stands still, so nothing else goes on."""

    def __init__(self, point: Point, told: Connection) -> None:
        self._when, self._what = point
        self._told = told

    def watch(self, change: Change) -> None:
        """Look at what the journal has just been told."""
        self._pass("at", change.state.value)
        for step in change.steps:
            if step.state is not StepState.PENDING:
                self._pass("at", f"{step.index} {step.state.value}")

    def install(self) -> None:
        """Look at what the journal is about to be told."""
        move, step = ChangeRecord.move, ChangeRecord.step

        async def first_move(
            record: ChangeRecord,
            state: ChangeState,
            message: str | None = None,
            *,
            verified_at: datetime | None = None,
            saved: bool | None = None,
        ) -> Change:
            self._pass("ahead of", state.value)
            return await move(record, state, message, verified_at=verified_at, saved=saved)

        async def first_step(
            record: ChangeRecord, index: int, state: StepState, reply: str | None = None
        ) -> None:
            self._pass("ahead of", f"{index} {state.value}")
            await step(record, index, state, reply)

        _put(ChangeRecord, "move", first_move)
        _put(ChangeRecord, "step", first_step)

    def _pass(self, when: str, what: str) -> None:
        if (when, what) == (self._when, self._what):
            self._told.send("stopped")
            while True:
                signal.pause()


def _put(kind: type[ChangeRecord], name: str, method: Callable[..., Awaitable[object]]) -> None:
    setattr(kind, name, method)
