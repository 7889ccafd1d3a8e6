"""Subscribers as rows of a table and as facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from positron_tui.domain.subscribers import Profile, Subscriber
from positron_tui.domain.vlans import format_vlan_list
from positron_tui.services.filter_rows import SERVICE_FIELDS
from positron_tui.services.views import DeviceView
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.render.columns import Cell, Column, Row, number_key
from positron_tui.tui.render.facts import Fact, Item
from positron_tui.tui.render.values import UNKNOWN, number, source_name, text, yes_no
from positron_tui.tui.render.words import endpoint_word_in

FIELDS = SERVICE_FIELDS
COLUMNS = (
    Column("name", "Subscriber", 1, 12, 31),
    Column("state", "Endpoint is", 2, 11, 17),
    Column("device", "Device", 1, 8, 20),
    Column("port", "Port", 2, 9, 9),
    Column("vlan", "VLAN", 1, 4, 4, right=True),
    Column("plan", "Plan", 2, 9, 20),
    Column("down", "Down", 4, 5, 6, right=True),
    Column("up", "Up", 4, 5, 6, right=True),
    Column("mac", "Endpoint", 3, 17, 17),
    Column("tagged", "Tagged", 7, 6, 6),
    Column("more", "More VLANs", 8, 10, 24),
    Column("description", "Description", 9, 11, 40),
)


def subscriber_id(device: str, name: str) -> str:
    """Return the row key of a subscriber in a list over the fleet."""
    return f"{device}\0{name}"


def rows(
    view: DeviceView,
    subscribers: Iterable[Subscriber],
    glyphs: Glyphs,
    suspended: Collection[str] = (),
) -> list[Row]:
    """Rows of subscribers of a device (COLUMNS); `suspended` are names."""
    return [
        Row(
            subscriber_id(view.name, one.name),
            _cells(view, one, glyphs, suspended=one.name in suspended),
        )
        for one in subscribers
    ]


def _plan_cell(view: DeviceView, subscriber: Subscriber, *, suspended: bool) -> Cell:
    label = view.plan_label(subscriber) or UNKNOWN
    return Cell(f"suspended, {label}", "warn") if suspended else Cell(label)


def _cells(
    view: DeviceView, subscriber: Subscriber, glyphs: Glyphs, *, suspended: bool
) -> tuple[Cell, ...]:
    endpoint = view.endpoint_of(subscriber)
    word = endpoint_word_in(view, endpoint, glyphs) if endpoint else None
    profile = view.profile_of(subscriber)
    down, up = (profile.down_mbps, profile.up_mbps) if profile else (None, None)
    return (
        Cell(subscriber.name, "accent"),
        Cell(word.brief_text, word.style, (0, 0.0, word.word))
        if word
        else Cell("no endpoint", "dim"),
        Cell(view.name),
        Cell((endpoint.port if endpoint else None) or subscriber.port or UNKNOWN),
        Cell(number(subscriber.vlan).replace(",", ""), sort=number_key(subscriber.vlan)),
        _plan_cell(view, subscriber, suspended=suspended),
        Cell(number(down) if profile else "", sort=number_key(down)),
        Cell(number(up) if profile else "", sort=number_key(up)),
        Cell(endpoint.mac if endpoint else subscriber.endpoint_mac or UNKNOWN),
        Cell(yes_no(subscriber.tagged)),
        Cell(more_vlans(subscriber)),
        Cell(subscriber.description or ""),
    )


def more_vlans(subscriber: Subscriber) -> str:
    """The VLANs beside the first one."""
    parts = []
    if subscriber.remapped_vlan:
        parts.append(f"remapped {subscriber.remapped_vlan}")
    if subscriber.port2_vlan:
        parts.append(f"port 2 {subscriber.port2_vlan}")
    if subscriber.outer_vlan:
        parts.append(f"outer {subscriber.outer_vlan}")
    if subscriber.allowed_vlans:
        parts.append(f"also {format_vlan_list(subscriber.allowed_vlans)}")
    return ", ".join(parts)


def plan_words(profile: Profile) -> str:
    """`Home 100 (100/20 Mbit/s)`."""
    return f"{profile.name} ({_limit(profile.down_mbps)}/{_limit(profile.up_mbps)} Mbit/s)"


def _limit(mbps: int | None) -> str:
    return "no limit" if mbps == 0 else number(mbps)


def facts(view: DeviceView, subscriber: Subscriber) -> list[Item]:
    """Everything that is known of one service."""
    profile = view.profile_of(subscriber)
    endpoint = view.endpoint_of(subscriber)
    label = view.plan_label(subscriber)
    return [
        Fact("Name", subscriber.name, "accent"),
        Fact("Description", text(subscriber.description)),
        Fact("Device", view.name),
        Fact("Endpoint", endpoint.mac if endpoint else text(subscriber.endpoint_mac)),
        Fact("Port", text((endpoint.port if endpoint else None) or subscriber.port)),
        Fact("VLAN", UNKNOWN if subscriber.vlan is None else str(subscriber.vlan)),
        Fact("Tagged", yes_no(subscriber.tagged)),
        Fact("More VLANs", more_vlans(subscriber) or "none"),
        Fact("Plan", plan_words(profile) if profile else text(label)),
        Fact("Power (PoE)", subscriber.poe.value if subscriber.poe else UNKNOWN),
        Fact("Read over", source_name(subscriber.source)),
        *(
            [Fact("Also has", " ".join(subscriber.unknown_words))]
            if subscriber.unknown_words
            else []
        ),
    ]
