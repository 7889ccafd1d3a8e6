"""`subscriber list` and `subscriber show`, from the last readings."""

from __future__ import annotations

from positron_tui.cli.context import Context
from positron_tui.cli.finding import find_subscriber, nothing_found, views_of
from positron_tui.cli.output import Output
from positron_tui.cli.shapes import Shape, subscriber_shape
from positron_tui.cli.suspended import Since, service_shape, suspended_names, suspensions
from positron_tui.cli.table import Column, render_fields
from positron_tui.cli.words import plan_of
from positron_tui.domain.subscribers import Subscriber
from positron_tui.domain.vlans import format_vlan_list
from positron_tui.services.filter_rows import SERVICE_FIELDS, service_row
from positron_tui.services.filtering import filter_items
from positron_tui.services.views import DeviceView

_COLUMNS = (
    Column("NAME", 0, least=12),
    Column("DEVICE", 2, least=8),
    Column("ENDPOINT", 0, least=17),
    Column("PORT", 1, least=9),
    Column("VLAN", 0, right=True),
    Column("TAGGED", 5),
    Column("SUSPENDED", 4, least=9),
    Column("PLAN", 1, least=11),
    Column("SOURCE", 6),
)


async def list_subscribers(context: Context) -> int:
    """Print the subscribers of all units or of one, or those that a filter keeps."""
    async with context.services() as services:
        placed = [
            (view, subscriber)
            for view in views_of(services.fleet, context.options.device)
            for subscriber in view.snapshot.subscribers
        ]
        since = await suspensions(services, context.options.device)
        names = suspended_names(since)
        kept = filter_items(
            context.options.filter or "",
            placed,
            lambda one: service_row(*one, names.get(one[0].name, ())),
            SERVICE_FIELDS,
        )
        if context.out.as_json:
            context.out.json([service_shape(one, view, since) for view, one in kept])
        else:
            empty = nothing_found(services.fleet, context.options.filter, "subscribers")
            context.out.table(_COLUMNS, [_row(one, view, since) for view, one in kept], empty)
    return 0


async def show(context: Context) -> int:
    """Print one subscriber."""
    options = context.options
    async with context.services() as services:
        view, subscriber = find_subscriber(services.fleet, options.name, options.device)
        since = await suspensions(services, view.name)
        show_subscriber(context.out, subscriber, view, since)
    return 0


def show_subscriber(out: Output, subscriber: Subscriber, view: DeviceView, since: Since) -> None:
    """Print a subscriber as JSON or as fields."""
    shape = service_shape(subscriber, view, since)
    if out.as_json:
        out.json(shape)
    else:
        out.lines(render_fields(_fields(subscriber, view, shape)))


def _row(subscriber: Subscriber, view: DeviceView, since: Since) -> tuple[object, ...]:
    shape = subscriber_shape(subscriber, view)
    return (
        subscriber.name,
        view.name,
        shape["endpoint_mac"],
        shape["port"],
        subscriber.vlan,
        subscriber.tagged,
        (view.name, subscriber.name) in since,
        view.plan_label(subscriber),
        shape["source"],
    )


def _fields(subscriber: Subscriber, view: DeviceView, shape: Shape) -> list[tuple[str, object]]:
    allowed = subscriber.allowed_vlans
    return [
        ("name", subscriber.name),
        ("description", subscriber.description),
        ("device", view.name),
        ("suspended since", shape["suspended_at"]),
        ("endpoint", shape["endpoint_mac"]),
        ("port", shape["port"]),
        ("VLAN", subscriber.vlan),
        ("tagged", subscriber.tagged),
        ("remapped VLAN", subscriber.remapped_vlan),
        ("port 2 VLAN", subscriber.port2_vlan),
        ("allowed VLANs", None if allowed is None else format_vlan_list(allowed)),
        ("trunk", subscriber.trunk),
        ("double tag", subscriber.double_tag),
        ("outer VLAN", subscriber.outer_vlan),
        ("uplink", subscriber.uplink),
        ("plan", plan_of(subscriber, view)),
        ("PoE", shape["poe"]),
        ("not understood", " ".join(subscriber.unknown_words)),
        ("source", shape["source"]),
    ]
