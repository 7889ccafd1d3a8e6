"""What the subscriber editor offers, from the last readings."""

from __future__ import annotations

from datetime import UTC, datetime

from positron_tui.domain.devices import Address, Device, Provenance, Section, Snapshot
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.readings import Source
from positron_tui.domain.subscribers import Subscriber
from positron_tui.services.editor import editor_choices
from positron_tui.services.views import DeviceView

READ = {Section.CONFIG: Provenance(Source.CLI, datetime(2026, 3, 2, tzinfo=UTC))}


def test_the_vlan_that_is_offered_is_neither_used_nor_for_management() -> None:
    snapshot = Snapshot(
        subscribers=(Subscriber(1, "Smith", vlan=101),),
        management_vlans=(100,),
        provenance=READ,
    )
    view = DeviceView(Device("gam-01", Address("192.0.2.1")), snapshot)
    assert editor_choices(view, console_read_only=False).next_free_vlan == 102


def test_no_vlan_is_offered_before_the_configuration_was_read() -> None:
    view = DeviceView(Device("gam-01", Address("192.0.2.1")))
    choices = editor_choices(view, console_read_only=False)
    assert choices.next_free_vlan is None
    assert any("never read" in hint for hint in choices.hints)


def test_endpoints_without_a_service_come_first_where_they_are_seen() -> None:
    snapshot = Snapshot(
        endpoints=(
            Endpoint("00:0e:d8:00:00:01", 1, configured_port="G.hn 1/1"),
            Endpoint("00:0e:d8:00:00:02", 2, detected_port="G.hn 1/2"),
            Endpoint("00:0e:d8:00:00:03", 3, detected_port="G.hn 1/1", subscriber="Smith"),
        ),
        subscribers=(Subscriber(1, "Smith", endpoint_id=3),),
        provenance=READ,
    )
    view = DeviceView(Device("gam-01", Address("192.0.2.1")), snapshot)
    free = editor_choices(view, console_read_only=True).free_endpoints
    assert [one.mac for one in free] == ["00:0e:d8:00:00:02", "00:0e:d8:00:00:01"]
