"""Which sections of a device are due, which of them need SSH, and merging what was read. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from positron_tui.domain.devices import Device, Section, Snapshot
from positron_tui.domain.readings import Source
from positron_tui.gam.driver_routes import route
from positron_tui.services.views import DeviceView

ALL_SECTIONS = frozenset(Section)
STATUS_SECTIONS = frozenset({Section.HEALTH, Section.PORTS, Section.ENDPOINTS, Section.ALARMS})
_FIELDS = {
    Section.IDENTITY: ("identity",),
    Section.HEALTH: ("health",),
    Section.PORTS: ("ports",),
    Section.ENDPOINTS: ("endpoints",),
    Section.CONFIG: ("profiles", "subscribers", "management_vlans"),
    Section.ALARMS: ("alarms",),
}


@dataclass(frozen=True, slots=True)
class SectionIntervals:
    """How often the slow sections are read, in seconds; the others are read at every poll."""

    identity_s: float = 3_600.0
    config_s: float = 3_600.0


def due_sections(
    view: DeviceView, intervals: SectionIntervals, now: datetime
) -> frozenset[Section]:
    """Return what a scheduled poll reads now, by the age of what is known."""
    due = set(STATUS_SECTIONS)
    for section, interval_s in (
        (Section.IDENTITY, intervals.identity_s),
        (Section.CONFIG, intervals.config_s),
    ):
        age_s = view.section_age_s(section, now)
        if age_s is None or age_s >= interval_s:
            due.add(section)
    return frozenset(due)


def ssh_sections(device: Device) -> frozenset[Section]:
    """Return the sections that come over SSH."""
    return frozenset(section for section in Section if route(device, section) is Source.CLI)


def merge(old: Snapshot, new: Snapshot, sections: Collection[Section]) -> Snapshot:
    """Return `old` with those sections of `new` in place of its own."""
    fields = {name: getattr(new, name) for section in sections for name in _FIELDS[section]}
    provenance = dict(old.provenance)
    provenance.update({section: new.provenance[section] for section in sections})
    return replace(old, **fields, provenance=provenance)
