"""Subscribers as data, with since when they are suspended: the device itself does not know."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from positron_tui.cli.shapes import Shape, subscriber_shape, timestamp
from positron_tui.cli.targets import Target, subscriber_targets
from positron_tui.domain.subscribers import Subscriber
from positron_tui.services.views import DeviceView

if TYPE_CHECKING:
    from positron_tui.services.app import Services

Since = Mapping[tuple[str, str], datetime]


async def suspensions(services: Services, device: str | None = None) -> Since:
    """Return since when services are suspended, by device and name."""
    intended = await services.intent.services(device)
    return {
        (one.device, one.subscriber.name): one.suspended_at for one in intended if one.suspended_at
    }


def service_shape(subscriber: Subscriber, view: DeviceView, since: Since) -> Shape:
    """Return a subscriber as `subscriber list` and `subscriber show` print it."""
    suspended_at = since.get((view.name, subscriber.name))
    return subscriber_shape(subscriber, view) | {"suspended_at": timestamp(suspended_at)}


def suspended_names(since: Since) -> dict[str, set[str]]:
    """Return the names of suspended services by device."""
    found: dict[str, set[str]] = {}
    for device, name in since:
        found.setdefault(device, set()).add(name)
    return found


async def targets_of(services: Services, options: argparse.Namespace) -> tuple[Target, ...]:
    """Return the subscribers that the options mean; a filter may ask for suspended ones."""
    suspended = suspended_names(await suspensions(services, options.device))
    return subscriber_targets(services.fleet, options, suspended)
