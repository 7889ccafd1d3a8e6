"""Holding a device's lease while it is written to, across consoles."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from positron_tui.domain.errors import DeviceBusy, StoreError
from positron_tui.store import Store

_log = logging.getLogger(__name__)
LEASE_TTL_S = 60.0
_RENEW_S = 20.0


def holder_name(actor: str) -> str:
    """Return who we are in the store: host:pid:actor."""
    return f"{socket.gethostname()}:{os.getpid()}:{actor}"


def holder_is_dead(holder: str) -> bool:
    """Return whether a holder was a process of this machine that does not run any more."""
    host, _, rest = holder.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


@asynccontextmanager
async def device_lease(store: Store, device: str, holder: str) -> AsyncIterator[None]:
    """Hold the lease of a device, renewed until the end; DeviceBusy when somebody has it."""
    if not await _acquire(store, device, holder):
        owner = await store.leases.holder_of(device)
        raise DeviceBusy(
            f"{device} is being changed by another console ({owner or 'just finished'}); "
            "wait until that is done and try again."
        )
    done = asyncio.Event()
    renewing = asyncio.create_task(_renew(store, device, holder, done), name=f"lease {device}")
    try:
        yield
    finally:
        done.set()
        await asyncio.wait([renewing])
        await store.leases.release(device, holder)


async def _acquire(store: Store, device: str, holder: str) -> bool:
    if await store.leases.acquire(device, holder, LEASE_TTL_S):
        return True
    owner = await store.leases.holder_of(device)
    if owner is None or not holder_is_dead(owner):
        return False
    # A console that was killed cannot give its lease back.
    await store.leases.release(device, owner)
    return await store.leases.acquire(device, holder, LEASE_TTL_S)


async def _renew(store: Store, device: str, holder: str, done: asyncio.Event) -> None:
    while not done.is_set():
        try:
            async with asyncio.timeout(_RENEW_S):
                await done.wait()
        except TimeoutError:
            try:
                held = await store.leases.renew(device, holder, LEASE_TTL_S)
            except StoreError as error:
                _log.warning("the lease of %s could not be renewed: %s", device, error)
                continue
            if not held:
                _log.warning("the lease of %s ended before the change on it did", device)
                return
