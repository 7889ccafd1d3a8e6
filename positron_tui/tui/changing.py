"""From an edit that a person asked for to the preview of its plan."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from positron_tui.domain.changes import Change, ChangeState
from positron_tui.domain.errors import ValidationFailed
from positron_tui.services.prepared import DeviceEdit, OnProgress, PreparedChange

if TYPE_CHECKING:
    from positron_tui.tui.app import ConsoleApp

Execute = Callable[[PreparedChange, OnProgress], Awaitable[Change]]
_DONE = (ChangeState.VERIFIED_SAVED, ChangeState.VERIFIED_UNSAVED)


class Changing:
    """Plans in the background, then shows; what cannot be planned is said in sentences."""

    def __init__(self, app: ConsoleApp) -> None:
        self._app = app

    def preview(self, edits: Sequence[DeviceEdit]) -> None:
        """Preview edits one after the other; the next one follows when one was verified."""
        self._app.work(self._preview(list(edits), len(edits)), "plan a change", exclusive=True)

    def preview_undo(self, change_id: int, device: str) -> None:
        """Preview what takes a change of the journal back."""
        self._app.work(self._preview_undo(change_id, device), "plan a change", exclusive=True)

    def preview_reboot(self, device: str, mac: str) -> None:
        """Preview the restart of an endpoint."""
        self._app.work(self._preview_reboot(device, mac), "plan a change", exclusive=True)

    async def _preview_reboot(self, device: str, mac: str) -> None:
        reboots = self._app.services.reboots
        prepared = await self._planned(device, reboots.prepare(device, mac))
        if prepared is not None:
            self._show(prepared, "cannot be undone", execute=reboots.execute)

    async def _preview(self, edits: Sequence[DeviceEdit], total: int) -> None:
        first, rest = edits[0], edits[1:]
        prepared = await self._planned(first.device, self._app.services.changes.prepare(first))
        if prepared is None:
            return
        number = total - len(rest)
        note = f"{number} of {total} devices" if total > 1 else ""

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

    async def _preview_undo(self, change_id: int, device: str) -> None:
        prepared = await self._planned(device, self._app.services.changes.undo(change_id))
        if prepared is not None:
            self._show(prepared, f"takes change {change_id} back")

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
