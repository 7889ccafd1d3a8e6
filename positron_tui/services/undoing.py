"""Whether a change can be undone, and the edit that does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from positron_tui.domain.changes import Change, ChangeState
from positron_tui.domain.edits import EditContext
from positron_tui.domain.errors import DeviceChanged, Refused
from positron_tui.domain.matching import differences, label, strangers
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.subscribers import Subscriber
from positron_tui.domain.touched import Item, items_of, put_back, relied_on, touched
from positron_tui.services.basis import uses_jsonrpc
from positron_tui.services.moves import UNDO, undone_by
from positron_tui.services.prepared import DeviceEdit
from positron_tui.store import Store

REBOOT = "endpoint.reboot"
_WHAT_NEXT = "Undo what came later first, or make the change by hand."
_WHY_NOT = {
    ChangeState.REFUSED: "it was refused before anything was sent",
    ChangeState.REVERTED: "nothing of it is on the unit",
    ChangeState.INDETERMINATE: "what became of it is not known; run 'change settle' first",
}


async def undo_edit(store: Store, change: Change) -> DeviceEdit:
    """Return the edit that puts back what a change touched.

    Raises Refused with the reason; whether the device still has what the change left there is
    judged by the edit itself, against a fresh reading.
    """
    why = _WHY_NOT.get(change.state)
    if not change.state.finished:
        why = "it has not come to an end; run 'change settle' first"
    elif not change.steps:
        why = "it changed nothing"
    elif change.kind == REBOOT:
        why = "a restart cannot be taken back"
    if why is not None:
        raise Refused(f"Change {change.id} cannot be undone: {why}.")
    by = await undone_by(store, change.id)
    if by is not None:
        raise Refused(f"Change {change.id} was already undone by change {by.id}.")
    documents = await store.journal.documents(change.id)
    if documents is None:
        raise Refused(
            f"Change {change.id} cannot be undone: the journal does not say what it touched."
        )
    basis, wanted = documents

    def apply(config: RunningConfig, _context: EditContext) -> RunningConfig:
        _refuse_changed(change, basis, wanted, config)
        back = put_back(config, touched(basis, wanted), basis)
        return back if uses_jsonrpc(change) else _members_kept(back, config)

    return DeviceEdit(change.device, UNDO, change.subject, apply)


def _members_kept(back: RunningConfig, now: RunningConfig) -> RunningConfig:
    """Return `back` with what only JSON-RPC can write as it is now: the change left it alone."""
    here = {one.subscriber_id: one for one in now.subscribers}

    def kept(one: Subscriber) -> Subscriber:
        held = here.get(one.subscriber_id)
        if held is None:
            return one
        return replace(
            one,
            port=held.port,
            trunk=held.trunk,
            double_tag=held.double_tag,
            outer_vlan=held.outer_vlan,
            uplink=held.uplink,
        )

    return replace(back, subscribers=tuple(kept(one) for one in back.subscribers))


def _refuse_changed(
    change: Change, basis: RunningConfig, wanted: RunningConfig, now: RunningConfig
) -> None:
    """Refuse when somebody changed since what the change had touched.

    Of a change that failed, each field may be as it was before or as it was wanted.
    """
    judged = strangers if change.state is ChangeState.FAILED else differences
    found = (
        *judged(basis, wanted, now, members=uses_jsonrpc(change)),
        *_gone(basis, wanted, now),
    )
    if found:
        raise DeviceChanged(
            f"Change {change.id} cannot be undone, because what it touched on {change.device} was "
            f"changed since: {' '.join(found)} {_WHAT_NEXT}"
        )


def _gone(basis: RunningConfig, wanted: RunningConfig, now: RunningConfig) -> Iterator[str]:
    """Yield what the objects relied on before the change and is not what it was any more."""
    keys = touched(basis, wanted)
    before, here = items_of(basis), items_of(now)
    for key in relied_on(keys, basis) - frozenset(keys):
        then, is_now = before.get(key), here.get(key)
        if then is not None and (is_now is None or _identity(then) != _identity(is_now)):
            yield f"{label(key, then)}, which it relied on, is not there any more."


def _identity(item: Item) -> str | None:
    return item.mac if isinstance(item, EndpointConfig) else item.name
