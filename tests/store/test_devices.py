"""Devices by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from positron_tui.domain.devices import Address, Capabilities, Device, SnmpVersion
from positron_tui.domain.errors import NotFound, ValidationFailed
from positron_tui.store import Store

FULL = Device(
    name="Nord [1]",
    address=Address(
        "gam.example",
        1161,
        SnmpVersion.V3,
        "monitor",
        "md5",
        "none",
        None,
        "tech",
        True,
        8080,
    ),
    site="Nord",
    read_only=True,
    capabilities=Capabilities(True, False, None, True, None, False, "1.5.4"),
    host_key="ssh-ed25519 AAAA",
    host_key_fingerprint="SHA256:abc",
    offered_key_fingerprint="SHA256:def",
    added_at=datetime(2026, 3, 2, tzinfo=UTC),
)
PLAIN = Device("a", Address("192.0.2.1"))


async def test_a_device_comes_back_as_it_was(store: Store) -> None:
    await store.devices.add(FULL)
    await store.devices.add(PLAIN)

    assert await store.devices.get("Nord [1]") == FULL
    assert await store.devices.list() == (FULL, PLAIN)


async def test_a_name_is_used_once(store: Store) -> None:
    await store.devices.add(PLAIN)
    await store.devices.add(FULL)

    with pytest.raises(ValidationFailed, match="already a device called 'a'") as caught:
        await store.devices.add(PLAIN)
    assert caught.value.findings[0].field == "name"
    with pytest.raises(ValidationFailed, match="already a device called 'a'"):
        await store.devices.update("Nord [1]", PLAIN)
    assert await store.devices.list() == (FULL, PLAIN)


async def test_what_is_not_there_is_named_with_what_is(store: Store) -> None:
    with pytest.raises(NotFound, match="none is known yet"):
        await store.devices.get("b")
    for number in range(12):
        await store.devices.add(replace(PLAIN, name=f"gam-{number:02}"))
    for attempt in (
        store.devices.get("b"),
        store.devices.update("b", PLAIN),
        store.devices.remove("b"),
    ):
        with pytest.raises(NotFound, match=r"'b'; there are gam-00, .*, gam-09 and 2 more\."):
            await attempt


async def test_update_and_remove(store: Store) -> None:
    await store.devices.add(FULL)
    changed = replace(PLAIN, name="Nord [1]", site="Süd")

    await store.devices.update("Nord [1]", changed)
    assert await store.devices.list() == (changed,)
    await store.devices.remove("Nord [1]")
    assert await store.devices.list() == ()
