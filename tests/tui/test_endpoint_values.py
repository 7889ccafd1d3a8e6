"""The form of an endpoint: what is wrong, and the edit it asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from positron_tui.domain.edits import KEEP
from positron_tui.domain.edits_endpoints import AddEndpoint, EditEndpoint
from positron_tui.tui.screens import endpoint_values as values
from tests.tui import sample

KNOWN = sample.coax_endpoints()
NEW = values.EndpointDraft("000e.d822.0099", "shelf", values.WHERE_SEEN, "", values.NO)


def test_a_new_endpoint_in_any_spelling() -> None:
    assert values.problems(NEW, KNOWN, None) == {}
    assert values.to_new(NEW) == AddEndpoint(sample.UNKNOWN_MAC, "shelf")
    bound = replace(NEW, port="G.hn 1/4", management=values.YES, description="spare")
    assert values.to_new(bound) == AddEndpoint(
        sample.UNKNOWN_MAC, "shelf", "G.hn 1/4", description="spare", allow_management=True
    )
    assert values.to_new(replace(NEW, port=values.AUTO)).auto_port


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("mac", "nonsense", "is not a MAC address"),
        ("mac", sample.FREE_MAC, "is configured already"),
        ("name", "apt-101", "named apt-101 already"),
        ("name", 'a"b', "cannot take"),
        ("description", "x" * 64, "64 characters"),
    ],
)
def test_what_is_wrong_stands_by_its_field(field: str, value: str, said: str) -> None:
    found = values.problems(replace(NEW, **{field: value}), KNOWN, None)
    assert said in found[field]
    assert set(found) == {field}


def test_an_edit_asks_for_what_was_changed_and_nothing_else() -> None:
    held = KNOWN[0]
    start = values.draft_of(held)
    assert values.problems(start, KNOWN, held) == {}
    assert values.to_edit(start, start) == EditEndpoint(held.mac)
    assert values.binding(start) == (None, False, False)
    edit = values.to_edit(replace(start, name="new", management=values.NO), start)
    assert (edit.name, edit.description, edit.allow_management) == ("new", KEEP, False)


@pytest.mark.parametrize(
    ("port", "binding"),
    [
        ("G.hn 1/4", ("G.hn 1/4", False, False)),
        (values.AUTO, (None, True, False)),
        (values.NOWHERE, (None, False, True)),
    ],
)
def test_an_endpoint_is_bound_elsewhere(port: str, binding: tuple[str | None, bool, bool]) -> None:
    assert values.binding(replace(NEW, port=port)) == binding


def test_only_g_hn_ports_are_offered() -> None:
    offered = values.port_options(sample.coax_ports(), KNOWN[0])
    assert [one.key for one in offered[:2]] == [values.AS_IS, "G.hn 1/1"]
    assert not any(one.key.startswith(("10G", "Gi")) for one in offered)
    assert offered[-1].key == values.NOWHERE
    assert values.port_options((), None)[-1].key == values.AUTO
