"""Alarms, health and interfaces."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.domain.devices import Alarm, Fan, Temperature
from positron_tui.domain.errors import UnexpectedReply
from positron_tui.domain.ports import Admin, Oper, PortCounters, PortKind
from positron_tui.gam.parsers import (
    parse_alarms,
    parse_cpu,
    parse_fans,
    parse_interface_statistics,
    parse_interface_status,
    parse_temperatures,
)

HEAD = """\
Sev SvAff Entity     Alarm           Occurrence Date/Time      Description
--- ----- ---------- --------------- ------------------------- -----------
"""
UNSET = (
    "MJ  YES   CPE-2      LOS             1969-12-31T19:01:36-05:00 Endpoint (CPE) loss of signal"
)
MISMATCH = (
    "MN  NO    CPE-6      HWMISMAT        2020-11-23T13:22:17-05:00 "
    "Hardware Mismatch (unknown or unsupported endpoint model)"
)
STATUS = """\
Interface  Mode     Speed   Aneg       Media Type SFP Family   Link    Operational Warnings
---------  -------  ------  ---------  ---------- ----------  -------  --------------------
G.hn 1/1   enabled  2.5Gfdx No         RJ45       None        2.5Gfdx
G.hn 1/2   disabled 2.5Gfdx No         RJ45       None        Down
10G 1/1    enabled  Auto    Yes        SFP        10G         10Gfdx  SFP not qualified
10GigabitEthernet 1/2 enabled Auto Yes SFP None Down
Gi 1/1     enabled  Auto    Yes        RJ45       None        100Mfdx
"""
STATISTICS = """\
G.hn 1/1 Statistics:

Rx Packets:              1000   Tx Packets:              2000
Rx Octets:              70000   Tx Octets:             140000
Rx Errors:                  3   Tx Errors:                  0
Rx Filtered:                  0

Gi 1/1 Statistics:
Rx Octets:                  5
"""


def test_alarms() -> None:
    assert parse_alarms(HEAD + UNSET + "\n" + MISMATCH + "\n") == (
        Alarm("CPE-2", "los", "mj", True, None, "Endpoint (CPE) loss of signal"),
        Alarm(
            "CPE-6",
            "hwmismatch",
            "mn",
            False,
            datetime(2020, 11, 23, 18, 22, 17, tzinfo=UTC),
            "Hardware Mismatch (unknown or unsupported endpoint model)",
        ),
    )


def test_wrapped_descriptions_are_joined() -> None:
    wrapped = "\n".join(MISMATCH[at : at + 80] for at in range(0, len(MISMATCH), 80))
    assert "\n" in wrapped
    assert parse_alarms(HEAD + wrapped) == parse_alarms(HEAD + MISMATCH)
    word = MISMATCH.index("(unknown")
    (alarm,) = parse_alarms(HEAD + MISMATCH[:word] + "\n   " + MISMATCH[word:])
    assert alarm.description == parse_alarms(HEAD + MISMATCH)[0].description


def test_log_line_between_alarms_is_no_description() -> None:
    text = HEAD + MISMATCH + "\n2026-03-02T09:30:00+00:00 Link up on port 3\n" + UNSET
    assert parse_alarms(text) == parse_alarms(HEAD + MISMATCH + "\n" + UNSET)


def test_entities_with_blanks() -> None:
    (alarm,) = parse_alarms(MISMATCH.replace("CPE-6     ", "G.hn 1/12 "))
    assert alarm.entity == "G.hn 1/12"


@pytest.mark.parametrize("text", ["", HEAD, "There are no active alarms."])
def test_no_alarms(text: str) -> None:
    assert parse_alarms(text) == ()


def test_load_is_that_of_the_longest_span() -> None:
    text = "Average load in 100 ms :  36%\n                1 sec  :   9%\n     10 sec  :   4%\n"
    assert parse_cpu(text) == 4
    assert parse_cpu("Average load in 100 ms : 36%") == 36
    assert parse_cpu("100ms:  0%, 1s:  1%, 10 sec:  7%") == 7
    with pytest.raises(UnexpectedReply):
        parse_cpu("% Incomplete command.")


def test_sensors() -> None:
    assert parse_temperatures("CPU:         37.6(C), 99.7(F)\nIntake #1:   -5.0(C), 23.0(F)\n") == (
        Temperature("CPU", 37.6),
        Temperature("Intake #1", -5.0),
    )
    assert parse_fans("Fan #1  7108  ok\nFan #2  0  failed\n") == (Fan(0, 7108), Fan(1, 0))
    assert parse_fans("") == ()


def test_interfaces() -> None:
    ports = parse_interface_status(STATUS)
    assert [(port.name, port.if_index, port.kind) for port in ports] == [
        ("G.hn 1/1", 1_000_001, PortKind.GHN),
        ("G.hn 1/2", 1_000_002, PortKind.GHN),
        ("10G 1/1", 1_000_003, PortKind.UPLINK),
        ("10G 1/2", 1_000_004, PortKind.UPLINK),
        ("Gi 1/1", 1_000_005, PortKind.MGMT),
    ]
    assert [(port.admin, port.oper, port.speed_mbps) for port in ports] == [
        (Admin.UP, Oper.UP, 2_500),
        (Admin.DOWN, Oper.DOWN, None),
        (Admin.UP, Oper.UP, 10_000),
        (Admin.UP, Oper.DOWN, None),
        (Admin.UP, Oper.UP, 100),
    ]


def test_statistics() -> None:
    assert parse_interface_statistics(STATISTICS) == {
        "G.hn 1/1": PortCounters(70_000, 140_000, 3, 0),
        "Gi 1/1": PortCounters(5),
    }


@pytest.mark.parametrize(
    "parse",
    [
        parse_alarms,
        parse_cpu,
        parse_fans,
        parse_interface_statistics,
        parse_interface_status,
        parse_temperatures,
    ],
)
@given(data=st.data())
def test_any_text_is_read_or_refused(parse: Callable[[str], object], data: st.DataObject) -> None:
    known = (HEAD + MISMATCH + "\n" + STATUS + STATISTICS).splitlines()
    piece = st.sampled_from(known) | st.text()
    text = "\n".join(data.draw(st.lists(piece, max_size=8)))
    with contextlib.suppress(UnexpectedReply):
        parse(text)
