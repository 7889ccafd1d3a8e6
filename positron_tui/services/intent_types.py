"""What the intent service gives to the faces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from positron_tui.domain.natural import FieldValue
from positron_tui.domain.subscribers import Subscriber


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
    """The drift of some devices; `failures` has a sentence for each that could not be read.

    `unadopted` are those that were never taken over whole: only what was changed from here is
    compared on them.
    """

    items: tuple[DriftItem, ...]
    failures: Mapping[str, str]
    unadopted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IntendedService:
    """What is intended for a subscriber; `suspended_at` is None while it is in service.

    `plan` is the name of its profile, None = unthrottled, with `down_mbps`/`up_mbps` as limits.
    """

    device: str
    subscriber: Subscriber
    plan: str | None
    down_mbps: int | None
    up_mbps: int | None
    intended_at: datetime | None
    suspended_at: datetime | None = None
