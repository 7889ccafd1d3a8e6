"""Bandwidth profiles and subscribers as the unit runs them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from positron_tui.domain.readings import Source
from positron_tui.domain.subscribers import Poe, Profile, Subscriber
from positron_tui.gam.snmp.decode.values import (
    Table,
    ghn_port_of,
    indexes,
    mac,
    number,
    positive,
    text,
    truth,
    vlans_of_quarter,
)
from positron_tui.gam.snmp.oids import SUBSCRIBER_VLANS

_POE = {0: Poe.DISABLE, 1: Poe.ENABLE, 2: Poe.FORCE}


def decode_profiles(table: Table) -> tuple[Profile, ...]:
    """Return the profiles (ids 1-15); row 0 stands for "no profile" and is left out."""
    return tuple(
        Profile(
            profile_id=int(index),
            name=text(table.get("name", {}).get(index)) or f"profile {index}",
            down_mbps=number(table.get("down_mbps", {}).get(index)),
            up_mbps=number(table.get("up_mbps", {}).get(index)),
            description=text(table.get("description", {}).get(index)),
        )
        for index in indexes(table)
        if _is_id(index)
    )


def decode_subscribers(
    table: Table, vlans: Table, endpoints: Table, port_names: Mapping[int, str]
) -> tuple[Subscriber, ...]:
    """Return the subscribers; `endpoints` gives the MACs, `port_names` the uplinks' names."""
    return tuple(iter_subscribers(table, vlans, endpoints, port_names))


def iter_subscribers(
    table: Table, vlans: Table, endpoints: Table, port_names: Mapping[int, str]
) -> Iterator[Subscriber]:
    """Decode one subscriber at a time."""
    macs = {index: mac(value) for index, value in endpoints.get("mac", {}).items()}
    for index in indexes(table):
        if _is_id(index):
            row = {column: rows[index] for column, rows in table.items() if index in rows}
            endpoint_id = positive(row.get("endpoint_id"))
            uplink, poe = row.get("uplink"), row.get("poe")
            yield Subscriber(
                subscriber_id=int(index),
                name=text(row.get("name")) or f"subscriber {index}",
                description=text(row.get("description")),
                endpoint_id=endpoint_id,
                endpoint_mac=macs.get(str(endpoint_id)),
                port=ghn_port_of(row.get("port")),
                vlan=positive(row.get("vlan")),
                tagged=truth(row.get("tagged")),
                remapped_vlan=positive(row.get("remapped_vlan")),
                port2_vlan=positive(row.get("port2_vlan")),
                allowed_vlans=_allowed(vlans, index),
                trunk=truth(row.get("trunk")),
                double_tag=truth(row.get("double_tag")),
                outer_vlan=positive(row.get("outer_vlan")),
                uplink=port_names.get(uplink) if isinstance(uplink, int) else None,
                profile_id=number(row.get("profile_id")),
                poe=_POE.get(poe) if isinstance(poe, int) else None,
                source=Source.SNMP,
            )


def _allowed(vlans: Table, index: str) -> tuple[int, ...] | None:
    """Return the allowed VLANs, None on units that do not have the bitmaps."""
    bitmaps = [vlans.get(column, {}).get(index) for column in SUBSCRIBER_VLANS.columns]
    if not any(isinstance(bitmap, bytes) for bitmap in bitmaps):
        return None
    return tuple(
        vlan
        for quarter, bitmap in enumerate(bitmaps)
        if isinstance(bitmap, bytes)
        for vlan in vlans_of_quarter(bitmap, quarter)
    )


def _is_id(index: str) -> bool:
    return index.isdigit() and int(index) > 0
