"""`device list` and `device show`, from the last readings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from positron_tui.cli.commands.port import port_table
from positron_tui.cli.context import Context
from positron_tui.cli.finding import nothing_found
from positron_tui.cli.output import Output
from positron_tui.cli.shapes import capabilities_shape, device_shape
from positron_tui.cli.table import Column, render_fields
from positron_tui.cli.words import ago, span, state
from positron_tui.domain.devices import Section
from positron_tui.domain.endpoints import EndpointState
from positron_tui.services.filter_rows import DEVICE_FIELDS, device_row
from positron_tui.services.filtering import filter_items
from positron_tui.services.views import DeviceView

_COLUMNS = (
    Column("NAME", 0, least=12),
    Column("SITE", 3),
    Column("STATUS", 0, least=8),
    Column("MODEL", 1, least=9),
    Column("FIRMWARE", 4, least=5),
    Column("ENDPOINTS", 2, right=True),
    Column("LAST SEEN", 2, least=9),
    Column("HOST", 1, least=9),
)


async def list_devices(context: Context) -> int:
    """Print all units, or those that a filter keeps."""
    async with context.services() as services:
        views = filter_items(
            context.options.filter or "", services.fleet.devices(), device_row, DEVICE_FIELDS
        )
        if context.out.as_json:
            context.out.json([device_shape(view) for view in views])
        else:
            now = services.clock.now()
            empty = nothing_found(services.fleet, context.options.filter, "devices")
            context.out.table(_COLUMNS, [_row(view, now) for view in views], empty)
    return 0


async def show(context: Context) -> int:
    """Print one unit with its ports."""
    async with context.services() as services:
        show_device(context.out, services.fleet.get(context.options.name), services.clock.now())
    return 0


def show_device(out: Output, view: DeviceView, now: datetime) -> None:
    """Print a unit as JSON, or as fields and a table of its ports."""
    if out.as_json:
        out.json(device_shape(view))
        return
    out.lines(render_fields(_fields(view, now)))
    if view.snapshot.ports:
        out.line()
        port_table(out, view, view.snapshot.ports)


def _row(view: DeviceView, now: datetime) -> tuple[object, ...]:
    identity = view.snapshot.identity
    return (
        view.name,
        view.device.site,
        state(view.status.value),
        identity.model,
        identity.firmware.active,
        _endpoint_count(view),
        ago(view.poll.last_good_at, now),
        view.device.address.host,
    )


def _endpoint_count(view: DeviceView) -> str | None:
    endpoints = view.snapshot.endpoints
    if not endpoints:
        return None
    good = sum(one.state is EndpointState.OK for one in endpoints)
    return f"{good} of {len(endpoints)}"


def _fields(view: DeviceView, now: datetime) -> list[tuple[str, object]]:
    device, identity, health = view.device, view.snapshot.identity, view.snapshot.health
    answers = capabilities_shape(device.capabilities)
    return [
        ("name", device.name),
        ("site", device.site),
        ("host", device.address.host),
        ("status", state(view.status.value)),
        ("changes", "refused (read-only)" if device.read_only else "allowed"),
        ("last poll", ago(view.poll.last_poll_at, now)),
        ("last seen", ago(view.poll.last_good_at, now)),
        *([("failure", view.poll.failure)] if view.poll.failure else []),
        ("model", identity.model),
        ("line", identity.line.value if identity.line else None),
        ("serial", identity.serial),
        ("firmware", identity.firmware.active),
        ("other bank", identity.firmware.alternate),
        ("system name", identity.sys_name),
        ("answers by", ", ".join(name for name, yes in answers.items() if yes is True)),
        ("host key", device.host_key_fingerprint),
        ("JSON-RPC", device_shape(view)["json_rpc"]),
        ("up for", span(health.uptime_s)),
        ("CPU", None if health.cpu_percent is None else f"{health.cpu_percent} %"),
        ("temperatures", _joined(f"{one.name} {one.celsius:g} C" for one in health.temperatures)),
        ("fans", _joined(f"{one.index}: {one.rpm} rpm" for one in health.fans)),
        (
            "power",
            _joined(f"{one.name} {one.state.replace('_', ' ')}" for one in health.power_supplies),
        ),
        ("endpoints ok", _endpoint_count(view)),
        ("subscribers", _known_subscribers(view)),
        *_alarms(view),
    ]


def _joined(texts: Iterable[str]) -> str:
    return ", ".join(texts)


def _known_subscribers(view: DeviceView) -> int | None:
    """Return how many there are; None when the configuration was never read."""
    read = Section.CONFIG in view.snapshot.provenance
    return len(view.snapshot.subscribers) if read else None


def _alarms(view: DeviceView) -> list[tuple[str, object]]:
    return [
        ("alarm", f"{one.severity} {one.entity}: {one.condition} {one.description or ''}")
        for one in view.snapshot.alarms
    ]
