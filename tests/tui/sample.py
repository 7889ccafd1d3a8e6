"""A small fleet of domain objects that never changes: what the pictures of the screens show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from positron_tui.domain.changes import Change, ChangeState, StepState
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
    Provenance,
    Section,
    Snapshot,
    SubscriberModel,
    Temperature,
)
from positron_tui.domain.edits import EditContext
from positron_tui.domain.edits_subscribers import AddSubscriber
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.polling import PollState
from positron_tui.domain.ports import (
    PORT_INDEX_BASE,
    Admin,
    Oper,
    Port,
    PortCounters,
    PortKind,
    PortMode,
    port_name,
)
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.domain.readings import Source
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.subscribers import Profile, Subscriber
from positron_tui.services.activity import Outcome
from positron_tui.services.basis import FreshReading, planned
from positron_tui.services.bulk import BulkItem, BulkReport, BulkState, ItemState
from positron_tui.services.prepared import DeviceEdit, PreparedChange
from positron_tui.services.views import DeviceView, PortRate

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
READ_AT = NOW - timedelta(seconds=12)
UNKNOWN_MAC = "00:0e:d8:22:00:99"
FREE_MAC = "00:0e:d8:22:00:05"
_PLANS = (
    Profile(1, "Default BW Profile", 10, 10),
    Profile(2, "Home 100", 100, 20),
    Profile(3, "Home 500", 500, 100),
)


def mac(number: int) -> str:
    return f"00:0e:d8:22:00:{number:02x}"


def port(kind: PortKind, number: int, index: int, **values: object) -> Port:
    base = Port(
        port_name(kind, number),
        PORT_INDEX_BASE + index,
        kind,
        number,
        admin=Admin.UP,
        oper=Oper.UP,
        counters=PortCounters(123_456_789_000, 9_876_543_210, 0, 0),
    )
    return replace(base, **values)  # type: ignore[arg-type]


def coax_ports() -> tuple[Port, ...]:
    ghn = [
        port(
            PortKind.GHN,
            number,
            number,
            mode=PortMode.COAX,
            speed_mbps=1700,
            oper=Oper.UP if number <= 4 else Oper.DOWN,
            label={1: "Riser A", 2: "Riser B"}.get(number),
        )
        for number in range(1, 13)
    ]
    ghn[11] = replace(ghn[11], admin=Admin.DOWN)
    return (
        *ghn,
        port(PortKind.UPLINK, 1, 13, speed_mbps=10_000),
        port(PortKind.UPLINK, 2, 14, oper=Oper.DOWN, speed_mbps=10_000),
        port(PortKind.MGMT, 1, 15, oper=Oper.DOWN),
    )


def endpoint(number: int, port_number: int, **values: object) -> Endpoint:
    name = port_name(PortKind.GHN, port_number)
    base = Endpoint(
        mac=mac(number),
        endpoint_id=number,
        name=f"apt-{100 + number}",
        configured_port=name,
        detected_port=name,
        auto_port=False,
        state=EndpointState.OK,
        model="G1001-C",
        serial=f"0102{number:04d}",
        firmware="G1001C_positron_19589",
        firmware_mismatch=False,
        down_phy_mbps=860 + number,
        up_phy_mbps=820 + number,
        down_max_mbps=610,
        up_max_mbps=590,
        uptime_s=86_400 * number + 7_200,
        ethernet_up=True,
        ethernet_mbps=1000,
        source=Source.SNMP,
    )
    return replace(base, **values)  # type: ignore[arg-type]


def coax_endpoints() -> tuple[Endpoint, ...]:
    gone = {
        "detected_port": None,
        "down_phy_mbps": None,
        "up_phy_mbps": None,
        "down_max_mbps": None,
        "up_max_mbps": None,
        "uptime_s": None,
        "ethernet_up": None,
    }
    return (
        endpoint(1, 1),
        endpoint(2, 1),
        endpoint(3, 1, down_phy_mbps=900, up_phy_mbps=580),
        endpoint(4, 2),
        endpoint(5, 2),
        endpoint(6, 3, detected_port="G.hn 1/4", state=EndpointState.QUARANTINED_WRONG_PORT),
        endpoint(7, 4, state=EndpointState.NOT_DETECTED, **gone),
        replace(
            endpoint(0x99, 2, state=EndpointState.QUARANTINED_UNKNOWN_MAC),
            endpoint_id=None,
            name=None,
            configured_port=None,
        ),
    )


def subscriber(number: int, name: str, plan: int = 2) -> Subscriber:
    return Subscriber(
        number,
        name,
        description=f"Flat {100 + number}",
        endpoint_id=number,
        endpoint_mac=mac(number),
        vlan=100 + number,
        tagged=False,
        allowed_vlans=(),
        trunk=False,
        double_tag=False,
        profile_id=plan,
        source=Source.CLI,
    )


def sections(source: Source = Source.SNMP) -> dict[Section, Provenance]:
    kept = {section: Provenance(source, READ_AT) for section in Section}
    kept[Section.CONFIG] = Provenance(Source.CLI, READ_AT)
    return kept


def coax_view() -> DeviceView:
    """gam-01: 12 coax ports, two quarantined endpoints, a missing one, one without a service."""
    return DeviceView(
        Device(
            "gam-01",
            Address("192.0.2.11"),
            site="North",
            capabilities=Capabilities(True, True, True, True, False, False, "1.5.4"),
            host_key="ssh-rsa AAAA",
            host_key_fingerprint="SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEFG",
        ),
        Snapshot(
            identity=Identity(
                "GAM-12-C",
                Line.COAX,
                "01012973",
                "00:0e:d8:1c:95:08",
                Firmware("1.5.4", "1.5.1"),
                "gam-01",
                location="Basement",
                subscriber_model=SubscriberModel.ENDPOINT_AWARE,
            ),
            health=Health(
                3 * 86_400 + 7_260,
                14,
                (Temperature("Board", 41.0), Temperature("CPU", 56.0)),
                (Fan(1, 5_340), Fan(2, 5_280)),
                (PowerSupply("A", "active"), PowerSupply("B", "not_present")),
            ),
            ports=coax_ports(),
            endpoints=coax_endpoints(),
            profiles=_PLANS,
            subscribers=(
                subscriber(1, "smith"),
                subscriber(2, "jones", 3),
                subscriber(3, "garcia"),
                subscriber(7, "o-brien"),
            ),
            alarms=(Alarm("apt-107", "los", "mn", True, NOW - timedelta(hours=2)),),
            provenance=sections(),
        ),
        PollState(READ_AT, READ_AT, True, duration_s=0.8),
        {
            PORT_INDEX_BASE + 1: PortRate(312.4, 18.2, 60),
            PORT_INDEX_BASE + 2: PortRate(4.1, 0.3, 60),
        },
    )


def copper_view() -> DeviceView:
    """gam-02: a copper unit that complains."""
    ports = tuple(
        port(PortKind.GHN, number, number, mode=PortMode.MIMO, speed_mbps=1700)
        for number in range(1, 5)
    )
    one = replace(
        endpoint(33, 1), model="G2002-M", wire_length_m=142, down_phy_mbps=1100, up_phy_mbps=400
    )
    return DeviceView(
        Device("gam-02", Address("192.0.2.12"), site="North"),
        Snapshot(
            identity=Identity("GAM-4-MX", Line.COPPER, "01020001", firmware=Firmware("1.8.2")),
            ports=ports,
            endpoints=(one,),
            profiles=_PLANS,
            alarms=(Alarm("Fan 1", "fanflt", "mj", False, NOW - timedelta(days=1)),),
            provenance=sections(),
        ),
        PollState(READ_AT, READ_AT, True, duration_s=0.5),
    )


def silent_view() -> DeviceView:
    """gam-03: does not answer since an hour."""
    earlier = NOW - timedelta(hours=1)
    whole = coax_view()
    kept = {section: Provenance(Source.SNMP, earlier) for section in Section}
    return DeviceView(
        Device("gam-03", Address("192.0.2.13"), site="South"),
        replace(whole.snapshot, provenance=kept, alarms=()),
        PollState(READ_AT, earlier, False, "192.0.2.13 does not answer over SNMP (port 161).", 40),
    )


def views() -> tuple[DeviceView, ...]:
    return (coax_view(), copper_view(), silent_view())


LOG = (
    ("terminal length 0", "gam-01", Outcome.OK, ""),
    ("show running-config", "gam-01", Outcome.OK, "Building configuration...\nhostname gam-01"),
    (
        "ghn subscriber 9 name [red]x[/ endpoint 9 vid 3840",
        "gam-01",
        Outcome.FAILED,
        "% Invalid VLAN id\x1b[31m",
    ),
    ("show version", "gam-03", Outcome.TIMEOUT, None),
)


def prepared() -> PreparedChange:
    """A planned subscriber for the endpoint that nobody configured."""
    request = SubscriberRequest(
        name="new-one", device="gam-01", vlan=200, endpoint_mac=UNKNOWN_MAC, plan="Home 100"
    )
    context = EditContext("gam-01", Line.COAX, endpoints=coax_endpoints())
    return planned(
        DeviceEdit.of("gam-01", AddSubscriber(request)),
        FreshReading(RunningConfig(profiles=_PLANS), context, jsonrpc=False),
        actor="tester",
        now=NOW,
    )


def bulk_report() -> BulkReport:
    """A run on four subscribers that stopped at the third."""
    kind = "subscriber.suspend"
    items = (
        BulkItem(0, "gam-01", kind, "smith", state=ItemState.DONE, answer="verified and saved"),
        BulkItem(1, "gam-01", kind, "jones", state=ItemState.DONE, answer="verified and saved"),
        BulkItem(
            2,
            "gam-03",
            kind,
            "garcia",
            state=ItemState.FAILED,
            answer="reverted: % Invalid VLAN id",
        ),
        BulkItem(3, "gam-03", kind, "o-brien"),
    )
    return BulkReport(
        id=3,
        title="Suspend 4",
        state=BulkState.STOPPED,
        actor="tester",
        started_at=NOW - timedelta(minutes=2),
        finished_at=NOW,
        items=items,
        sentence="Stopped at garcia on gam-03: % Invalid VLAN id. 2 of 4 items are verified.",
    )


def verified() -> Change:
    """That change after it was run."""
    change = prepared().change
    steps = tuple(replace(one, state=StepState.ACCEPTED) for one in change.steps)
    return replace(
        change,
        id=12,
        steps=steps,
        state=ChangeState.VERIFIED_SAVED,
        message="new-one on gam-01: done and read back. It is saved.",
    )
