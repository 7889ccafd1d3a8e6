"""What a billing system tells of accounts and their services, whichever system it is. Pure.

Nothing here is a decision: what a status or a plan means on the plant is the mapping's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class BillingKind(StrEnum):
    """The billing systems that the console knows."""

    SPLYNX = "splynx"
    SONAR = "sonar"


@dataclass(frozen=True, slots=True)
class BillingPlan:
    """A sold speed as the billing system has it; rates in kbit/s, None = not told."""

    plan_id: str
    name: str
    down_kbps: int | None = None
    up_kbps: int | None = None


@dataclass(frozen=True, slots=True)
class BillingStatus:
    """A status that accounts or services may have.

    `level` is "account" or "service"; `activates` is what the system itself says of it, None =
    it says nothing.
    """

    level: str
    name: str
    activates: bool | None = None


@dataclass(frozen=True, slots=True)
class BillingService:
    """One sold service with its account, as it was read.

    `service_id` is the key (an account may have several services). `service_status` is empty
    where the system has no status of a service. `activates` is the account status's own word on
    whether it activates services, None where the system has no such word. `fields` holds every
    attribute that a mapping may name, as text, by a dotted name: `account.*` and `service.*` for
    attributes of their own, `account.custom.*` and `service.custom.*` for those that the operator
    added, `equipment.*` for inventory and MACs, `address.*`. A field that is empty in the billing
    system is there and empty; one that is missing was not told. No field holds a secret.
    """

    service_id: str
    account_id: str
    account_name: str
    account_status: str
    service_status: str = ""
    activates: bool | None = None
    plan: BillingPlan | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A field that a mapping may name: its dotted name, what people call it, and its limits.

    `why_read_only` is a sentence where the console cannot write it back, else None.
    """

    name: str
    title: str
    why_read_only: str | None = None


@dataclass(frozen=True, slots=True)
class HookEvent:
    """A delivered hook, reduced to what may be kept: what happened to which object.

    It is only a hint. `account_id` and `service_id` are None where the hook does not tell;
    `relevant` is False for pings, tests, reads and failed actions, which cause no reading.
    """

    event: str
    account_id: str | None = None
    service_id: str | None = None
    relevant: bool = True
