"""VLAN rules of a GAM and the text form of VLAN lists."""

from __future__ import annotations

from collections.abc import Iterable

from positron_tui.domain.errors import UsageError

LOWEST_VLAN = 3
HIGHEST_VLAN = 4092
MANAGEMENT_CAPABLE_VLAN = 4093  # usable unless the unit is managed on it
INTERNAL_VLANS = frozenset({3840, 3841, 3842})
UNPROVISIONED_VLAN = 4094
MAX_ALLOWED_VLANS = 12

_RESERVED = {
    0: "VLAN 0 means none",
    1: "VLAN 1 is the switch's own default management VLAN",
    2: "VLAN 2 carries the management of the endpoints",
    4094: "VLAN 4094 is for endpoints that have no service",
    4095: "VLAN 4095 is internal to the unit",
}


def vlan_problem(vlan: int, management_vlans: Iterable[int] = ()) -> str | None:
    """Return why `vlan` cannot carry a service, as the start of a sentence, or None if it can."""
    if vlan in _RESERVED:
        return _RESERVED[vlan]
    if vlan in INTERNAL_VLANS:
        return f"VLAN {vlan} is reserved inside the unit (3840-3842)"
    if vlan in set(management_vlans):
        return f"VLAN {vlan} is used to manage the unit"
    if not LOWEST_VLAN <= vlan <= MANAGEMENT_CAPABLE_VLAN:
        return f"VLAN {vlan} is outside {LOWEST_VLAN}-{HIGHEST_VLAN}"
    return None


def parse_vlan_list(text: str) -> tuple[int, ...]:
    """Read `15-20,100` (also `none` and empty) as sorted ids; raise UsageError if it is no list."""
    word = text.strip()
    if word in ("", "none"):
        return ()
    found: set[int] = set()
    for part in word.split(","):
        low, dash, high = part.strip().partition("-")
        if not low.isascii() or not low.isdigit() or (dash and not high.isdigit()):
            raise UsageError(f"'{text}' is not a list of VLANs; write it as 10,20-22.")
        first, last = int(low), int(high) if dash else int(low)
        if last < first or last > 4095:
            raise UsageError(f"'{part.strip()}' is not a range of VLANs; write it as 20-22.")
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def format_vlan_list(vlans: Iterable[int]) -> str:
    """Write ids as the device does: `15-20,100`; `none` when there are none."""
    ids = sorted(set(vlans))
    parts: list[str] = []
    start = 0
    while start < len(ids):
        end = start
        while end + 1 < len(ids) and ids[end + 1] == ids[end] + 1:
            end += 1
        parts.append(str(ids[start]) if start == end else f"{ids[start]}-{ids[end]}")
        start = end + 1
    return ",".join(parts) or "none"
