"""Where and when something was read; absolute times, so that a screen at rest stays still."""

from __future__ import annotations

from datetime import datetime

from positron_tui.domain.devices import Section
from positron_tui.services.views import DeviceView
from positron_tui.tui.render.facts import Fact, Item, Sentence
from positron_tui.tui.render.values import clock_time, source_name
from positron_tui.tui.render.words import is_fresh

_NAMES = {
    Section.IDENTITY: "Identity",
    Section.HEALTH: "Health",
    Section.PORTS: "Ports",
    Section.ENDPOINTS: "Endpoints",
    Section.CONFIG: "Services",
    Section.ALARMS: "Alarms",
}


def read_note(view: DeviceView, section: Section, now: datetime) -> str:
    """`read 09:30:12 over SNMP`, or when it was last good."""
    provenance = view.snapshot.provenance.get(section)
    if provenance is None:
        return "never read"
    verb = "read" if is_fresh(view) else "last good"
    when = clock_time(provenance.read_at, now)
    return f"{verb} {when} over {source_name(provenance.source)}"


def section_facts(view: DeviceView, now: datetime) -> list[Item]:
    """Every section of a device with its source and time."""
    return [Fact(name, read_note(view, section, now)) for section, name in _NAMES.items()]


def trouble(view: DeviceView) -> list[Item]:
    """Why nothing is known of the device now, in a sentence."""
    device = view.device
    if device.offered_key_fingerprint:
        return [
            Sentence(
                "Blocked: the device shows another SSH host key than the trusted one. Trusted "
                f"{device.host_key_fingerprint}, offered {device.offered_key_fingerprint}. If the "
                "unit was replaced or reset, press K to trust the new key; else find out who "
                "answers there.",
                "bad",
            )
        ]
    if view.poll.reachable is False:
        return [Sentence(view.poll.failure or "The device does not answer.", "warn")]
    if view.poll.failure:
        return [Sentence(view.poll.failure, "warn")]
    return []
