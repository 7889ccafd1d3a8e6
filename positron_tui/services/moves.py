"""The two halves of a move between devices: which belong together, and which is undone first."""

from __future__ import annotations

from collections.abc import Mapping

from positron_tui.domain.changes import Change, ChangeState
from positron_tui.services.fleet import Fleet
from positron_tui.services.verified import VERIFIED
from positron_tui.store import Store

MOVE = "subscriber.move"
UNDO = "change.undo"
_NOTHING_DONE = frozenset({ChangeState.REFUSED, ChangeState.REVERTED})


def brings(change: Change) -> bool:
    """Return whether a change puts a service on a device that it was not on before."""
    return _number(change.before) is None and _number(change.after) is not None


def takes_off(change: Change) -> bool:
    """Return whether a change takes a service off its device."""
    return _number(change.before) is not None and _number(change.after) is None


def _number(fields: Mapping[str, object]) -> object:
    return fields.get("subscriber_id")


async def other_half(store: Store, change: Change) -> Change | None:
    """Return what belongs to one half of a move between devices, when it did something.

    What undoes a half belongs to what undoes the other half.
    """
    if change.kind == UNDO and change.inverse_of is not None:
        undone = await other_half(store, await store.journal.get(change.inverse_of))
        return None if undone is None else await undone_by(store, undone.id)
    if change.kind != MOVE or brings(change) == takes_off(change):
        return None
    halves = [
        one
        for one in await store.journal.of_subject(MOVE, change.subject)
        if brings(one) != takes_off(one)
    ]
    place = next(index for index, one in enumerate(halves) if one.id == change.id)
    # The service is added there first: its removal follows in the journal.
    other = place + 1 if brings(change) else place - 1
    if not 0 <= other < len(halves):
        return None
    found = halves[other]
    if brings(found) == brings(change) or found.device == change.device:
        return None
    return None if found.state in _NOTHING_DONE else found


async def undone_by(store: Store, change_id: int) -> Change | None:
    """Return the change that undid this one and was not undone itself."""
    for inverse in await store.journal.inverses(change_id):
        if inverse.state in VERIFIED and await undone_by(store, inverse.id) is None:
            return inverse
    return None


async def undo_order(store: Store, change: Change) -> tuple[Change, ...]:
    """Return what is undone with a change, in order: alone, or both halves of a move.

    The service is put back first and taken off behind that, so that it is always somewhere.
    """
    other = await other_half(store, change)
    if other is None or await undone_by(store, other.id) is not None:
        return (change,)
    return (change, other) if takes_off(change) else (other, change)


async def undo_warning(store: Store, change: Change) -> str | None:
    """Return what a person must know before one half of a move is undone by itself."""
    order = await undo_order(store, change)
    if len(order) == 1 or order[0].id == change.id:
        return None
    first = order[0]
    return (
        f"{change.subject} was moved here from {first.device}. By itself this leaves it on no "
        f"device; undo change {first.id} first."
    )


async def left_behind(store: Store, fleet: Fleet, change: Change) -> tuple[str, ...]:
    """Return the devices that still have the service of a move that ended behind its first half."""
    moved_here = change.kind == MOVE and brings(change) and change.state in VERIFIED
    if not moved_here or await other_half(store, change) is not None:
        return ()
    return tuple(
        name
        for name in fleet.names()
        if name != change.device and fleet.get(name).subscriber_by_name(change.subject)
    )
