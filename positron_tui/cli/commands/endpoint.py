"""`endpoint list` and `endpoint show`, from the last readings."""

from __future__ import annotations

from collections.abc import Sequence

from positron_tui.cli.context import Context
from positron_tui.cli.finding import find_endpoint, nothing_found, views_of
from positron_tui.cli.output import Output
from positron_tui.cli.shapes import endpoint_shape
from positron_tui.cli.table import Column, render_fields
from positron_tui.cli.words import service_of, short_state, span, state
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.quality import asymmetry, endpoint_advice
from positron_tui.services.filter_rows import ENDPOINT_FIELDS, endpoint_row
from positron_tui.services.filtering import filter_items
from positron_tui.services.views import DeviceView

Placed = tuple[DeviceView, Endpoint]
_COLUMNS = (
    Column("MAC", 0, least=17),
    Column("DEVICE", 2, least=8),
    Column("PORT", 0, least=9),
    Column("STATE", 0, least=12),
    Column("SUBSCRIBER", 1, least=15),
    Column("DOWN/UP", 3, right=True),
    Column("WIRE", 5, right=True),
    Column("MODEL", 4, least=7),
    Column("NAME", 6, least=8),
)


async def list_endpoints(context: Context) -> int:
    """Print the endpoints of all units or of one, or those that a filter keeps."""
    async with context.services() as services:
        placed = [
            (view, endpoint)
            for view in views_of(services.fleet, context.options.device)
            for endpoint in view.snapshot.endpoints
        ]
        kept = filter_items(
            context.options.filter or "", placed, lambda one: endpoint_row(*one), ENDPOINT_FIELDS
        )
        if context.out.as_json:
            context.out.json([endpoint_shape(endpoint, view) for view, endpoint in kept])
        else:
            empty = nothing_found(services.fleet, context.options.filter, "endpoints")
            endpoint_table(context.out, kept, empty)
    return 0


async def show(context: Context) -> int:
    """Print one endpoint, with advice when something keeps it from working."""
    out, options = context.out, context.options
    async with context.services() as services:
        view, endpoint = find_endpoint(services.fleet, options.mac, options.device)
        if out.as_json:
            out.json(endpoint_shape(endpoint, view))
            return 0
        out.lines(render_fields(_fields(endpoint, view)))
        advice = endpoint_advice(endpoint)
        if advice:
            out.say(advice)
    return 0


def endpoint_table(out: Output, placed: Sequence[Placed], empty: str = "") -> None:
    """Print a table of endpoints; rates in Mbit/s, wire length in metres."""
    out.table(_COLUMNS, [_row(endpoint, view) for view, endpoint in placed], empty)


def _row(endpoint: Endpoint, view: DeviceView) -> tuple[object, ...]:
    return (
        endpoint.mac,
        view.name,
        endpoint.port,
        short_state(endpoint.state.value if endpoint.state else None),
        service_of(endpoint, view),
        _rates(endpoint.down_phy_mbps, endpoint.up_phy_mbps),
        None if endpoint.wire_length_m is None else f"{endpoint.wire_length_m}m",
        endpoint.model,
        endpoint.name,
    )


def _fields(endpoint: Endpoint, view: DeviceView) -> list[tuple[str, object]]:
    uneven = asymmetry(endpoint, view.snapshot.identity.line)
    return [
        ("MAC", endpoint.mac),
        ("device", view.name),
        ("name", endpoint.name),
        ("description", endpoint.description),
        ("state", state(endpoint.state.value if endpoint.state else None)),
        ("seen on", endpoint.detected_port),
        ("configured for", endpoint.configured_port),
        ("model", endpoint.model),
        ("serial", endpoint.serial),
        ("firmware", endpoint.firmware),
        ("firmware differs", endpoint.firmware_mismatch),
        ("PHY down/up", _pair(endpoint.down_phy_mbps, endpoint.up_phy_mbps)),
        ("usable down/up", _pair(endpoint.down_max_mbps, endpoint.up_max_mbps)),
        ("asymmetry", f"{uneven.percent} % ({uneven.level.value})" if uneven else None),
        (
            "wire length",
            None if endpoint.wire_length_m is None else f"{endpoint.wire_length_m} m",
        ),
        ("up for", span(endpoint.uptime_s)),
        ("subscriber", service_of(endpoint, view)),
    ]


def _pair(down: int | None, up: int | None) -> str | None:
    rates = _rates(down, up)
    return None if rates is None else f"{rates} Mbit/s"


def _rates(down: int | None, up: int | None) -> str | None:
    if down is None and up is None:
        return None
    return f"{'-' if down is None else down}/{'-' if up is None else up}"
