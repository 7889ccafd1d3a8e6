"""What runs on simulated units, as services for a book that matches it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from positron_tui.domain.errors import UsageError
from positron_tui.domain.ports import PortKind, port_name
from positron_tui.simulator.billing.populate import PlantService
from positron_tui.simulator.device import SimDevice

_NO_LIMIT = ("Unlimited", 1_000_000, 1_000_000)
_NAMES = frozenset(one.name for one in fields(PlantService))
_NUMBERS = ("vlan", "down_kbps", "up_kbps")


def plant_services(fleet: Iterable[SimDevice]) -> Iterator[PlantService]:
    """Yield the subscribers of units that have an endpoint."""
    for device in fleet:
        config = device.running
        for subscriber in config.subscribers.values():
            endpoint = config.endpoints.get(subscriber.endpoint_id)
            if endpoint is None:
                continue
            profile = config.profiles.get(subscriber.profile_id)
            plan, down_kbps, up_kbps = _NO_LIMIT
            if profile is not None:
                plan = profile.name
                down_kbps, up_kbps = profile.down_mbps * 1_000, profile.up_mbps * 1_000
            yield PlantService(
                device=device.name,
                site=config.location,
                port=port_name(PortKind.GHN, endpoint.port) if endpoint.port else "",
                mac=endpoint.mac,
                vlan=subscriber.vlan,
                plan=plan,
                down_kbps=down_kbps,
                up_kbps=up_kbps,
                subscriber=subscriber.description or subscriber.name,
            )


def read_plant(lines: Iterable[str]) -> Iterator[PlantService]:
    """Yield services from JSON lines with the fields of PlantService; UsageError for others."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _service(json.loads(line))
            except (ValueError, TypeError):
                raise UsageError(
                    f"Line {number} of the fleet is not a service; it needs {', '.join(_NAMES)}."
                ) from None


def _service(content: Any) -> PlantService:
    if not isinstance(content, dict) or set(content) != _NAMES:
        raise ValueError(content)
    for name in _NAMES:
        numeric = name in _NUMBERS and not (name == "vlan" and content[name] is None)
        if not isinstance(content[name], int if numeric else str | None):
            raise ValueError(content)
    return PlantService(**content)
