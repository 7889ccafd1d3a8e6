"""Plans made of edits: what they touch, whether they still fit, and what they left behind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from positron_tui.domain.changes import ChangeState
from positron_tui.domain.devices import Line
from positron_tui.domain.edits import EditContext
from positron_tui.domain.edits_subscribers import AddSubscriber, EditSubscriber, RemoveSubscriber
from positron_tui.domain.errors import NeedsJsonRpc, ValidationFailed
from positron_tui.domain.matching import changed_since
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Poe, Profile, Subscriber
from positron_tui.domain.touched import put_back, touched
from positron_tui.services.basis import FreshReading, planned, uses_jsonrpc
from positron_tui.services.prepared import DeviceEdit, PreparedChange
from positron_tui.services.settling import Touched, judge, nothing_was_sent
from tests.services.readings import MAC, NOON, OTHER_MAC, running, seen

REQUEST = SubscriberRequest(
    "Smith", "gam-1", 100, endpoint_mac=MAC, plan="100 M", allowed_vlans=(20, 21)
)
ADD = DeviceEdit.of("gam-1", AddSubscriber(REQUEST))
SMITH = Subscriber(4, "Smith", endpoint_id=3, vlan=100, profile_id=2)
HELD = running(endpoints=(EndpointConfig(3, "Smith", MAC, port="G.hn 1/2"),), subscribers=(SMITH,))


def ready(
    basis: RunningConfig,
    edit: DeviceEdit = ADD,
    *,
    jsonrpc: bool = False,
    warnings: tuple[str, ...] = ("by the way",),
) -> PreparedChange:
    context = EditContext("gam-1", Line.COAX, endpoints=(seen(),))
    reading = FreshReading(basis, context, jsonrpc=jsonrpc, warnings=warnings)
    return planned(edit, reading, actor="anna", now=NOON)


def changed(prepared: PreparedChange, now: RunningConfig) -> tuple[str, ...]:
    return changed_since(prepared.basis, prepared.wanted, now)


def touched_of(prepared: PreparedChange) -> Touched:
    return Touched(prepared.basis, prepared.wanted, members=uses_jsonrpc(prepared.change))


def done(prepared: PreparedChange, basis: RunningConfig) -> RunningConfig:
    return put_back(basis, touched(prepared.basis, prepared.wanted), prepared.wanted)


def test_an_unchanged_device_has_no_differences() -> None:
    assert changed(ready(running()), running()) == ()


def test_what_others_do_elsewhere_does_not_matter() -> None:
    now = running(
        endpoints=(EndpointConfig(9, "elsewhere", OTHER_MAC),),
        subscribers=(Subscriber(8, "Jones", endpoint_id=9, vlan=300),),
    )
    assert changed(ready(running()), now) == ()


def test_a_taken_id_is_a_difference() -> None:
    now = running(endpoints=(EndpointConfig(1, "mine", OTHER_MAC, port="G.hn 1/3"),))
    assert changed(ready(running()), now) == (
        "The endpoint with the number 1 was not there and is now 'mine' "
        f"({OTHER_MAC}) on G.hn 1/3.",
    )


@pytest.mark.parametrize(
    ("now", "text"),
    [
        (
            running(subscribers=(Subscriber(9, "Smith", vlan=7),)),
            "The name Smith is now taken by the subscriber with the number 9 "
            "('Smith' with VLAN 7).",
        ),
        (
            running(endpoints=(EndpointConfig(9, "else", MAC),)),
            f"The MAC address {MAC} is now taken by the endpoint with the number 9 "
            f"('else' ({MAC}) on no port).",
        ),
        (
            running(profiles=(Profile(2, "100 M", 10, 106),)),
            "The rate downstream of the profile 100 M is 10 instead of 106.",
        ),
        (
            replace(running(), management_vlans=frozenset({9})),
            "The VLANs that manage the unit are others now.",
        ),
    ],
)
def test_what_a_plan_needs_may_be_taken_by_others(now: RunningConfig, text: str) -> None:
    assert changed(ready(running()), now) == (text,)


def test_a_plan_has_the_fields_before_and_after() -> None:
    prepared = ready(running())
    assert prepared.change.before["vlan"] is None
    assert prepared.change.before["endpoint_mac"] == MAC
    assert prepared.change.before["endpoint_id"] is None
    assert prepared.change.after == {
        "subscriber_id": 1,
        "name": "Smith",
        "endpoint_mac": MAC,
        "endpoint_id": 1,
        "port": "G.hn 1/2",
        "vlan": 100,
        "tagged": False,
        "plan": "100 M",
        "remapped_vlan": None,
        "port2_vlan": None,
        "allowed_vlans": [20, 21],
        "poe": None,
        "description": None,
    }
    assert prepared.places == {MAC: "G.hn 1/2"}
    assert "by the way" in prepared.warnings


def test_an_edit_tells_what_changes_and_nothing_else() -> None:
    prepared = ready(HELD, DeviceEdit.of("gam-1", EditSubscriber("Smith", vlan=200, plan=None)))
    assert prepared.change.before == {"vlan": 100, "plan": "100 M"}
    assert prepared.change.after == {"vlan": 200, "plan": None}
    assert prepared.places == {}
    assert prepared.change.kind == "subscriber.edit"


def test_several_objects_go_by_their_names() -> None:
    def rename(config: RunningConfig, _context: EditContext) -> RunningConfig:
        return replace(
            config,
            ports=(PortConfig(2, "riser"),),
            profiles=(replace(config.profiles[0], up_mbps=53), *config.profiles[1:]),
        )

    basis = replace(HELD, profiles=(Profile(1, "Default BW Profile", 10, 10), *HELD.profiles))
    prepared = ready(basis, DeviceEdit("gam-1", "plant.edit", "the riser", rename))
    assert prepared.change.after == {
        "port 2 number": 2,
        "port 2 name": "riser",
        "port 2 shutdown": False,
        "profile Default BW Profile up_mbps": 53,
    }


def test_a_removal_leaves_nothing_after() -> None:
    prepared = ready(HELD, DeviceEdit.of("gam-1", RemoveSubscriber("Smith")))
    assert prepared.change.before["vlan"] == 100
    assert prepared.change.after["vlan"] is None
    assert prepared.change.after["port"] == "G.hn 1/2"  # the endpoint stays


def test_findings_and_missing_words_are_raised() -> None:
    with pytest.raises(ValidationFailed):
        ready(HELD)
    tags = DeviceEdit.of("gam-1", EditSubscriber("Smith", double_tag=True, outer_vlan=400))
    with pytest.raises(NeedsJsonRpc, match="device edit gam-1 --json-rpc https"):
        ready(HELD, tags, warnings=())
    silent = "The API does not answer."
    with pytest.raises(NeedsJsonRpc, match=silent) as told:
        ready(HELD, tags, warnings=(silent,))
    assert "--json-rpc" not in str(told.value)
    assert uses_jsonrpc(ready(HELD, tags, jsonrpc=True).change)


def test_the_same_again_has_no_steps() -> None:
    prepared = ready(HELD, DeviceEdit.of("gam-1", EditSubscriber("Smith", vlan=100)))
    assert prepared.change.steps == ()
    assert prepared.basis == prepared.wanted


def test_judging_by_what_is_there() -> None:
    prepared = ready(running())
    change, objects = prepared.change, touched_of(prepared)
    now = done(prepared, running())
    assert nothing_was_sent(change)
    assert judge(change, objects, now, True)[0] is ChangeState.VERIFIED_SAVED
    assert judge(change, objects, now, False)[0] is ChangeState.VERIFIED_UNSAVED
    state, text = judge(change, objects, now, None)
    assert state is ChangeState.VERIFIED_UNSAVED
    assert "whether it is saved is not known" in text
    assert judge(change, objects, running(), None)[0] is ChangeState.REVERTED
    half = replace(running(), endpoints=now.endpoints)
    state, text = judge(change, objects, half, True)
    assert state is ChangeState.FAILED
    assert "The subscriber Smith is not there." in text


def test_a_removal_is_judged_as_well() -> None:
    prepared = ready(HELD, DeviceEdit.of("gam-1", RemoveSubscriber("Smith")))
    objects = touched_of(prepared)
    assert objects.missing(HELD) == ("The subscriber Smith is still there.",)
    assert objects.untouched(HELD)
    gone = replace(HELD, subscribers=())
    assert objects.missing(gone) == ()
    # Somebody else has got the number since: the removal took place all the same.
    assert objects.missing(replace(HELD, subscribers=(Subscriber(4, "Jones", vlan=7),))) == ()


def test_saved_is_told_by_what_the_command_line_shows() -> None:
    prepared = ready(running())
    now = done(prepared, running())
    objects = touched_of(prepared)
    assert objects.saved(now, now) is True
    assert objects.saved(now, running()) is False


def test_what_the_command_line_never_shows_says_nothing_about_saving() -> None:
    tags = DeviceEdit.of("gam-1", EditSubscriber("Smith", double_tag=True, outer_vlan=400))
    prepared = ready(HELD, tags, jsonrpc=True)
    objects = touched_of(prepared)
    now = done(prepared, HELD)
    assert objects.saved(HELD, HELD) is None  # a command line without words for tags
    assert objects.saved(now, now) is True
    assert objects.saved(now, HELD) is False
    assert objects.missing(HELD) == (
        "The double tag of the subscriber Smith is off instead of on.",
        "The outer VLAN of the subscriber Smith is none instead of 400.",
    )


def test_no_power_is_said_and_not_left_unknown() -> None:
    powered = replace(SMITH, poe=Poe.ENABLE)
    off = DeviceEdit.of("gam-1", EditSubscriber("Smith", poe=Poe.DISABLE))
    change = ready(replace(HELD, subscribers=(powered,)), off).change
    assert (change.before, change.after) == ({"poe": "enable"}, {"poe": "disable"})
