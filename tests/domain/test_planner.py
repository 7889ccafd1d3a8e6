"""Plans against the model of a unit: they lead there, every state is legal, they can be undone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from positron_tui.domain.config_model import apply_inverse, apply_step, apply_steps
from positron_tui.domain.devices import Line
from positron_tui.domain.planner import plan
from positron_tui.domain.running_config import RunningConfig
from tests.domain.configs import configs, pairs

Pair = tuple[Line, RunningConfig, RunningConfig]
PROPERTY = settings(max_examples=100, deadline=None, derandomize=True)


@PROPERTY
@given(pairs())
def test_a_plan_leads_to_what_is_wanted_over_legal_states(pair: Pair) -> None:
    line, current, wanted = pair
    steps = plan(current, wanted, jsonrpc=True)
    state = current
    for step in steps:
        state = apply_step(state, step, line=line)
    assert state == wanted
    assert plan(state, wanted, jsonrpc=True) == ()
    assert apply_steps(current, steps, line=line) == wanted


@PROPERTY
@given(pairs())
def test_the_inverse_plan_restores(pair: Pair) -> None:
    line, current, wanted = pair
    back = plan(wanted, current, jsonrpc=True)
    assert apply_steps(wanted, back, line=line) == current


@PROPERTY
@given(pairs(), st.data())
def test_the_steps_taken_back_from_anywhere_restore(pair: Pair, data: st.DataObject) -> None:
    line, current, wanted = pair
    steps = plan(current, wanted, jsonrpc=True)
    done = steps[: data.draw(st.integers(0, len(steps)))]
    state = apply_steps(current, done, line=line)
    for step in reversed(done):
        state = apply_inverse(state, step, line=line)
    assert state == current


@PROPERTY
@given(pairs(plain=True))
def test_what_the_command_line_covers_needs_no_calls(pair: Pair) -> None:
    line, current, wanted = pair
    steps = plan(current, wanted, jsonrpc=False)
    assert {step.transport for step in steps} <= {"cli"}
    assert apply_steps(current, steps, line=line) == wanted


@PROPERTY
@given(configs())
def test_nothing_is_planned_where_nothing_differs(config: RunningConfig) -> None:
    assert plan(config, config, jsonrpc=False) == ()


@PROPERTY
@given(pairs())
def test_steps_are_numbered_have_words_and_a_way_back(pair: Pair) -> None:
    _, current, wanted = pair
    steps = plan(current, wanted, jsonrpc=True)
    assert [step.index for step in steps] == list(range(len(steps)))
    assert all(step.purpose and step.inverse for step in steps)
    assert {step.transport for step in steps} <= {"cli", "jsonrpc"}
