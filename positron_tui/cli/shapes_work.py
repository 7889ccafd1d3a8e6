"""The JSON of what is done to the fleet: journal, drift, plans, bulk runs, CSV, waiting endpoints.

The rules of `shapes` hold here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from positron_tui.cli.shapes import Shape, change_shape, timestamp
from positron_tui.domain.changes import Change, ChangeEvent
from positron_tui.domain.natural import FieldValue, Missing
from positron_tui.domain.plans import Plan
from positron_tui.services.transfer import CheckedImport, LineProblem

if TYPE_CHECKING:
    from positron_tui.services.bulk import BulkItem, BulkReport
    from positron_tui.services.intent import AdoptReport, DriftItem
    from positron_tui.services.plans import PlanOnDevice, PlanRow, StrayProfile
    from positron_tui.services.unprovisioned import UnprovisionedRow


def journal_shape(change: Change, events: Sequence[ChangeEvent]) -> Shape:
    """Return a change of the journal with each of its transitions, as `change show` prints it."""
    return change_shape(change) | {
        "events": [
            {"at": timestamp(one.at), "state": one.state.value, "text": one.text or None}
            for one in events
        ]
    }


def drift_shape(item: DriftItem) -> Shape:
    """Return one field on which truths differ; a value is None when unset, unread or not there.

    The line of the field `present` tells which of the truths have the object at all.
    """
    return {
        "device": item.device,
        "kind": item.kind,
        "subject": item.subject,
        "field": item.field,
        "intended": plain_value(item.intended),
        "running": plain_value(item.running),
        "startup": plain_value(item.startup),
        "intended_at": timestamp(item.intended_at),
        "running_at": timestamp(item.running_at),
        "startup_at": timestamp(item.startup_at),
    }


def plain_value(value: FieldValue) -> object:
    """Return a value of a truth as JSON has it."""
    if isinstance(value, Missing):
        return None
    return list(value) if isinstance(value, tuple) else value


def adopt_shape(report: AdoptReport) -> Shape:
    """Return what an import took over, by kind of object."""
    return {
        "device": report.device,
        "counts": dict(report.counts),
        "notes": list(report.lines),
    }


def plan_of_catalogue_shape(plan: Plan) -> Shape:
    """Return a sold plan; 0 = no limit."""
    return {"name": plan.name, "down_mbps": plan.down_mbps, "up_mbps": plan.up_mbps}


def plan_row_shape(row: PlanRow) -> Shape:
    """Return a plan with the rates it is limited to by line (None = unthrottled) and its copies."""
    rates = {
        line.value: None if pair is None else {"down_mbps": pair[0], "up_mbps": pair[1]}
        for line, pair in row.rates.items()
    }
    return plan_of_catalogue_shape(row.plan) | {
        "rates": rates,
        "devices": [_copy_shape(one) for one in row.devices],
    }


def _copy_shape(copy: PlanOnDevice) -> Shape:
    profile = copy.profile
    return {
        "device": copy.device,
        "presence": copy.presence.value,
        "profile_id": profile.profile_id if profile else None,
        "down_mbps": profile.down_mbps if profile else None,
        "up_mbps": profile.up_mbps if profile else None,
        "subscribers": copy.subscribers,
        "sentence": copy.sentence or None,
    }


def stray_shape(stray: StrayProfile) -> Shape:
    """Return a profile that no plan names, or that nobody uses."""
    profile = stray.profile
    return {
        "device": stray.device,
        "profile_id": profile.profile_id,
        "name": profile.name,
        "down_mbps": profile.down_mbps,
        "up_mbps": profile.up_mbps,
        "plan": stray.plan,
        "subscribers": stray.subscribers,
        "removable": stray.removable,
    }


def unprovisioned_shape(row: UnprovisionedRow) -> Shape:
    """Return an endpoint that is seen and has no service, and what to do about it."""
    return {
        "mac": row.mac,
        "device": row.device,
        "site": row.site or None,
        "port": row.port,
        "state": row.state.value if row.state else None,
        "model": row.model,
        "firmware": row.firmware,
        "down_phy_mbps": row.down_phy_mbps,
        "up_phy_mbps": row.up_phy_mbps,
        "first_seen": timestamp(row.first_seen),
        "last_seen": timestamp(row.last_seen),
        "sentence": row.words,
    }


def run_shape(report: BulkReport) -> Shape:
    """Return a bulk run with its items, and these grouped by what the units answered."""
    return run_head_shape(report) | {
        "items": [_item_shape(one) for one in report.items],
        "groups": [
            {
                "state": group.state.value,
                "answer": group.answer,
                "subjects": [{"device": one.device, "subject": one.subject} for one in group.items],
            }
            for group in report.groups
        ],
    }


def run_head_shape(report: BulkReport) -> Shape:
    """Return a bulk run without its items, as `bulk list` prints it."""
    states = [one.state.value for one in report.items]
    return {
        "id": report.id,
        "title": report.title,
        "state": report.state.value,
        "actor": report.actor,
        "started_at": timestamp(report.started_at),
        "finished_at": timestamp(report.finished_at),
        "total": len(states),
        "counts": {state: states.count(state) for state in dict.fromkeys(states)},
        "sentence": report.sentence,
    }


def _item_shape(item: BulkItem) -> Shape:
    return {
        "position": item.position,
        "device": item.device,
        "kind": item.kind,
        "subject": item.subject,
        "state": item.state.value,
        "change_id": item.change_id,
        "answer": item.answer,
        "sentence": item.sentence,
    }


def import_shape(checked: CheckedImport) -> Shape:
    """Return what an import would do, with every bad line."""
    return {
        "adds": checked.adds,
        "edits": checked.edits,
        "unchanged": checked.unchanged,
        "problems": [line_shape(one) for one in checked.problems],
        "warnings": [line_shape(one) for one in checked.warnings],
    }


def line_shape(problem: LineProblem) -> Shape:
    """Return a problem of a line of a CSV file; line 1 is the head."""
    return {"line": problem.line, "field": problem.field, "text": problem.text}
