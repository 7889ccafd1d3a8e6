"""What a plan shows before it is confirmed: the exact commands, the fields before and after."""

from __future__ import annotations

import io
import json

from positron_tui.cli.output import Output
from positron_tui.cli.preview import command_lines, field_lines, show_plans, tell_plans
from positron_tui.domain.changes import Change, ChangeStep
from positron_tui.domain.running_config import RunningConfig
from positron_tui.services.prepared import PreparedChange
from tests.cli.samples import NOW

CALL = '{"method":"ghnAgent.config.subscriber.set","params":[1,{"TrunkMode":true}]}'
STEPS = (
    ChangeStep(0, "cli", 'ghn subscriber 1 name "A [b] \x1b[31m"', "rename smith"),
    ChangeStep(1, "jsonrpc", CALL, "carry every VLAN"),
)
CHANGE = Change(
    "gam-1",
    "subscriber.edit",
    "smith",
    STEPS,
    {"name": "smith", "allowed_vlans": [10, 11], "plan": None, "uplink": None},
    {"name": "jones", "allowed_vlans": [], "plan": "100M", "uplink": None},
    "me",
    NOW,
)
PLAN = PreparedChange(CHANGE, ("It is busy.",), RunningConfig(), RunningConfig())


def _out(*, as_json: bool) -> tuple[Output, io.StringIO, io.StringIO]:
    data, talk = io.StringIO(), io.StringIO()
    return Output(as_json=as_json, data=data, talk=talk), data, talk


def test_every_command_stands_whole_on_a_line_of_its_own() -> None:
    lines = command_lines(CHANGE)
    assert lines[0] == "On gam-1:"
    assert lines[1:] == [
        "# rename smith",
        'ghn subscriber 1 name "A [b] ·[31m"',
        "# carry every VLAN (JSON-RPC)",
        CALL,
    ]


def test_without_steps_there_is_nothing_to_do() -> None:
    empty = Change("gam-1", "port.set", "G.hn 1/1", (), {}, {}, "me", NOW)
    assert command_lines(empty) == ["There is nothing to do on gam-1."]


def test_fields_are_shown_as_they_were_and_will_be() -> None:
    lines = field_lines(CHANGE.before, CHANGE.after, 80)
    assert [line.split() for line in lines] == [
        ["FIELD", "BEFORE", "AFTER"],
        ["name", "smith", "jones"],
        ["allowed_vlans", "10,11", "-"],
        ["plan", "unthrottled", "100M"],
    ]
    created = field_lines({"name": None, "plan": None}, {"name": "smith", "plan": "100M"}, 80)
    assert created[-1].split() == ["plan", "-", "100M"]
    assert field_lines({"vlan": None}, {}, 80) == []
    assert [line.split() for line in field_lines({"vlan": 7}, {}, 80)][1:] == [["vlan", "7", "-"]]


def test_a_dry_run_is_data_and_its_warnings_are_talk() -> None:
    out, data, talk = _out(as_json=False)
    show_plans(out, [PLAN], alone=True)
    assert CALL in data.getvalue()
    assert "jones" in data.getvalue()
    assert talk.getvalue() == "Note: It is busy.\n"


def test_the_json_of_a_plan_is_the_change_itself_or_one_of_several() -> None:
    out, data, _ = _out(as_json=True)
    show_plans(out, [PLAN], alone=True)
    alone = json.loads(data.getvalue())
    assert (alone["state"], alone["id"], alone["warnings"]) == ("planned", None, ["It is busy."])
    assert [step["transport"] for step in alone["steps"]] == ["cli", "jsonrpc"]
    out, data, _ = _out(as_json=True)
    show_plans(out, [PLAN, PLAN], alone=True, extra={"adds": 2})
    assert json.loads(data.getvalue()) == {"changes": [alone, alone], "adds": 2}
    out, data, _ = _out(as_json=True)
    show_plans(out, [PLAN], alone=False)
    assert json.loads(data.getvalue()) == {"changes": [alone]}


def test_what_is_to_be_confirmed_goes_to_the_person_and_not_into_the_data() -> None:
    out, data, talk = _out(as_json=True)
    tell_plans(out, [PLAN])
    assert data.getvalue() == ""
    assert CALL in talk.getvalue()
    assert "jones" in talk.getvalue()
