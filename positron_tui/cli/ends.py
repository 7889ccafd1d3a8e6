"""How changes end as exit codes, and which of several counts."""

from __future__ import annotations

from collections.abc import Iterable

from positron_tui.domain.changes import Change, ChangeState

INDETERMINATE = 5
_EXIT_CODES = {
    ChangeState.VERIFIED_SAVED: 0,
    ChangeState.VERIFIED_UNSAVED: 1,
    ChangeState.FAILED: 1,
    ChangeState.REVERTED: 1,
    ChangeState.REFUSED: 4,
    ChangeState.INDETERMINATE: INDETERMINATE,
}
# What asks most of a person first: nobody knows, it failed, out of reach, refused, wrong usage.
_WORST_FIRST = (INDETERMINATE, 1, 3, 4, 2, 0)


def exit_code(change: Change) -> int:
    """Return the exit code of a change's end; one that has none yet counts as indeterminate."""
    return _EXIT_CODES.get(change.state, INDETERMINATE)


def worst(codes: Iterable[int]) -> int:
    """Return the exit code that counts for several targets; 0 when there is none."""
    return min(codes, key=_WORST_FIRST.index, default=0)
