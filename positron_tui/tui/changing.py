"""From an edit that a person asked for to the preview of its plan."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from positron_tui.domain.changes import Change, ChangeState
from positron_tui.domain.errors import ValidationFailed
from positron_tui.services.prepared import DeviceEdit, OnProgress, PreparedChange

if TYPE_CHECKING:
    from positron_tui.tui.app import ConsoleApp

Execute = Callable[[PreparedChange, OnProgress], Awaitable[Change]]
_DONE = (ChangeState.VERIFIED_SAVED, ChangeState.VERIFIED_UNSAVED)


@dataclass(frozen=True, slots=True)
class _Step:
    """One of several plans for several devices; it is made when its turn comes."""

    device: str
    plan: Callable[[], Coroutine[Any, Any, PreparedChange]]
    note: str = ""


class Changing:
    """Plans in the background, then shows; what cannot be planned is said in sentences."""

    def __init__(self, app: ConsoleApp) -> None:
        self._app = app

    def preview(self, edits: Sequence[DeviceEdit]) -> None:
        """Preview edits one after the other; the next one follows when one was verified."""
        prepare = self._app.services.changes.prepare
        steps = [_Step(one.device, partial(prepare, one)) for one in edits]
        self._app.work(self._preview(steps, len(steps)), "plan a change", exclusive=True)

    def preview_undo(self, change_id: int) -> None:
        """Preview what takes a change of the journal back, or both halves of a move."""
        self._app.work(self._preview_undo(change_id), "plan a change", exclusive=True)

    def preview_reboot(self, device: str, mac: str) -> None:
        """Preview the restart of an endpoint."""
        self._app.work(self._preview_reboot(device, mac), "plan a change", exclusive=True)

    async def _preview_reboot(self, device: str, mac: str) -> None:
        reboots = self._app.services.reboots
        prepared = await self._planned(device, reboots.prepare(device, mac))
        if prepared is not None:
            self._show(prepared, "cannot be undone", execute=reboots.execute)

    async def _preview(self, steps: Sequence[_Step], total: int) -> None:
        first, rest = steps[0], steps[1:]
        prepared = await self._planned(first.device, first.plan())
        if prepared is None:
            return
        number = total - len(rest)
        place = f"{number} of {total} devices" if total > 1 else ""
        note = ", ".join(one for one in (first.note, place) if one)

        def go_on(change: Change | None) -> None:
            if not rest:
                return
            if change is not None and change.state in _DONE:
                self._app.work(self._preview(rest, total), "plan a change")
            else:
                left = ", ".join(one.device for one in rest)
                self._app.say(f"The rest was left as it is: {left}.")

        after = f"Esc goes on with the plan for {rest[0].device}." if rest else ""
        self._show(prepared, note, go_on, after=after)

    async def _preview_undo(self, change_id: int) -> None:
        changes = self._app.services.changes
        order = await changes.undo_order(change_id)
        steps = [
            _Step(
                one.device,
                partial(changes.undo, one.id, alone=len(order) == 1),
                f"takes change {one.id} back",
            )
            for one in order
        ]
        await self._preview(steps, len(steps))

    async def _planned(
        self, device: str, planning: Coroutine[Any, Any, PreparedChange]
    ) -> PreparedChange | None:
        self._app.say(f"Reading {device} and planning ...")
        try:
            prepared = await planning
        except ValidationFailed as error:
            for finding in error.findings:
                self._app.complain(finding.text)
            return None
        self._app.clear_notifications()
        return prepared

    def _show(
        self,
        prepared: PreparedChange,
        note: str,
        on_left: Callable[[Change | None], None] = lambda change: None,
        execute: Execute | None = None,
        after: str = "",
    ) -> None:
        from positron_tui.tui.screens.preview import PreviewScreen

        screen = PreviewScreen(prepared, note=note, on_left=on_left, execute=execute, after=after)
        self._app.push_screen(screen)
