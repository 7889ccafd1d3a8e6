"""Any edits in any order: what they give is legal, can be planned, and can be taken back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from positron_tui.domain.canonical import canonical
from positron_tui.domain.config_model import apply_steps
from positron_tui.domain.devices import Line, SubscriberModel
from positron_tui.domain.edits import KEEP, Edit, EditContext
from positron_tui.domain.edits_endpoints import (
    AddEndpoint,
    EditEndpoint,
    MoveEndpoint,
    RemoveEndpoint,
    SwapEndpoint,
)
from positron_tui.domain.edits_plant import PutProfile, RemoveProfile, SetPort
from positron_tui.domain.edits_subscribers import (
    AddSubscriber,
    EditSubscriber,
    MoveSubscriber,
    RemoveSubscriber,
)
from positron_tui.domain.edits_suspension import (
    ResumeSubscriber,
    SuspendPolicy,
    SuspendSubscriber,
)
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.planner import plan
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.subscribers import Subscriber
from tests.domain.configs import MACS, NAMES, PORTS, VLANS, configs

PROPERTY = settings(max_examples=150, deadline=None, derandomize=True)
NAME, MAC, PORT = st.sampled_from(NAMES), st.sampled_from(MACS), st.sampled_from(PORTS)
VLAN = st.sampled_from((*VLANS, 200, 4094, 2))
PLAN = st.one_of(st.none(), NAME)
FLAG = st.booleans()


def _kept(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(st.just(KEEP), values)


REQUESTS = st.builds(
    SubscriberRequest,
    name=NAME,
    device=st.just("gam-01"),
    vlan=VLAN,
    endpoint_mac=st.one_of(st.none(), MAC),
    port=st.one_of(st.none(), PORT),
    plan=PLAN,
    trunk=FLAG,
)
POLICIES = st.builds(SuspendPolicy, st.one_of(st.none(), VLAN), PLAN, FLAG)
INTENDED = st.builds(
    Subscriber, st.just(0), NAME, vlan=VLAN, profile_id=st.integers(0, 5), trunk=FLAG
)
EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.builds(AddSubscriber, REQUESTS),
    st.builds(
        EditSubscriber,
        NAME,
        new_name=_kept(NAME),
        vlan=_kept(VLAN),
        trunk=_kept(FLAG),
        double_tag=_kept(FLAG),
        outer_vlan=_kept(st.sampled_from((None, 400))),
        plan=_kept(PLAN),
    ),
    st.builds(RemoveSubscriber, NAME, FLAG),
    st.builds(MoveSubscriber, NAME, st.one_of(st.none(), MAC), st.one_of(st.none(), PORT)),
    st.builds(SuspendSubscriber, NAME, POLICIES),
    st.builds(ResumeSubscriber, INTENDED, _kept(PLAN)),
    st.builds(AddEndpoint, MAC, NAME, st.one_of(st.none(), PORT), FLAG),
    st.builds(EditEndpoint, MAC, name=_kept(NAME), allow_management=_kept(FLAG)),
    st.builds(MoveEndpoint, MAC, st.one_of(st.none(), PORT), FLAG),
    st.builds(RemoveEndpoint, MAC, FLAG),
    st.builds(SwapEndpoint, NAME, MAC),
    st.builds(SetPort, PORT, enabled=_kept(FLAG), name=_kept(st.one_of(st.none(), NAME))),
    st.builds(PutProfile, NAME, st.sampled_from((0, 5, 106)), st.sampled_from((0, 106, 2000))),
    st.builds(RemoveProfile, NAME),
)


@PROPERTY
@given(st.data())
def test_whatever_edits_give_can_be_planned_run_and_taken_back(data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(Line))
    port_aware = line is Line.COPPER and data.draw(FLAG)
    before = data.draw(configs(line, port_aware=port_aware))
    model = SubscriberModel.PORT_AWARE if port_aware else SubscriberModel.ENDPOINT_AWARE
    seen = tuple(
        Endpoint(mac, detected_port=data.draw(st.one_of(st.none(), PORT))) for mac in MACS[:4]
    )
    context = EditContext("gam-01", line, model, seen, ghn_ports=12)
    wanted = before
    for edit in data.draw(st.lists(EDITS, min_size=1, max_size=5)):
        assert edit.kind
        assert edit.subject
        wanted = _edited(edit, wanted, context)
    steps = plan(before, wanted, jsonrpc=True)
    assert apply_steps(before, steps, line=line) == canonical(wanted)
    back = plan(wanted, before, jsonrpc=True)
    assert apply_steps(wanted, back, line=line) == before


def _edited(edit: Edit, config: RunningConfig, context: EditContext) -> RunningConfig:
    outcome = edit.outcome(config, context)
    if outcome.findings:
        assert outcome.config is config
        assert all(one.field and one.text.endswith(".") for one in outcome.findings)
    return outcome.config
