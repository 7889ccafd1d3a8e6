"""A small unit with services, and short words for the tests of edits."""

from __future__ import annotations

from dataclasses import replace

from positron_tui.domain.devices import Line, SubscriberModel
from positron_tui.domain.edits import Edit, EditContext
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.planner import plan
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Profile, Subscriber

SMITHS, JONESES, FREE, SEEN, UNKNOWN = (f"00:0e:d8:00:00:0{number}" for number in range(1, 6))
CONFIG = RunningConfig(
    ports=(PortConfig(1, "riser A"),),
    endpoints=(
        EndpointConfig(1, "Smith", SMITHS, port="G.hn 1/1"),
        EndpointConfig(2, "Jones", JONESES, port="G.hn 1/2"),
        EndpointConfig(4, "spare", FREE, port="G.hn 1/3"),
    ),
    profiles=(
        Profile(1, "Default BW Profile", 10, 10),
        Profile(2, "100M", 106, 106),
        Profile(3, "garden", 10, 10),
    ),
    subscribers=(
        Subscriber(1, "Smith", endpoint_id=1, endpoint_mac=SMITHS, vlan=100, profile_id=2),
        Subscriber(
            3,
            "Jones",
            endpoint_id=2,
            endpoint_mac=JONESES,
            vlan=101,
            tagged=True,
            port2_vlan=201,
            allowed_vlans=(300, 301),
            profile_id=2,
        ),
    ),
    management_vlans=frozenset({4093}),
    uplink_vlans={"10G 1/1": ((3, 4094),), "10G 1/2": ((3, 99),)},
)
CONTEXT = EditContext(
    "gam-01",
    Line.COAX,
    SubscriberModel.ENDPOINT_AWARE,
    (
        Endpoint(SMITHS, 1, detected_port="G.hn 1/1", state=EndpointState.OK, model="G1001-C"),
        Endpoint(JONESES, 2, detected_port="G.hn 1/2", state=EndpointState.OK, model="G1000-C"),
        Endpoint(FREE, 4, detected_port="G.hn 1/3", state=EndpointState.OK, model="G1001-C"),
        Endpoint(
            SEEN,
            detected_port="G.hn 1/4",
            state=EndpointState.QUARANTINED_UNKNOWN_MAC,
            model="G1000-C",
        ),
    ),
    ghn_ports=4,
)
PORT_AWARE = replace(CONTEXT, line=Line.COPPER, subscriber_model=SubscriberModel.PORT_AWARE)
FLOATING = replace(
    CONFIG,
    endpoints=(),
    subscribers=(Subscriber(1, "Smith", port="G.hn 1/1", vlan=100, profile_id=2),),
)


def done(
    edit: Edit, config: RunningConfig = CONFIG, context: EditContext = CONTEXT
) -> RunningConfig:
    """Return what an edit gives; it must not be refused."""
    outcome = edit.outcome(config, context)
    assert outcome.findings == ()
    return outcome.config


def refused(
    edit: Edit, config: RunningConfig = CONFIG, context: EditContext = CONTEXT
) -> dict[str, str]:
    """Return the findings of an edit that must be refused, by field."""
    outcome = edit.outcome(config, context)
    assert outcome.config is config
    assert outcome.findings
    return {finding.field: finding.text for finding in outcome.findings}


def sub(config: RunningConfig, name: str) -> Subscriber:
    found = config.subscriber_by_name(name)
    assert found is not None
    return found


def commands(edit: Edit) -> list[str]:
    return [step.command for step in plan(CONFIG, done(edit), jsonrpc=True)]


def request(**fields: object) -> SubscriberRequest:
    base = SubscriberRequest(name="Doe", device="gam-01", vlan=102, endpoint_mac=FREE)
    return replace(base, **fields)  # type: ignore[arg-type]
