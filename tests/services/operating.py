"""Running actions on real virtual units, for tests of what stands on the change engine."""

from __future__ import annotations

from positron_tui.domain.changes import Change, ChangeState
from positron_tui.domain.endpoints import EndpointState
from positron_tui.domain.subscribers import Subscriber
from positron_tui.services.app import Services
from positron_tui.services.intent_types import DriftItem
from positron_tui.services.prepared import DeviceEdit
from positron_tui.simulator.config import SimSubscriber
from positron_tui.simulator.device import SimDevice


async def done(services: Services, edit: DeviceEdit) -> Change:
    """Run an edit that must end as verified and saved."""
    change = await services.changes.execute(await services.changes.prepare(edit))
    assert change.state is ChangeState.VERIFIED_SAVED, change.message
    return change


def sim_subscriber(device: SimDevice, name: str) -> SimSubscriber:
    """Return a subscriber of the unit itself, to look at it or to change it behind our back."""
    return next(one for one in device.running.subscribers.values() if one.name == name)


def first_service(services: Services, device: str = "riser") -> Subscriber:
    """Return a subscriber whose endpoint works, by the last reading."""
    view = services.fleet.get(device)
    for subscriber in view.snapshot.subscribers:
        endpoint = view.endpoint_of(subscriber)
        if endpoint is not None and endpoint.state is EndpointState.OK:
            return subscriber
    raise AssertionError(f"{device} has no service on an endpoint that works")


def told(items: tuple[DriftItem, ...]) -> set[tuple[str, str, str]]:
    """Return where truths differ, without the values."""
    return {(one.kind, one.subject, one.field) for one in items}
