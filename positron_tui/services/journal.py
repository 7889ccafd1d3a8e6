"""A change on its way: every transition is in the journal before it is shown."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from positron_tui.domain.changes import Change, ChangeState, StepState
from positron_tui.domain.running_config import RunningConfig
from positron_tui.services.activity import ActivityLog, Outcome
from positron_tui.services.events import ChangeUpdated, EventBus
from positron_tui.store import Store

MAX_REPLY = 2_000
_log = logging.getLogger(__name__)
_GOOD_ENDS = (ChangeState.VERIFIED_SAVED, ChangeState.VERIFIED_UNSAVED)


class ChangeRecord:
    """The current state of one change, kept in step with the journal."""

    def __init__(
        self,
        change: Change,
        *,
        store: Store,
        events: EventBus,
        activity: ActivityLog,
        on_progress: Callable[[Change], None],
    ) -> None:
        self.change = change
        self._store = store
        self._events = events
        self._activity = activity
        self._on_progress = on_progress

    async def begin(self, basis: RunningConfig | None, wanted: RunningConfig | None) -> None:
        """Write the journal entry, as confirmed, with what it touches (None = no configuration).

        Nothing was sent yet.
        """
        confirmed = replace(self.change, state=ChangeState.CONFIRMED)
        number = await self._store.journal.create(confirmed, basis, wanted)
        self.change = replace(confirmed, id=number)
        self._announce()

    async def move(
        self,
        state: ChangeState,
        message: str | None = None,
        *,
        verified_at: datetime | None = None,
        saved: bool | None = None,
    ) -> Change:
        """Go to another state; what is None keeps its value."""
        await self._store.journal.set_state(
            self.change.id, state, message=message, verified_at=verified_at, saved=saved
        )
        old = self.change
        self.change = replace(
            old,
            state=state,
            message=old.message if message is None else message,
            verified_at=verified_at or old.verified_at,
            saved=old.saved if saved is None else saved,
        )
        self._announce()
        return self.change

    async def step(self, index: int, state: StepState, reply: str | None = None) -> None:
        """Note what became of one step."""
        reply = None if reply is None else reply[:MAX_REPLY]
        await self._store.journal.set_step(self.change.id, index, state, reply)
        steps = tuple(
            replace(step, state=state, reply=step.reply if reply is None else reply)
            if step.index == index
            else step
            for step in self.change.steps
        )
        self.change = replace(self.change, steps=steps)
        self._announce()

    def _announce(self) -> None:
        change = self.change
        if change.state.finished or change.state is ChangeState.CONFIRMED:
            good = change.state in _GOOD_ENDS or not change.state.finished
            self._activity.record(
                change.message or f"{change.kind} {change.subject} ({change.state.value})",
                device=change.device,
                kind="change",
                outcome=Outcome.OK if good else Outcome.FAILED,
            )
        self._events.publish(ChangeUpdated(change.id))
        try:
            self._on_progress(change)
        except Exception:
            # Whoever watches must not break a change in its middle.
            _log.exception("the progress of change %d could not be shown", change.id)
