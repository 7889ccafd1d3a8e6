"""Subscribers as CSV: every field out and in again, every bad line told before anything is done."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from positron_tui.domain.bulk import BulkState
from positron_tui.domain.plans import Plan
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.domain.subscribers import Poe
from positron_tui.services.transfer import COLUMNS, parse_import
from positron_tui.services.transfer_csv import ExportRow, write_csv
from positron_tui.simulator.server import SimServer
from tests.services.changing import NAME, adding, at, free_endpoint, free_one, texts
from tests.services.conftest import StartUnit
from tests.services.operating import done, first_service, sim_subscriber

_WORDS = st.text("abcXYZ 019_.-/#(),;\"'", min_size=1, max_size=12).map(str.strip).filter(bool)
_VLANS = st.integers(1, 4_095)
_REQUESTS = st.builds(
    SubscriberRequest,
    name=_WORDS,
    device=_WORDS,
    vlan=_VLANS,
    endpoint_mac=st.none() | st.just("00:0e:d8:1c:95:08"),
    port=st.none() | st.sampled_from(["G.hn 1/1", "G.hn 1/24"]),
    plan=st.none() | st.sampled_from(["100M", "Gold, 300"]),
    tagged=st.booleans(),
    remapped_vlan=st.none() | _VLANS,
    port2_vlan=st.none() | _VLANS,
    allowed_vlans=st.sets(_VLANS, max_size=12).map(lambda found: tuple(sorted(found))),
    poe=st.none() | st.sampled_from(Poe),
    description=st.none() | _WORDS,
    trunk=st.booleans(),
    double_tag=st.booleans(),
    outer_vlan=st.none() | _VLANS,
    uplink=st.none() | st.sampled_from(["10G 1/1", "10G 1/2"]),
)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.lists(_REQUESTS, max_size=5, unique_by=lambda one: (one.device, one.name)))
def test_what_is_written_is_read_back(requests: list[SubscriberRequest]) -> None:
    parsed = parse_import(write_csv(ExportRow(one) for one in requests))
    assert parsed.problems == ()
    assert [row.request for row in parsed.rows] == requests
    assert [row.line for row in parsed.rows] == list(range(2, len(requests) + 2))


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.text(max_size=200))
def test_any_text_is_read_or_told(text: str) -> None:
    parsed = parse_import(text)
    assert parsed.problems or not parsed.rows
    assert all(problem.text.endswith((".", ";")) for problem in parsed.problems)


def test_every_bad_line_is_told_with_its_number() -> None:
    text = "\n".join(
        [
            "name;device;vlan;tagged;endpoint;poe;allow",
            "good;u1;100;yes;000E-D81C-9508;force;10,20-22",
            ";u1;100;;;;",
            "",
            "flag;u1;100;perhaps;;;",
            "vlan;u1;lots;;;;",
            "mac;u1;100;;00:0e;;",
            "two;u1;70000;;;maybe;5-",
            "short;u1",
            "good;u1;101;;;;",
        ]
    )
    parsed = parse_import(text)
    assert [(one.line, one.field) for one in parsed.problems] == [
        (3, "name"),
        (5, "tagged"),
        (6, "vlan"),
        (7, "endpoint"),
        (8, "vlan"),
        (8, "poe"),
        (8, "allow"),
        (9, ""),
        (10, "name"),
    ]
    assert "is on line 2 already" in parsed.problems[-1].text
    good = parsed.rows[0].request
    assert (good.endpoint_mac, good.tagged, good.poe) == ("00:0e:d8:1c:95:08", True, Poe.FORCE)
    assert good.allowed_vlans == (10, 20, 21, 22)
    assert parsed.rows[0].given == {"name", "device", "vlan", "tagged", "endpoint", "poe", "allow"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The file is empty"),
        ("name,vlan\n", "no column 'device'"),
        ("device,name,vlan,colour\n", "There is no column 'colour'"),
        ("device,name,vlan,vlan\n", "more than once"),
        ('device,name,vlan\n"a,b', "is not CSV"),
    ],
)
def test_a_file_that_is_none_is_told(text: str, words: str) -> None:
    assert words in " ".join(one.text for one in parse_import(text).problems)


@pytest.fixture
async def server(start_unit: StartUnit) -> SimServer:
    server = await start_unit()
    free_one(server.device)
    return server


async def test_an_export_has_all_fields_and_changes_nothing_when_imported(
    tmp_path: Path, server: SimServer
) -> None:
    garden: dict[str, object] = {"provisioning.walled_garden_vlan": 999}
    async with at(tmp_path, server, jsonrpc=True, **garden) as services:
        request = adding(services, double_tag=True, outer_vlan=400, description="4th").request
        await done(services, await services.actions.subscriber_add(request))
        text = await services.transfer.export_csv()
        rows = list(csv.DictReader(io.StringIO(text)))
        assert tuple(rows[0]) == COLUMNS
        assert len(rows) == len(server.device.running.subscribers)
        row = next(one for one in rows if one["name"] == NAME)
        assert (row["vlan"], row["description"], row["endpoint"]) == (
            "1234",
            "4th",
            request.endpoint_mac,
        )
        before = texts(server.device)
        checked = await services.transfer.check_import(parse_import(text))
        assert checked.problems == ()
        assert (row["double_tag"], row["outer_vlan"]) == ("yes", "400")
        assert checked.unchanged == len(rows)
        suspended = first_service(services).name
        vlan = sim_subscriber(server.device, suspended).vlan
        assert texts(server.device) == before
        await done(services, await services.actions.subscriber_suspend("riser", suspended))
        text = await services.transfer.export_csv("riser")
        rows = list(csv.DictReader(io.StringIO(text)))
        row = next(one for one in rows if one["name"] == suspended)
        assert (row["suspended"], row["vlan"]) == ("yes", str(vlan))
        checked = await services.transfer.check_import(parse_import(text))
        assert checked.problems == ()
        assert checked.unchanged == len(rows)


async def test_an_import_is_checked_against_the_fleet_and_run_in_bulk(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        await services.plans.add(Plan("Gold", 300, 100))
        own, mac = first_service(services), free_endpoint(services).mac
        vlan = sim_subscriber(server.device, own.name).vlan
        text = "\n".join(
            [
                "device,name,vlan,plan,endpoint,description",
                f"riser,{NAME},1234,Gold,{mac},new",
                f"riser,{own.name},1300,Gold,,changed",
            ]
        )
        checked = await services.transfer.check_import(parse_import(text))
        assert checked.problems == ()
        assert (checked.adds, checked.edits, checked.unchanged) == (1, 1, 0)
        report = await services.bulk.run(checked.items)
        assert report.state is BulkState.FINISHED, report.sentence
        assert report.sentence == "2 of 2 items are verified."
        assert sim_subscriber(server.device, NAME).description == "new"
        assert sim_subscriber(server.device, own.name).vlan == 1_300 != vlan
        again = await services.transfer.check_import(parse_import(text))
        assert (again.items, again.unchanged) == ((), 2)


async def test_a_dry_run_tells_every_line_that_the_fleet_refuses(
    tmp_path: Path, server: SimServer
) -> None:
    before = texts(server.device)
    async with at(tmp_path, server) as services:
        own, mac = first_service(services), free_endpoint(services).mac
        text = "\n".join(
            [
                "device,name,vlan,plan,endpoint,port",
                f"riser,first,1234,,{mac},",
                f"riser,second,1235,,{mac},",
                "nowhere,third,1236,,,G.hn 1/1",
                f"riser,fourth,2,Silver,{mac},",
                f"riser,{own.name},1300,,{mac},",
                f"riser,{own.name} x,1300,,{own.endpoint_mac},",
            ]
        )
        checked = await services.transfer.check_import(parse_import(text))
        found = {(one.line, one.field) for one in checked.problems}
        assert {(3, "endpoint"), (4, "device"), (5, "vlan"), (5, "plan"), (6, "endpoint")} <= found
        assert (7, "endpoint") in found
        assert [line for line, _ in sorted(found)] == sorted(one.line for one in checked.problems)
        assert "swap or move it there first" in next(
            one.text for one in checked.problems if one.line == 6
        )
        assert checked.adds == 1
        assert await services.changes.list() == ()
    assert texts(server.device) == before


async def test_empty_cells_leave_what_is_there_and_words_take_it_away(
    tmp_path: Path, server: SimServer
) -> None:
    async with at(tmp_path, server) as services:
        name = first_service(services).name
        own = sim_subscriber(server.device, name)
        held = replace(
            own, remapped_vlan=1_500, allowed_vlans=[20], double_tag=True, outer_vlan=400
        )
        server.device.set_subscriber(held)
        head = "device,name,vlan,remap,allow,double_tag,outer_vlan,plan,tagged\n"
        kept = parse_import(f"{head}riser,{name},{own.vlan},,,,,,\n")
        assert (await services.transfer.check_import(kept)).unchanged == 1
        gone = parse_import(f"{head}riser,{name},{own.vlan},none,none,no,,unthrottled,yes\n")
        checked = await services.transfer.check_import(gone)
        await services.bulk.run(checked.items)
        service = sim_subscriber(server.device, name)
        assert (service.remapped_vlan, service.allowed_vlans) == (0, [])
        assert (service.double_tag, service.outer_vlan) == (False, 0)
        assert (service.profile_id, service.tagged) == (0, True)


async def test_a_suspended_service_is_not_edited_by_an_import(
    tmp_path: Path, server: SimServer
) -> None:
    garden: dict[str, object] = {"provisioning.walled_garden_vlan": 999}
    async with at(tmp_path, server, jsonrpc=True, **garden) as services:
        name = first_service(services).name
        own = sim_subscriber(server.device, name)
        server.device.set_subscriber(replace(own, description="x"))
        await done(services, await services.actions.subscriber_suspend("riser", name))
        checked = await services.transfer.check_import(
            parse_import(f"device,name,vlan\nriser,{name},1300\n")
        )
        (problem,) = checked.problems
        assert "is suspended" in problem.text
        # What it gets back anyway is no change of it, and all else may be changed.
        checked = await services.transfer.check_import(
            parse_import(f"device,name,vlan,description\nriser,{name},{own.vlan},4th\n")
        )
        assert (checked.problems, checked.edits) == ((), 1)
        await done(services, checked.items[0])
        held = sim_subscriber(server.device, name)
        assert (held.vlan, held.description) == (999, "4th")
