"""The doctor's checks, on a whole console and on terminals of all kinds."""

from __future__ import annotations

from pathlib import Path

import pytest

from positron_tui.services.doctor import Check, terminal_checks
from tests.services.conftest import StartUnit, console, make_settings, onboard


async def test_a_healthy_console(tmp_path: Path, start_unit: StartUnit) -> None:
    server = await start_unit()
    async with console(make_settings(tmp_path)) as services:
        await onboard(services, server, "riser")
        checks = {check.name: check async for check in services.doctor.checks()}
    for name in ("version", "database", "secrets", "SSH", "clock", "log", "riser"):
        assert checks[name].ok, checks[name]
    assert "SNMP and SSH with the trusted host key" in checks["riser"].sentence
    assert "has 1 device." in checks["database"].sentence


async def test_what_is_wrong_has_a_sentence(tmp_path: Path, start_unit: StartUnit) -> None:
    server = await start_unit()
    settings = make_settings(tmp_path, **{"snmp.timeout_s": 0.2, "snmp.retries": 0})
    async with console(settings) as services:
        await onboard(services, server, "riser")
        await server.stop()
        (tmp_path / "console.db").chmod(0o644)
        checks = {check.name: check async for check in services.doctor.checks()}
    assert checks["riser"].ok is False
    assert "last good poll" in checks["riser"].sentence
    assert checks["database"].ok is False
    assert "chmod 600" in checks["database"].sentence


async def test_an_empty_fleet_is_no_fault(tmp_path: Path) -> None:
    async with console(make_settings(tmp_path)) as services:
        checks = [check async for check in services.doctor.checks()]
    assert checks[-1] == Check("devices", None, "No device was added yet; begin with 'device add'.")


@pytest.mark.parametrize(
    ("environment", "encoding", "is_terminal", "expected"),
    [
        ({"TERM": "xterm-256color"}, "utf-8", True, [True, True]),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "UTF8", True, [True, True]),
        ({"TERM": "dumb"}, "utf-8", True, [True, False]),
        ({}, "ascii", False, [None, None]),
    ],
)
def test_terminals(
    environment: dict[str, str], encoding: str, is_terminal: bool, expected: list[bool | None]
) -> None:
    checks = list(terminal_checks(environment, encoding, lambda _: is_terminal))
    assert [check.ok for check in checks] == expected


def test_colours_are_named() -> None:
    def sentence(**environment: str) -> str:
        return list(terminal_checks(environment, "utf-8", lambda _: True))[1].sentence

    assert "256 colours" in sentence(TERM="screen-256color")
    assert "16 colours" in sentence(TERM="vt220")
    assert "16 million" in sentence(TERM="xterm", COLORTERM="truecolor")
    assert "NO_COLOR" in sentence(TERM="xterm", NO_COLOR="1")
