"""What is due, what needs SSH, and merging readings."""

from __future__ import annotations

from datetime import timedelta

from positron_tui.domain.devices import (
    Address,
    Capabilities,
    Health,
    Identity,
    Section,
    Snapshot,
)
from positron_tui.domain.errors import DeviceUnreachable, LoginRefused
from positron_tui.services.sections import (
    ALL_SECTIONS,
    STATUS_SECTIONS,
    SectionIntervals,
    due_sections,
    merge,
    ssh_sections,
)
from positron_tui.services.ssh_holds import SshHolds
from positron_tui.services.views import DeviceView
from tests.clocks import FrozenClock
from tests.services.readings import NOON, device, read_at, snapshot

INTERVALS = SectionIntervals(identity_s=3_600, config_s=600)


def test_everything_is_due_at_first() -> None:
    assert due_sections(DeviceView(device()), INTERVALS, NOON) == ALL_SECTIONS


def test_slow_sections_are_due_by_their_age() -> None:
    view = DeviceView(device(), snapshot(0))
    soon = NOON + timedelta(seconds=60)
    assert due_sections(view, INTERVALS, soon) == STATUS_SECTIONS
    later = NOON + timedelta(seconds=600)
    assert due_sections(view, INTERVALS, later) == STATUS_SECTIONS | {Section.CONFIG}


def test_what_needs_ssh_follows_from_what_snmp_answers() -> None:
    full = device(capabilities=Capabilities(snmp=True, ghn_snmp=True, ssh=True))
    assert ssh_sections(full) == {Section.CONFIG}
    old = device(capabilities=Capabilities(snmp=True, ghn_snmp=False, ssh=True))
    assert Section.ENDPOINTS in ssh_sections(old)
    mute = device(capabilities=Capabilities(snmp=False, ssh=True))
    assert ssh_sections(mute) == ALL_SECTIONS
    watched = device(address=Address("192.0.2.1", ssh_port=None))
    assert ssh_sections(watched) == frozenset()


def test_merging_replaces_only_what_was_read() -> None:
    old = Snapshot(
        identity=Identity(model="GAM-12-C"), health=Health(uptime_s=5), provenance=read_at(0)
    )
    new = Snapshot(health=Health(uptime_s=9), provenance=read_at(60, [Section.HEALTH]))
    merged = merge(old, new, {Section.HEALTH})
    assert merged.identity.model == "GAM-12-C"
    assert merged.health.uptime_s == 9
    assert merged.provenance[Section.HEALTH].read_at == NOON + timedelta(seconds=60)
    assert merged.provenance[Section.IDENTITY].read_at == NOON


def test_a_refused_login_rests_long_and_other_failures_ever_longer() -> None:
    clock = FrozenClock()
    holds = SshHolds(clock, refused_s=3_600, first_s=60, max_s=600)
    holds.failed("gam-1", DeviceUnreachable("silent"))
    clock.advance(60)
    assert holds.active("gam-1") is None
    holds.failed("gam-1", DeviceUnreachable("silent"))
    clock.advance(60)
    assert holds.active("gam-1") is not None
    holds.failed("gam-1", LoginRefused("refused"))
    clock.advance(3_599)
    hold = holds.active("gam-1")
    assert hold is not None
    assert hold.sentence == "refused"
    clock.advance(1)
    assert holds.active("gam-1") is None
    holds.clear("gam-1")
    assert holds.failed("gam-1", DeviceUnreachable("silent")).failures == 1
