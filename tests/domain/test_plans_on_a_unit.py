"""Plans run on a virtual unit, whose grammar and rules were written apart from the planner's."""

from __future__ import annotations

import json

from hypothesis import given, settings

from positron_tui.domain.canonical import canonical
from positron_tui.domain.changes import ChangeStep
from positron_tui.domain.devices import Line
from positron_tui.domain.planner import plan
from positron_tui.domain.running_config import RunningConfig
from positron_tui.gam.parsers.running_config import parse_running_config
from positron_tui.simulator.cli.commands import grammars
from positron_tui.simulator.cli.shell import Shell
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.jsonrpc.dispatch import answer
from positron_tui.simulator.plant import PORT_AWARE
from tests.domain.configs import pairs
from tests.simulator.units import make_unit

PROPERTY = settings(max_examples=80, deadline=None, derandomize=True)
Pair = tuple[Line, RunningConfig, RunningConfig]


def _unit(line: Line, port_aware: bool) -> SimDevice:
    unit = make_unit("GAM-12-C" if line is Line.COAX else "GAM-12-M")
    unit.plant.clear()
    unit.running.endpoints.clear()
    unit.running.subscribers.clear()
    if port_aware:
        unit.set_subscriber_model(PORT_AWARE)
    return unit


def _services(config: RunningConfig) -> object:
    whole = canonical(config)
    return whole.ports, whole.endpoints, whole.profiles, whole.subscribers


def _run(unit: SimDevice, text: str, transport: str) -> None:
    if transport == "jsonrpc":
        body = json.dumps({**json.loads(text), "id": 1}).encode()
        assert answer(unit, body)["error"] is None, text
        return
    shell = Shell(unit, grammars(unit.personality.poe_words))
    shell.enter("config")
    assert shell.execute(text) == [], text


def _lead(unit: SimDevice, wanted: RunningConfig) -> tuple[ChangeStep, ...]:
    steps = plan(parse_running_config(unit.running_text()), wanted, jsonrpc=True)
    for step in steps:
        _run(unit, step.command, step.transport)
    assert _services(parse_running_config(unit.running_text())) == _services(wanted)
    return steps


@PROPERTY
@given(pairs())
def test_a_unit_takes_every_step_and_every_step_back(pair: Pair) -> None:
    line, first, second = pair
    port_aware = any(one.port for one in (*first.subscribers, *second.subscribers))
    unit = _unit(line, port_aware)
    _lead(unit, first)
    steps = _lead(unit, second)
    for step in reversed(steps):
        for text in step.inverse:
            _run(unit, text, step.transport)
    assert _services(parse_running_config(unit.running_text())) == _services(first)
