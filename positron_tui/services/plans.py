"""The catalogue of sold speeds, and how it stands on each device as bandwidth profiles."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from positron_tui.domain.devices import Line
from positron_tui.domain.plans import Plan
from positron_tui.domain.subscribers import Profile


class Presence(StrEnum):
    """How a plan stands on a device; `unlimited` = above what its line can be limited to."""

    PRESENT = "present"
    DIFFERS = "differs"
    ABSENT = "absent"
    UNLIMITED = "unlimited"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PlanOnDevice:
    """A plan on one device, by its last reading: the profile that carries it, and its users."""

    device: str
    presence: Presence
    profile: Profile | None = None
    subscribers: int = 0
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan of the catalogue with its copies; rates to limit to by line, None = unthrottled."""

    plan: Plan
    rates: dict[Line, tuple[int, int] | None]
    devices: tuple[PlanOnDevice, ...] = ()


@dataclass(frozen=True, slots=True)
class StrayProfile:
    """A profile of a device that is not in the catalogue, or that nobody uses."""

    device: str
    profile: Profile
    subscribers: int
    plan: str | None
    removable: bool


class Plans:
    """The catalogue; pushing and removing profiles are `Actions`."""

    async def list(self) -> tuple[PlanRow, ...]:
        """Return all plans by name with their copies on all devices."""
        raise NotImplementedError

    async def get(self, name: str) -> Plan:
        """Return one plan; NotFound names the nearest ones."""
        raise NotImplementedError

    async def add(self, plan: Plan) -> Plan:
        """Put a new plan into the catalogue; ValidationFailed for its name or rates."""
        raise NotImplementedError

    async def edit(
        self,
        name: str,
        *,
        new_name: str | None = None,
        down_mbps: int | None = None,
        up_mbps: int | None = None,
    ) -> Plan:
        """Change what is given of a plan; its copies differ from then on until they are pushed."""
        raise NotImplementedError

    async def remove(self, name: str) -> None:
        """Take a plan out of the catalogue; its copies on devices stay."""
        raise NotImplementedError

    async def strays(self, device: str | None = None) -> tuple[StrayProfile, ...]:
        """Return profiles that are in no plan or unused, those that may be removed marked."""
        raise NotImplementedError
