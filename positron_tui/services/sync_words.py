"""Sync runs in sentences. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from positron_tui.domain.sync_runs import ItemKind, Outcome, RunState, SyncItem, SyncRun

_WORDS = {
    ItemKind.ADD: "to add",
    ItemKind.EDIT: "to change",
    ItemKind.SWAP: "to swap",
    ItemKind.SUSPEND: "to suspend",
    ItemKind.RESUME: "to resume",
    ItemKind.REMOVE: "to remove",
    ItemKind.RECONCILE: "to set right",
    ItemKind.WRITE: "to tell billing",
}


def run_sentence(run: SyncRun, items: Sequence[SyncItem], notes: Iterable[str]) -> str:
    """Say how a run stands and what can be done about it."""
    services = "1 service" if run.read == 1 else f"{run.read} services"
    parts = [f"{services} read, {run.counts.get('agreed', 0)} agree"]
    kinds = Counter(one.kind for one in items)
    work = ", ".join(f"{kinds[kind]} {word}" for kind, word in _WORDS.items() if kinds[kind])
    if run.state is RunState.WAITING or run.dry_run:
        parts.append(work or "nothing to do")
    elif run.state in (RunState.FINISHED, RunState.CANCELLED) and work:
        parts.append(_outcomes(items))
    for kind, one, more in (
        (ItemKind.EXCEPTION, "exception", "exceptions"),
        (ItemKind.CONFLICT, "conflict", "conflicts"),
    ):
        if kinds[kind]:
            parts.append(f"{kinds[kind]} {one if kinds[kind] == 1 else more}")
    if kinds[ItemKind.WAITING]:
        parts.append(f"{kinds[ItemKind.WAITING]} wait for their endpoint")
    text = ", ".join(parts) + "."
    if run.state is RunState.CANCELLED:
        text = f"Ended early: {text}"
    return " ".join([text, *notes])


def _outcomes(items: Sequence[SyncItem]) -> str:
    found = Counter(one.outcome for one in items if one.kind in _WORDS)
    parts = [f"{found[Outcome.DONE]} done"]
    for outcome, word in (
        (Outcome.FAILED, "failed"),
        (Outcome.REFUSED, "refused"),
        (Outcome.SKIPPED, "skipped"),
        (Outcome.PROPOSED, "proposed"),
        (Outcome.PENDING, "left"),
    ):
        if found[outcome]:
            parts.append(f"{found[outcome]} {word}")
    return ", ".join(parts)
