"""What the journal, the intent and the catalogue of the sample fleet hold in the pictures."""

from __future__ import annotations

from dataclasses import replace

from positron_tui.domain.changes import Change, ChangeState, ChangeStep, StepState
from positron_tui.domain.intended import Intended, adopted
from positron_tui.domain.plans import Plan
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.services.app import Services
from positron_tui.store.intent import Truth
from tests.tui import sample


async def keep_changes(services: Services) -> None:
    """A change that went well, one that was taken back, and one whose end nobody knows."""
    prepared = sample.prepared()
    journal = services.store.journal
    outcomes = (
        (ChangeState.VERIFIED_SAVED, "Done and read back. It is saved."),
        (ChangeState.REVERTED, "The unit refused the second command: % Invalid VLAN id."),
        (ChangeState.INDETERMINATE, "No answer came within 20 seconds."),
    )
    for state, message in outcomes:
        number = await journal.create(prepared.change, prepared.basis, prepared.wanted)
        for step in _steps(prepared.change, state):
            await journal.set_step(number, step.index, step.state, step.reply)
        await journal.set_state(number, ChangeState.APPLYING)
        saved = state is ChangeState.VERIFIED_SAVED
        await journal.set_state(number, state, message=message, saved=saved or None)


def _steps(change: Change, state: ChangeState) -> tuple[ChangeStep, ChangeStep]:
    first, second = change.steps
    ends = {
        ChangeState.VERIFIED_SAVED: (StepState.ACCEPTED, StepState.ACCEPTED, None),
        ChangeState.REVERTED: (StepState.REVERTED, StepState.REJECTED, "% Invalid VLAN id"),
        ChangeState.INDETERMINATE: (StepState.ACCEPTED, StepState.UNKNOWN, None),
    }
    one, two, reply = ends[state]
    return replace(first, state=one), replace(second, state=two, reply=reply)


async def keep_drift(services: Services) -> None:
    """gam-01 was adopted, and differs from what was intended in three fields."""
    view = services.fleet.get("gam-01")
    endpoints = tuple(
        EndpointConfig(one.endpoint_id, one.name, one.mac, port=one.configured_port)
        for one in view.snapshot.endpoints
        if one.endpoint_id is not None
    )
    config = RunningConfig(
        profiles=view.snapshot.profiles,
        endpoints=endpoints,
        subscribers=view.snapshot.subscribers,
    )
    intent = services.store.intent

    def adopt(state: Intended) -> Intended:
        return adopted(state, config, sample.NOW, None)[0]

    await intent.update("gam-01", adopt)
    smith, *others = config.subscribers
    now = replace(
        config, subscribers=(replace(smith, vlan=377, profile_id=3, tagged=True), *others)
    )
    await intent.keep_copy("gam-01", Truth.RUNNING, now, sample.READ_AT)
    await intent.keep_copy("gam-01", Truth.STARTUP, config, sample.READ_AT)


async def keep_plans(services: Services) -> None:
    """Two plans; one of them differs from its copies."""
    for plan in (Plan("Home 100", 100, 20), Plan("Silver 90", 90, 30)):
        await services.plans.add(plan)
