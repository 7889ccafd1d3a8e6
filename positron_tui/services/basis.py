"""From a fresh reading and an edit to a change that is ready to be run. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from positron_tui.domain.canonical import canonical
from positron_tui.domain.changes import Change, ChangeStep
from positron_tui.domain.edits import EditContext, Outcome
from positron_tui.domain.errors import NeedsJsonRpc, ValidationFailed
from positron_tui.domain.intended import RESUME, SUSPEND
from positron_tui.domain.planner import plan
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.touched import Key, Kind, excerpt, involved, items_of, relied_on
from positron_tui.services.change_fields import change_fields
from positron_tui.services.prepared import DeviceEdit, PreparedChange

JSONRPC = "jsonrpc"


@dataclass(frozen=True, slots=True)
class FreshReading:
    """A device as it was just read; `jsonrpc` = its API answered and may be written to."""

    running: RunningConfig
    context: EditContext
    jsonrpc: bool
    warnings: tuple[str, ...] = ()


def planned(
    edit: DeviceEdit,
    reading: FreshReading,
    *,
    actor: str,
    now: datetime,
    inverse_of: int | None = None,
) -> PreparedChange:
    """Apply the edit to the reading and plan the difference.

    Raises ValidationFailed with the edit's findings, NeedsJsonRpc and CannotPlan.
    """
    current = canonical(reading.running)
    outcome = edit.apply(current, reading.context)
    if not isinstance(outcome, Outcome):
        outcome = Outcome(outcome)
    if outcome.findings:
        raise ValidationFailed(outcome.findings)
    wanted = canonical(outcome.config)
    steps = _steps(edit.device, current, wanted, reading)
    kept = involved(current, wanted) if steps else _held_back(edit, wanted)
    basis, goal = excerpt(current, kept), excerpt(wanted, kept)
    before, after = change_fields(basis, goal) if steps else ({}, {})
    change = Change(
        device=edit.device,
        kind=edit.kind,
        subject=edit.subject,
        steps=steps,
        before=before,
        after=after,
        actor=actor,
        requested_at=now,
        inverse_of=inverse_of,
    )
    warnings = tuple(dict.fromkeys((*outcome.warnings, *reading.warnings)))
    places = _places(basis, goal, reading.context)
    return PreparedChange(change, warnings, basis, goal, places, edit.save)


def _held_back(edit: DeviceEdit, wanted: RunningConfig) -> frozenset[Key]:
    """Return the service that runs as a suspension or its end wants it: the intent follows."""
    held = wanted.subscriber_by_name(edit.subject) if edit.kind in (SUSPEND, RESUME) else None
    if held is None:
        return frozenset()
    key = Key(Kind.SUBSCRIBER, held.subscriber_id)
    return frozenset({key}) | relied_on([key], wanted)


def uses_jsonrpc(change: Change) -> bool:
    """Return whether a change has a step that the command line has no words for."""
    return any(step.transport == JSONRPC for step in change.steps)


def _steps(
    device: str, current: RunningConfig, wanted: RunningConfig, reading: FreshReading
) -> tuple[ChangeStep, ...]:
    try:
        return plan(current, wanted, jsonrpc=reading.jsonrpc)
    except NeedsJsonRpc as error:
        if reading.warnings:  # it is allowed, and did not answer
            raise NeedsJsonRpc(" ".join((str(error), *reading.warnings))) from error
        raise NeedsJsonRpc(
            f"{error} Allow it with 'device edit {device} --json-rpc https' (or 'http' where the "
            "network may see the password)."
        ) from error


def _places(basis: RunningConfig, wanted: RunningConfig, context: EditContext) -> Mapping[str, str]:
    """Return where the endpoints are seen that the plan binds to that very port."""
    then = items_of(basis)
    seen = {one.mac: one.detected_port for one in context.endpoints}
    places: dict[str, str] = {}
    for key, item in items_of(wanted).items():
        if not isinstance(item, EndpointConfig) or item.mac is None or item.port is None:
            continue
        before = then.get(key)
        bound = isinstance(before, EndpointConfig) and before.port == item.port
        if not bound and seen.get(item.mac) == item.port:
            places[item.mac] = item.port
    return places
