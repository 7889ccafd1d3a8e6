"""Fleets of virtual units: repeatable from a seed, with something of everything in them."""

from __future__ import annotations

from dataclasses import replace

from positron_tui.domain.clock import Clock, SystemClock
from positron_tui.domain.devices import Line
from positron_tui.domain.errors import UsageError
from positron_tui.domain.models import MODELS_BY_NAME, GamModel
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.faults import Faults
from positron_tui.simulator.personality import PERSONALITIES, Personality
from positron_tui.simulator.rules import MAX_ID
from positron_tui.simulator.unit import UnitPlan, build_unit

# What a fleet is made of when nothing else is asked for: both lines, all sizes.
_MIX = (
    ("GAM-12-C", "gam12c-1.5.4"),
    ("GAM-24-M", "current"),
    ("GAM-4-CX", "gam4cx-1.5.4"),
    ("GAM-8-MX", "current"),
    ("GAM-24-C", "current"),
    ("GAM-12-M", "old-1.2.0"),
    ("GAM-8-CX", "current"),
    ("GAM-4-MX", "current"),
)
_QUIRKS_OF = {"GAM-12-C": "gam12c-1.5.4", "GAM-4-CX": "gam4cx-1.5.4"}
_MODEL_OF = {personality: model for model, personality in _QUIRKS_OF.items()}
_USUAL_ENDPOINTS = {4: 10, 8: 18, 12: 24, 24: 40}
_STREETS = (
    "Birch",
    "Alder",
    "Mill",
    "Harbour",
    "Linden",
    "Quarry",
    "Orchard",
    "Station",
    "Chapel",
    "Meadow",
)


def usual_endpoints(model: GamModel) -> int:
    """Return how many endpoints a unit has when nobody asks for a number."""
    if model.line is Line.COPPER:
        return model.ghn_ports
    return _USUAL_ENDPOINTS[model.ghn_ports]


def _pick(index: int, model: str | None, personality: str | None) -> tuple[GamModel, Personality]:
    if model is not None and model not in MODELS_BY_NAME:
        known = ", ".join(sorted(MODELS_BY_NAME))
        raise UsageError(f"'{model}' is not a GAM model; known are: {known}.")
    if personality is not None and personality not in PERSONALITIES:
        known = ", ".join(PERSONALITIES)
        raise UsageError(f"'{personality}' is not a personality; known are: {known}.")
    mixed_model, mixed_personality = _MIX[index % len(_MIX)]
    if model is not None:
        chosen = personality or _QUIRKS_OF.get(model, "current")
        return MODELS_BY_NAME[model], PERSONALITIES[chosen]
    if personality is not None:
        chosen_model = _MODEL_OF.get(personality, mixed_model)
        return MODELS_BY_NAME[chosen_model], PERSONALITIES[personality]
    return MODELS_BY_NAME[mixed_model], PERSONALITIES[mixed_personality]


def build_fleet(
    devices: int,
    *,
    model: str | None = None,
    personality: str | None = None,
    endpoints: int | None = None,
    seed: int = 0,
    faults: Faults | None = None,
    clock: Clock | None = None,
) -> list[SimDevice]:
    """Return `devices` units gam-01, gam-02, ...; equal arguments give equal fleets.

    `endpoints` per unit is 0..384; what a copper unit has no port for is configured without one.
    Raises UsageError for an unknown model or personality, or a number out of range.
    """
    if devices < 1:
        raise UsageError("A fleet needs at least one device.")
    if endpoints is not None and not 0 <= endpoints <= MAX_ID:
        raise UsageError(f"A unit holds 0 to {MAX_ID} endpoints; {endpoints} is out of range.")
    clock = clock or SystemClock()
    fleet = []
    for index in range(devices):
        gam, behaviour = _pick(index, model, personality)
        plan = UnitPlan(
            name=f"gam-{index + 1:02d}",
            model=gam,
            personality=behaviour,
            endpoints=usual_endpoints(gam) if endpoints is None else endpoints,
            street=_STREETS[index % len(_STREETS)],
            house=12 + 2 * (index // len(_STREETS)),
        )
        fleet.append(build_unit(plan, index, seed, clock, replace(faults) if faults else Faults()))
    return fleet


_DEMO = (
    ("birch-riser-a", "GAM-12-C", "gam12c-1.5.4", 20, "Birch", 12, "Birch Court"),
    ("birch-riser-b", "GAM-24-M", "current", 22, "Birch", 14, "Birch Court"),
    ("mill-cabinet", "GAM-4-CX", "gam4cx-1.5.4", 11, "Mill", 3, "Mill Lane"),
    ("mill-annex", "GAM-12-M", "old-1.2.0", 11, "Mill", 5, "Mill Lane"),
    ("harbour-east", "GAM-24-C", "current", 36, "Harbour", 20, "Harbour View"),
    ("harbour-west", "GAM-8-MX", "current", 8, "Harbour", 22, "Harbour View"),
)


def demo_fleet(seed: int = 7, clock: Clock | None = None) -> list[SimDevice]:
    """Return six units on three sites (`running.location` is the site's name).

    Birch Court: an endpoint that nobody configured waits in quarantine beside one without a
    service. Mill Lane: two boxes were swapped, and one unit is too old for the G.hn tables.
    Harbour View: an uplink is down, and one coax link is badly asymmetric.
    """
    clock = clock or SystemClock()
    fleet = []
    for index, (name, model, personality, endpoints, street, house, site) in enumerate(_DEMO):
        plan = UnitPlan(
            name, MODELS_BY_NAME[model], PERSONALITIES[personality], endpoints, street, house, site
        )
        fleet.append(build_unit(plan, index, seed, clock, Faults()))
    east = fleet[4]
    east.ports_down.add(east.model.ghn_ports + 2)
    return fleet
