"""`port list` and `port show`, from the last readings."""

from __future__ import annotations

from collections.abc import Sequence

from positron_tui.cli.commands.endpoint import endpoint_table
from positron_tui.cli.context import Context
from positron_tui.cli.finding import find_port
from positron_tui.cli.output import Output
from positron_tui.cli.shapes import port_shape
from positron_tui.cli.table import Column, render_fields
from positron_tui.cli.words import octets, speed, state
from positron_tui.domain.ports import Port
from positron_tui.services.filter_rows import PORT_FIELDS, port_row
from positron_tui.services.filtering import filter_items
from positron_tui.services.views import DeviceView

_COLUMNS = (
    Column("PORT", 0, least=9),
    Column("STATUS", 0, least=8),
    Column("MODE", 3, least=4),
    Column("SPEED", 3, right=True),
    Column("ENDPOINTS", 1, right=True),
    Column("IN", 4, right=True),
    Column("OUT", 4, right=True),
    Column("ERRORS", 5, right=True),
    Column("LABEL", 2, least=8),
)


async def list_ports(context: Context) -> int:
    """Print the ports of a unit, or those that a filter keeps."""
    async with context.services() as services:
        view = services.fleet.get(context.options.device)
        ports = filter_items(
            context.options.filter or "",
            view.snapshot.ports,
            lambda port: port_row(view, port),
            PORT_FIELDS,
        )
        if context.out.as_json:
            context.out.json([port_shape(port, view) for port in ports])
        else:
            port_table(context.out, view, ports)
    return 0


async def show(context: Context) -> int:
    """Print one port and the endpoints on it."""
    out, options = context.out, context.options
    async with context.services() as services:
        view = services.fleet.get(options.device)
        port = find_port(view, options.port)
        if out.as_json:
            out.json(port_shape(port, view))
            return 0
        out.lines(render_fields(_fields(port, view)))
        endpoints = view.endpoints_on(port.name)
        if endpoints:
            out.line()
            endpoint_table(out, [(view, endpoint) for endpoint in endpoints])
    return 0


def port_table(out: Output, view: DeviceView, ports: Sequence[Port]) -> None:
    """Print a table of ports."""
    out.table(_COLUMNS, [_row(port, view) for port in ports])


def _row(port: Port, view: DeviceView) -> tuple[object, ...]:
    return (
        port.name,
        state(view.port_status(port).value),
        port.mode.value if port.mode else None,
        speed(port.speed_mbps),
        len(view.endpoints_on(port.name)) or None,
        octets(port.counters.in_octets),
        octets(port.counters.out_octets),
        _errors(port),
        port.label,
    )


def _errors(port: Port) -> int | None:
    known = [one for one in (port.counters.in_errors, port.counters.out_errors) if one is not None]
    return sum(known) if known else None


def _fields(port: Port, view: DeviceView) -> list[tuple[str, object]]:
    counters = port.counters
    return [
        ("device", view.name),
        ("port", port.name),
        ("label", port.label),
        ("status", state(view.port_status(port).value)),
        ("enabled", None if port.admin is None else port.admin.value == "up"),
        ("link", port.oper.value if port.oper else None),
        ("mode", port.mode.value if port.mode else None),
        ("speed", speed(port.speed_mbps)),
        ("MAC", port.mac),
        ("index", port.if_index),
        ("in octets", counters.in_octets),
        ("out octets", counters.out_octets),
        ("in errors", counters.in_errors),
        ("out errors", counters.out_errors),
    ]
