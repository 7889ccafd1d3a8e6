"""The JSON of billing: systems, mappings, sync runs, conflicts, hooks, and the story of a service.

The rules of `shapes` hold here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from positron_tui.billing.contract import Check
from positron_tui.cli.shapes import Shape, timestamp
from positron_tui.domain.mapping_document import mapping_document
from positron_tui.domain.sync_runs import (
    BillingSystem,
    Conflict,
    Hook,
    SyncItem,
    SyncRun,
    WriteBack,
)
from positron_tui.services.billing import is_confirmed, mapping_of

if TYPE_CHECKING:
    from positron_tui.domain.sync_types import Held
    from positron_tui.services.sync_status import SystemStatus
    from positron_tui.services.sync_types import SyncReport, Why


def system_shape(system: BillingSystem) -> Shape:
    """Return a billing system without its secrets; `automatic` = it may act without a person.

    The cursors say from where changes and stored hooks are asked for, None = from now on.
    """
    document = system.document
    return {
        "name": system.name,
        "kind": system.kind.value,
        "url": system.url,
        "login": document.get("login"),
        "allow_http": bool(document.get("allow_http")),
        "ca_file": document.get("ca_file"),
        "timezone": document.get("timezone"),
        "added_at": timestamp(system.added_at),
        "read_at": timestamp(system.read_at),
        "automatic": is_confirmed(system),
        "changed_cursor": system.changed_cursor,
        "hooks_cursor": system.hooks_cursor,
        "mapping": mapping_document(mapping_of(system)),
    }


def status_shape(status: SystemStatus) -> Shape:
    """Return a billing system with how it stands.

    `untold` counts what it was not told yet; `next_full_at` None = all is due to be read now.
    """
    return system_shape(status.system) | {
        "next_full_at": timestamp(status.next_full_at),
        "waiting_runs": status.waiting_runs,
        "open_conflicts": status.conflicts,
        "late_hooks": status.late_hooks,
        "untold": status.untold,
        "newest_run": status.newest.id if status.newest else None,
    }


def check_shape(name: str, check: Check) -> Shape:
    """Return what a look at a billing system showed; `problems` are sentences."""
    return {
        "name": name,
        "identity": check.identity,
        "version": check.version,
        "services": check.services,
        "problems": list(check.problems),
    }


def sync_run_shape(run: SyncRun) -> Shape:
    """Return a run without its items; `accounts` is empty for all."""
    return {
        "id": run.id,
        "system": run.system,
        "state": run.state.value,
        "trigger": run.trigger.value,
        "actor": run.actor,
        "dry_run": run.dry_run,
        "accounts": list(run.scope),
        "read": run.read,
        "counts": dict(run.counts),
        "started_at": timestamp(run.started_at),
        "finished_at": timestamp(run.finished_at),
        "sentence": run.sentence,
    }


def report_shape(report: SyncReport, kept: Sequence[SyncItem] | None = None) -> Shape:
    """Return a run with its items, or those that are kept.

    `guard` says why it waits for a person, None = it does not.
    """
    return sync_run_shape(report.run) | {
        "guard": report.guard,
        "cuts": report.cuts,
        "items": [item_shape(one) for one in (report.items if kept is None else kept)],
        "writes": [write_shape(one) for one in report.writes],
    }


def item_shape(item: SyncItem) -> Shape:
    """Return one item of a run; `before` and `after` are values by field."""
    return {
        "item": item.position,
        "kind": item.kind.value,
        "outcome": item.outcome.value,
        "account": item.account_id,
        "account_name": item.account_name,
        "service": item.service_id,
        "device": item.device,
        "subscriber": item.subject,
        "before": dict(item.before),
        "after": dict(item.after),
        "reason": item.reason,
        "sentence": item.sentence,
        "change": item.change_id,
    }


def write_shape(write: WriteBack) -> Shape:
    """Return what billing was told, or still has to be."""
    return {
        "account": write.account_id,
        "service": write.service_id,
        "values": dict(write.values),
        "note": write.note,
        "state": write.state.value,
        "tries": write.tries,
        "sentence": write.sentence,
    }


def conflict_shape(conflict: Conflict) -> Shape:
    """Return a field that changed on both sides; `taken` is whose value won, None = nobody's."""
    return {
        "id": conflict.id,
        "system": conflict.system,
        "account": conflict.account_id,
        "account_name": conflict.account_name,
        "service": conflict.service_id,
        "device": conflict.device,
        "subscriber": conflict.subject,
        "field": conflict.field,
        "billing": conflict.billing_value,
        "console": conflict.console_value,
        "running": conflict.device_value,
        "agreed_billing": conflict.base_billing,
        "agreed_console": conflict.base_console,
        "found_at": timestamp(conflict.found_at),
        "billing_changed_at": timestamp(conflict.billing_changed_at),
        "console_changed_at": timestamp(conflict.console_changed_at),
        "taken": conflict.taken,
        "resolved_at": timestamp(conflict.resolved_at),
        "resolved_by": conflict.resolved_by,
        "sentence": conflict.sentence,
    }


def hook_shape(hook: Hook, *, late: bool = False) -> Shape:
    """Return a hook that came in; `late` = it waits longer than handling one takes."""
    return {
        "id": hook.id,
        "system": hook.system,
        "event": hook.event,
        "account": hook.account_id,
        "service": hook.service_id,
        "state": hook.state.value,
        "late": late,
        "times": hook.times,
        "tries": hook.tries,
        "received_at": timestamp(hook.received_at),
        "handled_at": timestamp(hook.handled_at),
        "run": hook.run_id,
        "sentence": hook.sentence,
    }


def why_shape(why: Why) -> Shape:
    """Return one subscriber's story; `billing` None = no billing system knows of it."""
    told = why.billing
    return {
        "system": why.system,
        "billing": None
        if told is None
        else {
            "account": told.account_id,
            "account_name": told.account_name,
            "account_status": told.account_status,
            "service": told.service_id,
            "service_status": told.service_status or None,
            "plan": told.plan.name if told.plan else None,
            "values": dict(why.billing_values),
            "problems": list(why.findings),
            "read_at": timestamp(why.billing_read_at),
            "changed_at": timestamp(why.billing_changed_at),
        },
        "intended": _held_shape(why.held),
        "intended_at": timestamp(why.intended_at),
        "running": None if why.held is None or why.held.running is None else dict(why.held.running),
        "running_read_at": timestamp(why.running_read_at),
        "drifted": list(why.held.drifted) if why.held else [],
        "conflicts": [conflict_shape(one) for one in why.conflicts],
        "items": [item_shape(one) | {"run": run_id} for run_id, one in why.items],
    }


def _held_shape(held: Held | None) -> Shape | None:
    return None if held is None else {"device": held.device, "name": held.name, **held.values}
