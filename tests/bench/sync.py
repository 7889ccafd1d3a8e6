"""Billing and the plant: 5,000 accounts compared, and read for the first time."""

from __future__ import annotations

import time

from positron_tui.domain.billing import BillingPlan, BillingService
from positron_tui.domain.mapping import BillingMapping, FieldSource, Meaning, sold
from positron_tui.domain.sync import compare
from positron_tui.domain.sync_runs import Link
from positron_tui.domain.sync_types import Cut, Held, Policy
from tests.bench.report import Number

_ACCOUNTS = 5_000
_EACH_UNIT = 250
_ROUNDS = 5
_MAPPING = BillingMapping(
    sources={"mac": FieldSource("service.mac")},
    plans={"Home 100": "100M", "Home 250": "250M"},
    statuses={"account:active": Meaning.ACTIVE, "account:blocked": Meaning.SUSPENDED},
)


def measure_compare() -> list[Number]:
    """Map and compare 5,000 services with as many subscribers, one of ten different."""
    services = [_service(number) for number in range(_ACCOUNTS)]
    held = [_held(number) for number in range(_ACCOUNTS)]
    links = {str(number): _link(number) for number in range(_ACCOUNTS)}
    policy = Policy(Cut.REMOVE, Cut.ASK)
    best = float("inf")
    for _ in range(_ROUNDS):
        started = time.process_time()
        told = [sold(one, _MAPPING) for one in services]
        found = compare(told, held, links, {}, _MAPPING, policy)
        best = min(best, time.process_time() - started)
    if len(found.wishes) != _ACCOUNTS // 10:
        raise RuntimeError(f"{len(found.wishes)} differences were found")
    return [Number("5,000 accounts mapped and compared, CPU", best, "s", 2)]


def _mac(number: int) -> str:
    return f"00:0e:d8:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"


def _service(number: int) -> BillingService:
    plan = "Home 250" if number % 10 == 0 else "Home 100"
    return BillingService(
        str(number),
        f"a{number}",
        f"Customer {number}",
        "active",
        "",
        None,
        BillingPlan("1", plan, 100_000, 100_000),
        {"service.mac": _mac(number).replace(":", "").upper(), "service.description": "x"},
    )


def _held(number: int) -> Held:
    device = f"gam-{number // _EACH_UNIT:02d}"
    return Held(
        device,
        f"Customer {number}",
        {
            "status": "active",
            "plan": "100M",
            "mac": _mac(number),
            "vlan": str(100 + number % 3_000),
            "device": device,
            "port": "G.hn 1/1",
            "description": "",
        },
    )


def _link(number: int) -> Link:
    agreed = {"status": "active", "plan": "100M", "mac": _mac(number)}
    both = {name: (value, value) for name, value in agreed.items()}
    device = f"gam-{number // _EACH_UNIT:02d}"
    return Link(str(number), f"a{number}", device, f"Customer {number}", both)
