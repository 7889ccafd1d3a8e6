"""VLAN lists of the vendor's MIB: four columns of 1,024 VLANs, least significant bit first."""

from __future__ import annotations

from collections.abc import Iterable

QUARTER = 1024
OCTETS = QUARTER // 8


def vlan_quarter(vlans: Iterable[int], quarter: int) -> bytes:
    """Return the 128 octets of quarter 0..3 of a list of VLAN ids."""
    bits = bytearray(OCTETS)
    for vlan in vlans:
        if vlan // QUARTER == quarter:
            bits[vlan % QUARTER // 8] |= 1 << (vlan % 8)
    return bytes(bits)


def vlans_of_quarter(octets: bytes, quarter: int) -> list[int]:
    """Return the VLAN ids of one quarter, ascending."""
    return [
        quarter * QUARTER + position * 8 + bit
        for position, octet in enumerate(octets)
        for bit in range(8)
        if octet >> bit & 1
    ]


def replace_quarter(vlans: Iterable[int], quarter: int, octets: bytes) -> list[int]:
    """Return a VLAN list with one quarter exchanged, ascending."""
    others = [vlan for vlan in vlans if vlan // QUARTER != quarter]
    return sorted([*others, *vlans_of_quarter(octets, quarter)])
