"""Judging a change from the journal by what the device has now: after a crash, or later. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from positron_tui.domain.changes import Change, ChangeState, StepState
from positron_tui.domain.matching import differences, nothing_done
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.subscribers import Subscriber
from positron_tui.domain.touched import Item, Key, items_of, touched, without_members


@dataclass(frozen=True, slots=True)
class Touched:
    """The objects that a change touches, before and after, as the journal keeps them.

    `members` = also what only the JSON-RPC API can write is part of it.
    """

    basis: RunningConfig
    wanted: RunningConfig
    members: bool

    def missing(self, now: RunningConfig) -> tuple[str, ...]:
        """Return a sentence for each field that is not as wanted; nothing = it is there."""
        return differences(self.basis, self.wanted, now, members=self.members)

    def untouched(self, now: RunningConfig) -> bool:
        """Return whether everything is as it was before."""
        return nothing_done(self.basis, self.wanted, now, members=self.members)

    def saved(self, running: RunningConfig, startup: RunningConfig) -> bool | None:
        """Return whether what runs is in the startup file, both read over the command line.

        None = the command line shows nothing of the change, so that nobody can say.
        """
        keys = touched(self.basis, self.wanted)
        here, there = items_of(running), items_of(startup)
        if any(here.get(key) != there.get(key) for key in keys):
            return False
        return True if self._is_shown(keys, running) else None

    def _is_shown(self, keys: tuple[Key, ...], running: RunningConfig) -> bool:
        plain = items_of(self.basis, members=False), items_of(self.wanted, members=False)
        here, after = items_of(running), items_of(self.wanted)
        return any(
            plain[0].get(key) != plain[1].get(key)
            or (here.get(key) == after.get(key) and _has_members(after.get(key)))
            for key in keys
        )


def _has_members(item: Item | None) -> bool:
    return isinstance(item, Subscriber) and without_members(item) != item


def nothing_was_sent(change: Change) -> bool:
    """Return whether a change was left before its first command."""
    return all(step.state is StepState.PENDING for step in change.steps)


def judge(
    change: Change, objects: Touched, now: RunningConfig, saved: bool | None
) -> tuple[ChangeState, str]:
    """Return the end state and the sentence; `saved` None = unknown."""
    what = f"{change.subject} on {change.device}"
    found = objects.missing(now)
    if not found:
        return _judge_saved(f"Read again: {what} is as it was planned", saved)
    if objects.untouched(now):
        text = f"Read again: nothing of the change of {what} is on the unit. It can be done again."
        return ChangeState.REVERTED, text
    text = f"Read again: the change of {what} is only partly there. {' '.join(found)}"
    return ChangeState.FAILED, text


def _judge_saved(runs: str, saved: bool | None) -> tuple[ChangeState, str]:
    if saved is None:
        return ChangeState.VERIFIED_UNSAVED, f"{runs}; whether it is saved is not known."
    if saved:
        return ChangeState.VERIFIED_SAVED, f"{runs} and is saved."
    text = f"{runs}, but it is not saved: a restart of the unit loses it."
    return ChangeState.VERIFIED_UNSAVED, text
