"""What is intended for every object of every device, beside what runs and what is saved."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from positron_tui.domain.changes import Change
from positron_tui.domain.natural import FieldValue
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.subscribers import Subscriber
from positron_tui.services.prepared import DeviceEdit


class Direction(StrEnum):
    """Whom a reconciliation follows: `device` is changed to the intent, or `intended` to it."""

    DEVICE = "device"
    INTENDED = "intended"


@dataclass(frozen=True, slots=True)
class DriftItem:
    """One field on which the truths differ; an age is None when that truth was never read.

    `kind` is subscriber, endpoint, profile or port, `subject` its natural key (name, MAC, port).
    The field `present` (True or False) tells that an object is not everywhere. A value is of a
    JSON type, or Missing.UNKNOWN (not read) or Missing.ABSENT (there is no such object).
    """

    device: str
    kind: str
    subject: str
    field: str
    intended: FieldValue
    running: FieldValue
    startup: FieldValue
    intended_at: datetime | None
    running_at: datetime | None
    startup_at: datetime | None


@dataclass(frozen=True, slots=True)
class AdoptReport:
    """What an import took over: objects by kind (only new ones), and a sentence for each note."""

    device: str
    counts: Mapping[str, int]
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DriftReport:
    """The drift of some devices; `failures` has a sentence for each that could not be read."""

    items: tuple[DriftItem, ...]
    failures: Mapping[str, str]
    unadopted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IntendedService:
    """What is intended for a subscriber; `suspended_at` is None while it is in service."""

    device: str
    subscriber: Subscriber
    plan: str | None
    intended_at: datetime
    suspended_at: datetime | None = None


class Intent:
    """Intended state by device."""

    async def adopt(self, device: str, *, names: Collection[str] | None = None) -> AdoptReport:
        """Read a device whole and intend what runs there, where nothing is intended yet.

        `names` limits it to these subscribers (with their endpoints and profiles). Nothing on the
        device is touched; a second time does nothing. Raises DeviceUnreachable.
        """
        raise NotImplementedError

    async def drift(self, device: str | None = None) -> DriftReport:
        """Read a device (or all, side by side) and return where the truths differ now."""
        raise NotImplementedError

    async def known_drift(self, device: str | None = None) -> tuple[DriftItem, ...]:
        """Return where the truths differ by what was read last; nothing is read."""
        raise NotImplementedError

    async def reconcile_edit(
        self, items: Sequence[DriftItem], direction: Direction
    ) -> tuple[DeviceEdit, ...]:
        """Reconcile lines of a drift; one edit for each device, none when only the store changed.

        Give one line, the lines of an object, of a device, or a marked set.
        """
        raise NotImplementedError

    async def intended(self, device: str) -> RunningConfig:
        """Return what is intended on a device, suspended services with the data they keep."""
        raise NotImplementedError

    async def services(self, device: str | None = None) -> tuple[IntendedService, ...]:
        """Return the intended services of one device or of all."""
        raise NotImplementedError

    async def service(self, device: str, name: str) -> IntendedService | None:
        """Return what is intended for one subscriber."""
        raise NotImplementedError

    async def record(self, change: Change, basis: RunningConfig, wanted: RunningConfig) -> None:
        """Let the intent follow a verified change; `basis` and `wanted` are its touched objects."""
        raise NotImplementedError
