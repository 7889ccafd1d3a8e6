"""The journal records every transition and forgets nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from positron_tui.domain.changes import Change, ChangeEvent, ChangeState, ChangeStep, StepState
from positron_tui.domain.devices import Address, Device
from positron_tui.domain.errors import NotFound
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.subscribers import Subscriber
from positron_tui.store import Store
from tests.clocks import FrozenClock

GAM = Device("gam", Address("192.0.2.1"))


def change_of(clock: FrozenClock, **fields: object) -> Change:
    steps = (
        ChangeStep(0, "cli", "ghn endpoint 1", "create the endpoint", ("no ghn endpoint 1",)),
        ChangeStep(1, "cli", "ghn subscriber 1", "create the subscriber"),
    )
    change = Change(
        "gam",
        "subscriber.add",
        "smith",
        steps,
        {},
        {"vlan": 100, "plan": None, "tags": [1, 2]},
        "tech",
        clock.now(),
    )
    return replace(change, **fields)  # type: ignore[arg-type]


async def test_a_change_from_plan_to_end(store: Store, clock: FrozenClock) -> None:
    await store.devices.add(GAM)
    change = change_of(clock)

    number = await store.journal.create(change)
    assert await store.journal.get(number) == replace(change, id=number)
    clock.advance(1)
    await store.journal.set_state(number, ChangeState.APPLYING)
    await store.journal.set_step(number, 0, StepState.SENT)
    await store.journal.set_step(number, 0, StepState.ACCEPTED, "")
    await store.journal.set_step(number, 1, StepState.REJECTED, "% Invalid\x1b[2J\udcff")
    clock.advance(1)
    await store.journal.set_state(
        number,
        ChangeState.VERIFIED_SAVED,
        message="done",
        verified_at=clock.now(),
        saved=True,
        details={"read": "running"},
    )

    ended = await store.journal.get(number)
    assert ended == replace(
        change,
        id=number,
        state=ChangeState.VERIFIED_SAVED,
        message="done",
        verified_at=clock.now(),
        saved=True,
        steps=(
            replace(change.steps[0], state=StepState.ACCEPTED, reply=""),
            replace(change.steps[1], state=StepState.REJECTED, reply="% Invalid\x1b[2J?"),
        ),
    )
    events = await store.journal.events(number)
    assert [event.state for event in events] == [
        ChangeState.PLANNED,
        *[ChangeState.APPLYING] * 4,
        ChangeState.VERIFIED_SAVED,
    ]
    assert events[2].details == {"step": 0, "step_state": "sent"}
    assert events[-1] == ChangeEvent(
        number, clock.now(), ChangeState.VERIFIED_SAVED, "done", {"read": "running"}
    )


async def test_what_is_not_given_keeps_its_value(store: Store, clock: FrozenClock) -> None:
    await store.devices.add(GAM)
    number = await store.journal.create(change_of(clock))
    await store.journal.set_state(number, ChangeState.VERIFIED_UNSAVED, message="runs", saved=False)
    await store.journal.set_state(number, ChangeState.SAVING)

    change = await store.journal.get(number)
    assert (change.state, change.message, change.saved) == (ChangeState.SAVING, "runs", False)


async def test_lists_are_newest_first_and_by_device(store: Store, clock: FrozenClock) -> None:
    await store.devices.add(GAM)
    await store.devices.add(replace(GAM, name="other"))
    numbers = [
        await store.journal.create(change_of(clock, device=device, steps=()))
        for device in ("gam", "other", "gam")
    ]

    assert [change.id for change in await store.journal.list()] == numbers[::-1]
    assert [change.id for change in await store.journal.list(2)] == numbers[:0:-1]
    assert [change.id for change in await store.journal.list(device="gam")] == [
        numbers[2],
        numbers[0],
    ]
    assert await store.journal.list(device="nobody") == ()


async def test_unfinished_are_those_without_an_end(store: Store, clock: FrozenClock) -> None:
    await store.devices.add(GAM)
    numbers = {
        state: await store.journal.create(change_of(clock, state=state)) for state in ChangeState
    }

    unfinished = await store.journal.unfinished()

    assert {change.state for change in unfinished} == {
        state for state in ChangeState if not state.finished
    }
    assert all(len(change.steps) == 2 for change in unfinished)
    assert numbers[ChangeState.PLANNED] in {change.id for change in unfinished}


async def test_the_journal_follows_a_rename_and_outlives_the_device(
    store: Store, clock: FrozenClock
) -> None:
    await store.devices.add(GAM)
    number = await store.journal.create(change_of(clock))
    undo = await store.journal.create(change_of(clock, inverse_of=number))

    await store.devices.update("gam", replace(GAM, name="new"))
    assert [change.device for change in await store.journal.list(device="new")] == ["new", "new"]
    assert await store.journal.list(device="gam") == ()

    await store.devices.remove("new")
    # The next device of that name is another one.
    await store.devices.add(replace(GAM, name="new"))
    kept = await store.journal.get(undo)
    assert (kept.inverse_of, len(kept.steps)) == (number, 2)
    assert len(await store.journal.events(number)) == 1


async def test_what_the_journal_does_not_have(store: Store, clock: FrozenClock) -> None:
    await store.devices.add(GAM)
    number = await store.journal.create(change_of(clock))
    for attempt in (
        store.journal.get(99),
        store.journal.set_state(99, ChangeState.FAILED),
        store.journal.set_step(number, 9, StepState.SENT),
        store.journal.create(change_of(clock, device="gone")),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await store.journal.events(99) == ()
    assert len(await store.journal.list()) == 1


async def test_the_touched_objects_are_kept_beside_a_change(
    store: Store, clock: FrozenClock
) -> None:
    await store.devices.add(GAM)
    basis = RunningConfig(subscribers=(Subscriber(1, "Smith", vlan=100),))
    wanted = RunningConfig(subscribers=(Subscriber(1, "Smith", vlan=200),))

    number = await store.journal.create(change_of(clock), basis, wanted)
    without = await store.journal.create(change_of(clock, inverse_of=number))

    assert await store.journal.documents(number) == (basis, wanted)
    assert await store.journal.documents(without) is None
    assert [one.id for one in await store.journal.inverses(number)] == [without]
    assert await store.journal.inverses(without) == ()
    with pytest.raises(NotFound):
        await store.journal.documents(99)
