"""A device view with something of everything, and one of which nothing is known."""

from __future__ import annotations

from datetime import UTC, datetime

from positron_tui.domain.devices import (
    Address,
    Alarm,
    Capabilities,
    Device,
    Fan,
    Firmware,
    Health,
    Identity,
    Line,
    PowerSupply,
    Snapshot,
    Temperature,
)
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.polling import PollState
from positron_tui.domain.ports import Admin, Oper, Port, PortCounters, PortKind, PortMode
from positron_tui.domain.readings import Source
from positron_tui.domain.subscribers import Poe, Profile, Subscriber
from positron_tui.services.views import DeviceView

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MAC_A = "00:0e:d8:1c:00:01"
MAC_B = "00:0e:d8:1c:00:02"

ENDPOINT_A = Endpoint(
    mac=MAC_A,
    endpoint_id=1,
    name="Birch 12 apt 1",
    configured_port="G.hn 1/4",
    detected_port="G.hn 1/4",
    state=EndpointState.OK,
    model="G1001-C",
    serial="0123",
    firmware="1.8.2",
    firmware_mismatch=False,
    down_phy_mbps=900,
    up_phy_mbps=880,
    down_max_mbps=700,
    up_max_mbps=690,
    uptime_s=3600,
)
ENDPOINT_B = Endpoint(
    mac=MAC_B, detected_port="G.hn 1/4", state=EndpointState.QUARANTINED_UNKNOWN_MAC
)
SUBSCRIBER = Subscriber(
    subscriber_id=1,
    name="smith",
    endpoint_id=1,
    endpoint_mac=MAC_A,
    vlan=101,
    tagged=False,
    allowed_vlans=(301, 302),
    double_tag=False,
    profile_id=2,
    poe=Poe.DISABLE,
    source=Source.CLI,
)
GHN_PORT = Port(
    name="G.hn 1/4",
    if_index=1_000_004,
    kind=PortKind.GHN,
    number=4,
    admin=Admin.UP,
    oper=Oper.UP,
    speed_mbps=1000,
    mode=PortMode.COAX,
    mac="00:0e:d8:13:00:04",
    label="riser 4",
    counters=PortCounters(in_octets=10, out_octets=0, in_errors=1, out_errors=2),
    endpoint_macs=(MAC_A, MAC_B),
)
UPLINK = Port(name="10G 1/1", if_index=1_000_013, kind=PortKind.UPLINK, number=1)


def full_view() -> DeviceView:
    """Return a coax unit with two ports, two endpoints and one subscriber."""
    return DeviceView(
        Device(
            name="gam-1",
            address=Address(host="192.0.2.7"),
            site="Birch Court",
            capabilities=Capabilities(snmp=True, ghn_snmp=True, ssh=True, firmware="1.8.2"),
        ),
        Snapshot(
            identity=Identity(
                model="GAM-12-C",
                line=Line.COAX,
                serial="01012000",
                firmware=Firmware("1.8.2", "1.7.0"),
                sys_name="gam-1",
            ),
            health=Health(
                uptime_s=90_061,
                cpu_percent=12,
                temperatures=(Temperature("board", 41.5),),
                fans=(Fan(1, 5200),),
                power_supplies=(PowerSupply("A", "active"),),
            ),
            ports=(GHN_PORT, UPLINK),
            endpoints=(ENDPOINT_A, ENDPOINT_B),
            profiles=(Profile(2, "100M", 118, 118),),
            subscribers=(SUBSCRIBER,),
            alarms=(Alarm("CPE-2", "quarantined", "mn"),),
        ),
        PollState(last_poll_at=NOW, last_good_at=NOW, reachable=True, duration_s=0.4),
    )


def empty_view() -> DeviceView:
    """Return a unit that was added and never read."""
    return DeviceView(Device(name="gam-2", address=Address(host="192.0.2.8")))
