"""Which fields an edit changes."""

from __future__ import annotations

import pytest

from positron_tui.cli.commands.subscriber_edit import wanted_fields
from positron_tui.cli.grammar import parse
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.errors import UsageError
from positron_tui.domain.subscribers import Poe


def _wanted(line: str) -> dict[str, object]:
    return wanted_fields(parse(["subscriber", "edit", "smith", *line.split()]))


def test_only_what_was_given_is_changed() -> None:
    assert _wanted("--vlan 101") == {"vlan": 101}
    assert _wanted("--unthrottled --poe force") == {"plan": None, "poe": Poe.FORCE}
    assert _wanted("--untagged --no-trunk --allow none") == {
        "tagged": False,
        "trunk": False,
        "allowed_vlans": (),
    }
    with pytest.raises(UsageError, match="nothing to change"):
        _wanted("--dry-run")


def test_double_tags_come_and_go_with_the_outer_vlan() -> None:
    assert _wanted("--outer-vlan 900") == {"double_tag": True, "outer_vlan": 900}
    assert _wanted("--outer-vlan none") == {"double_tag": False, "outer_vlan": None}


def test_every_field_is_one_of_the_edit() -> None:
    line = (
        "--name n --vlan 3 --tagged --remap 4 --port2-vlan 5 --allow 6 --trunk --outer-vlan 7 "
        "--uplink 10G1/1 --plan P --poe enable --description d"
    )
    wanted = _wanted(line)
    assert EditSubscriber("smith", **wanted) == EditSubscriber(  # type: ignore[arg-type]
        "smith",
        new_name="n",
        description="d",
        vlan=3,
        tagged=True,
        remapped_vlan=4,
        port2_vlan=5,
        allowed_vlans=(6,),
        trunk=True,
        double_tag=True,
        outer_vlan=7,
        uplink="10G 1/1",
        plan="P",
        poe=Poe.ENABLE,
    )
