"""The subscribers that a command is for: named, or kept by a filter."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from positron_tui.cli.finding import find_subscriber, views_of
from positron_tui.domain.errors import NotFound, UsageError
from positron_tui.services.filter_rows import SERVICE_FIELDS, service_row
from positron_tui.services.filtering import filter_items
from positron_tui.services.fleet import Fleet


@dataclass(frozen=True, slots=True)
class Target:
    """One subscriber: the unit's name and its own."""

    device: str
    name: str


def subscriber_targets(
    fleet: Fleet,
    options: argparse.Namespace,
    suspended: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> tuple[Target, ...]:
    """Return what `names`, `device` and `filter` of the options mean, each once.

    `suspended` has the names of suspended services by device. Raises UsageError, or NotFound
    when nothing is meant.
    """
    if bool(options.names) == bool(options.filter):
        raise UsageError("Name subscribers, or say which with --filter, not both or neither.")
    if options.names:
        found = [target(fleet, name, options.device) for name in options.names]
    else:
        found = _filtered(fleet, options.filter, options.device, suspended)
    return tuple(dict.fromkeys(found))


def target(fleet: Fleet, name: str, device: str | None) -> Target:
    """Return one subscriber; on a named unit its own fresh reading decides whether it is there."""
    if device is not None:
        return Target(fleet.get(device).name, name)
    view, subscriber = find_subscriber(fleet, name, None)
    return Target(view.name, subscriber.name)


def _filtered(
    fleet: Fleet, text: str, device: str | None, suspended: Mapping[str, Collection[str]]
) -> list[Target]:
    placed = [
        (view, subscriber)
        for view in views_of(fleet, device)
        for subscriber in view.snapshot.subscribers
    ]
    kept = filter_items(
        text,
        placed,
        lambda one: service_row(*one, suspended.get(one[0].name, ())),
        SERVICE_FIELDS,
    )
    if not kept:
        where = f" on {device}" if device else ""
        raise NotFound(f"No subscriber{where} matches '{text}'; 'subscriber list' shows all.")
    return [Target(view.name, subscriber.name) for view, subscriber in kept]
