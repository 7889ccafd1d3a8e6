"""Several edits of one unit planned as one, without those that break a rule."""

from __future__ import annotations

from positron_tui.cli.several import _Combined
from positron_tui.domain.edits import Edit, EditContext, Outcome
from positron_tui.domain.edits_plant import PutProfile, SetPort
from positron_tui.domain.edits_subscribers import RemoveSubscriber
from positron_tui.domain.running_config import RunningConfig
from positron_tui.services.actions import ActionEdit

CONTEXT = EditContext("gam-1", ghn_ports=4)


def _item(edit: Edit, device: str = "gam-1") -> ActionEdit:
    return ActionEdit(
        device, edit.kind, edit.subject, lambda config, context: edit.outcome(config, context)
    )


def _strict(edit: Edit) -> ActionEdit:
    made = ActionEdit.of("gam-1", edit)
    return ActionEdit(made.device, made.kind, made.subject, made.apply)


def test_edits_of_one_unit_follow_one_another() -> None:
    combined = _Combined(
        "gam-1",
        [
            _item(SetPort("G.hn 1/1", name="first")),
            _item(SetPort("G.hn 1/2", name="elsewhere"), "gam-2"),
            _item(SetPort("G.hn 1/1", enabled=False)),
            _strict(RemoveSubscriber("nobody")),
            _strict(PutProfile("100M", 106, 106)),
        ],
    )
    edit = combined.edit()
    assert (edit.device, edit.subject) == ("gam-1", "4 items")
    result = edit.apply(RunningConfig(), CONTEXT)
    assert isinstance(result, Outcome)
    assert [(one.number, one.name, one.shutdown) for one in result.config.ports] == [
        (1, "first", True)
    ]
    assert [one.name for one in result.config.profiles] == ["100M"]
    assert list(combined.refused) == [2]
    assert "nobody" in str(combined.refused[2])


def test_planning_again_forgets_earlier_refusals() -> None:
    combined = _Combined("gam-1", [_strict(RemoveSubscriber("smith"))])
    edit = combined.edit()
    assert edit.subject == "smith"
    edit.apply(RunningConfig(), CONTEXT)
    assert combined.refused
    there = RunningConfig(subscribers=())
    combined.items = []
    edit.apply(there, CONTEXT)
    assert not combined.refused
