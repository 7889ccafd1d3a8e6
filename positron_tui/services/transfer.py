"""Import and export of subscribers, checked against the fleet before anything is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from positron_tui.domain.canonical import canonical
from positron_tui.domain.devices import Section
from positron_tui.domain.edits import Outcome
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.errors import PositronError, ValidationFailed
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.subscribers import Subscriber
from positron_tui.domain.touched import with_members
from positron_tui.services.actions import ActionEdit, Actions
from positron_tui.services.basis import FreshReading
from positron_tui.services.fleet import Fleet
from positron_tui.services.intent import Intent
from positron_tui.services.intent_types import IntendedService
from positron_tui.services.reader import DeviceReader
from positron_tui.services.suspension import not_kept
from positron_tui.services.transfer_csv import (
    COLUMNS,
    ExportRow,
    ImportRow,
    LineProblem,
    ParsedImport,
    parse_import,
    write_csv,
)
from positron_tui.services.views import DeviceView

__all__ = [
    "COLUMNS",
    "CheckedImport",
    "ImportRow",
    "LineProblem",
    "ParsedImport",
    "Transfer",
    "parse_import",
]
# Columns of a file, and the fields of an edit that they are about.
_EDITED = {
    "vlan": "vlan",
    "tagged": "tagged",
    "remap": "remapped_vlan",
    "port2_vlan": "port2_vlan",
    "allow": "allowed_vlans",
    "trunk": "trunk",
    "double_tag": "double_tag",
    "outer_vlan": "outer_vlan",
    "uplink": "uplink",
    "plan": "plan",
    "poe": "poe",
    "description": "description",
}


@dataclass(frozen=True, slots=True)
class CheckedImport:
    """What an import would do to the fleet; nothing is to be run while there are problems.

    `items` are for `Bulk.run`; `unchanged` counts rows that are on their devices as they stand.
    """

    items: tuple[ActionEdit, ...]
    adds: int
    edits: int
    unchanged: int
    problems: tuple[LineProblem, ...]
    warnings: tuple[LineProblem, ...] = ()


@dataclass(slots=True)
class _Draft:
    """A check on its way."""

    items: list[ActionEdit] = field(default_factory=list)
    adds: int = 0
    edits: int = 0
    unchanged: int = 0
    problems: list[LineProblem] = field(default_factory=list)
    warnings: list[LineProblem] = field(default_factory=list)


class Transfer:
    """Subscribers as CSV."""

    def __init__(
        self, *, fleet: Fleet, intent: Intent, actions: Actions, reader: DeviceReader
    ) -> None:
        self._fleet = fleet
        self._intent = intent
        self._actions = actions
        self._reader = reader

    async def export_csv(self, device: str | None = None) -> str:
        """Return the subscribers of one device or of all as CSV, by device and name.

        They are told as they were read last; suspended ones with the data that is kept for them.
        """
        views = self._fleet.devices() if device is None else (self._fleet.get(device),)
        rows: list[ExportRow] = []
        for view in sorted(views, key=lambda one: one.name):
            services = {one.subscriber.name: one for one in await self._intent.services(view.name)}
            told = await self._reader.last_running(view.name)
            rows += _exported(view, services, told)
        return write_csv(rows)

    async def check_import(self, parsed: ParsedImport) -> CheckedImport:
        """Read the devices that the rows name and check each row against what is there then.

        Each row is checked on top of the rows before it. A subscriber that exists is edited in
        the columns that the row fills in; its endpoint or port must be the one that it has.
        """
        draft = _Draft(problems=list(parsed.problems))
        by_device: dict[str, list[ImportRow]] = {}
        for row in parsed.rows:
            by_device.setdefault(row.request.device, []).append(row)
        for device, rows in by_device.items():
            try:
                reading = await self._reader.fresh(device)
            except PositronError as error:
                draft.problems += [LineProblem(row.line, "device", str(error)) for row in rows]
                continue
            await self._check_device(reading, rows, draft)
        return CheckedImport(
            items=tuple(draft.items),
            adds=draft.adds,
            edits=draft.edits,
            unchanged=draft.unchanged,
            problems=tuple(sorted(draft.problems, key=lambda one: one.line)),
            warnings=tuple(sorted(draft.warnings, key=lambda one: one.line)),
        )

    async def _check_device(
        self, reading: FreshReading, rows: Sequence[ImportRow], draft: _Draft
    ) -> None:
        config = reading.running
        for row in rows:
            held = config.subscriber_by_name(row.request.name)
            try:
                item = await self._item(row, held)
                problem = _bound_elsewhere(row, held, config) if held else None
                if problem:
                    draft.problems.append(LineProblem(row.line, *problem))
                    continue
                outcome = _applied(item, config, reading)
            except ValidationFailed as error:
                draft.problems += [
                    LineProblem(row.line, finding.field, finding.text) for finding in error.findings
                ]
                continue
            except PositronError as error:
                draft.problems.append(LineProblem(row.line, "name", str(error)))
                continue
            draft.warnings += [LineProblem(row.line, "", text) for text in outcome.warnings]
            wanted = canonical(outcome.config)
            if wanted == config:
                draft.unchanged += 1
                continue
            draft.items.append(item)
            draft.adds, draft.edits = draft.adds + (held is None), draft.edits + (held is not None)
            config = wanted

    async def _item(self, row: ImportRow, held: Subscriber | None) -> ActionEdit:
        request = row.request
        if held is None:
            return await self._actions.unchecked_add(request)
        fields: dict[str, Any] = {
            name: getattr(request, name) for column, name in _EDITED.items() if column in row.given
        }
        service = await self._intent.service(request.device, request.name)
        fields = not_kept(service, fields)
        return await self._actions.subscriber_edit(
            request.device, EditSubscriber(request.name, **fields)
        )


def _applied(item: ActionEdit, config: RunningConfig, reading: FreshReading) -> Outcome:
    result = item.apply(config, reading.context)
    outcome = result if isinstance(result, Outcome) else Outcome(result)
    if outcome.findings:
        raise ValidationFailed(outcome.findings)
    return outcome


def _bound_elsewhere(
    row: ImportRow, held: Subscriber, config: RunningConfig
) -> tuple[str, str] | None:
    """Return column and sentence when a line binds an existing service to something else."""
    request, name = row.request, row.request.name
    own = next((one for one in config.endpoints if one.endpoint_id == held.endpoint_id), None)
    mac = own.mac if own else None
    if request.endpoint_mac and request.endpoint_mac != mac:
        return "endpoint", (
            f"{name} is on the endpoint {mac or 'none'}; swap or move it there first, or leave the "
            "endpoint empty."
        )
    place = held.port or (own.port if own else None)
    if request.port and place and request.port != place:
        return "port", f"{name} is on {place}; move it first, or leave the port empty."
    return None


def _exported(
    view: DeviceView, services: dict[str, IntendedService], told: RunningConfig | None
) -> Iterator[ExportRow]:
    if Section.CONFIG not in view.snapshot.provenance:
        return
    read = RunningConfig(subscribers=view.snapshot.subscribers)
    whole = with_members(read, told) if told else read
    for subscriber in sorted(whole.subscribers, key=lambda one: one.name):
        service = services.get(subscriber.name)
        if service is not None and service.suspended_at is not None:
            yield _row(view, service.subscriber, service.plan, suspended=True)
            continue
        plan = None if not subscriber.profile_id else view.plan_label(subscriber)
        yield _row(view, subscriber, plan, suspended=False)


def _row(view: DeviceView, one: Subscriber, plan: str | None, *, suspended: bool) -> ExportRow:
    endpoint = view.endpoint_of(one)
    mac = one.endpoint_mac or (endpoint.mac if endpoint and not one.port else None)
    request = SubscriberRequest(
        name=one.name,
        device=view.name,
        vlan=one.vlan or 0,
        endpoint_mac=mac,
        port=None if mac else one.port,
        plan=plan,
        tagged=bool(one.tagged),
        remapped_vlan=one.remapped_vlan,
        port2_vlan=one.port2_vlan,
        allowed_vlans=one.allowed_vlans or (),
        poe=one.poe,
        description=one.description,
        trunk=bool(one.trunk),
        double_tag=bool(one.double_tag),
        outer_vlan=one.outer_vlan,
        uplink=one.uplink,
    )
    unread = {
        "vlan": one.vlan,
        "tagged": one.tagged,
        "trunk": one.trunk,
        "double_tag": one.double_tag,
        "plan": one.profile_id,
    }
    unknown = frozenset(name for name, value in unread.items() if value is None)
    return ExportRow(request, suspended, unknown)
