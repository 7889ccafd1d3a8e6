"""Ranges, names of new devices, and a scan that can be left at any time."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from positron_tui.domain.devices import Identity
from positron_tui.domain.errors import UsageError, ValidationFailed
from positron_tui.services.discovery import addresses, is_gam, known_devices, scan
from positron_tui.services.names import check_name, default_name
from tests.services.readings import device

GAM = Identity(model="GAM-12-C", sys_object_id="1.3.6.1.4.1.20095.2000.1.14")


@pytest.mark.parametrize(
    ("cidr", "count"),
    [("192.0.2.7", 1), ("192.0.2.0/30", 2), ("192.0.2.0/31", 2), ("10.0.0.0/20", 4_094)],
)
def test_ranges(cidr: str, count: int) -> None:
    assert len(addresses(cidr)) == count


@pytest.mark.parametrize("cidr", ["", "10.0.0.0/8", "10.0.0.0/19", "gam.example", "2001:db8::/64"])
def test_ranges_that_are_refused(cidr: str) -> None:
    with pytest.raises(UsageError):
        addresses(cidr)


def test_what_is_a_gam() -> None:
    assert is_gam(GAM)
    assert is_gam(Identity(sys_object_id=".1.3.6.1.4.1.20095.2000.1.999"))
    assert not is_gam(Identity(sys_object_id="1.3.6.1.4.1.8072.3.2.10", sys_name="server"))


async def test_a_scan_tells_who_answers_and_who_is_known() -> None:
    hosts = addresses("192.0.2.0/29")
    progress: list[tuple[int, int]] = []

    async def identify(host: str) -> Identity | None:
        await asyncio.sleep(0)
        return GAM if host in ("192.0.2.1", "192.0.2.5") else None

    known = known_devices([device("gam-1")], 161)
    found = [
        one
        async for one in scan(
            hosts,
            identify,
            known,
            concurrency=3,
            on_progress=lambda done, total: progress.append((done, total)),
        )
    ]
    assert {one.host: one.known_as for one in found} == {"192.0.2.1": "gam-1", "192.0.2.5": None}
    assert progress == [(done, 6) for done in range(1, 7)]


async def test_leaving_a_scan_ends_its_requests() -> None:
    ended: list[str] = []

    async def identify(host: str) -> Identity | None:
        if host == "192.0.2.1":
            return GAM
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(host)
        return None

    results = scan(
        addresses("192.0.2.0/29"), identify, {}, concurrency=4, on_progress=lambda *_: None
    )
    async with aclosing(results) as scanning:
        async for one in scanning:
            assert one.host == "192.0.2.1"
            break
    assert len(ended) == 4


async def test_a_defect_while_scanning_is_seen() -> None:
    async def identify(host: str) -> Identity | None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async for _ in scan(
            addresses("192.0.2.0/29"), identify, {}, concurrency=4, on_progress=lambda *_: None
        ):
            pass


@pytest.mark.parametrize("name", ["", "-x", "a/b", "x" * 64, "tab\there", "x ", "émile", "[red]"])
def test_names_that_are_refused(name: str) -> None:
    with pytest.raises(ValidationFailed):
        check_name(name, ())


def test_a_name_is_used_once_whatever_its_case() -> None:
    check_name("gam-1", ("gam-2",))
    with pytest.raises(ValidationFailed, match="already"):
        check_name("GAM-1", ("gam-1",))


def test_default_names() -> None:
    known = Identity(model="GAM-12-C", serial="0123", sys_name="Main St. [7]")
    assert default_name(known, "192.0.2.1", ()) == "Main St. -7"
    assert default_name(known, "192.0.2.1", ("main st. -7",)) == "GAM-12-C-0123"
    taken = ("Main St. -7", "GAM-12-C-0123")
    assert default_name(known, "192.0.2.1", taken) == "Main St. -7-2"
    assert default_name(Identity(), "192.0.2.1", ()) == "192.0.2.1"
    assert default_name(Identity(), "2001:db8::1", ()) == "2001-db8-1"
