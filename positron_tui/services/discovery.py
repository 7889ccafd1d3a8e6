"""The SNMP identity scan of an address range."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from positron_tui.domain.devices import Device, Identity
from positron_tui.domain.errors import UsageError
from positron_tui.domain.models import PRODUCTS_OID

MAX_ADDRESSES = 4_096
Identify = Callable[[str], Awaitable[Identity | None]]


@dataclass(frozen=True, slots=True)
class Found:
    """An address that answered; `known_as` is the device that has it already.

    `is_gam` is False for another kind of equipment.
    """

    host: str
    identity: Identity
    known_as: str | None
    is_gam: bool


def addresses(cidr: str) -> tuple[str, ...]:
    """Return the host addresses of a range; UsageError if it is none or has more than 4,096."""
    try:
        network = ipaddress.ip_network(cidr.strip(), strict=False)
    except ValueError:
        raise UsageError(
            f"'{cidr}' is not a range of addresses; write it as 192.0.2.0/24."
        ) from None
    if network.num_addresses > MAX_ADDRESSES:
        raise UsageError(
            f"{cidr} has {network.num_addresses} addresses; at most {MAX_ADDRESSES} are asked in "
            "one go, so take a smaller range."
        )
    return tuple(str(host) for host in network.hosts())


def known_devices(devices: Sequence[Device], snmp_port: int) -> dict[str, str]:
    """Return device names by host, of those that are polled on this port."""
    return {
        device.address.host: device.name
        for device in devices
        if device.address.snmp_port == snmp_port
    }


def is_gam(identity: Identity) -> bool:
    """Return whether an answer comes from a GAM, of a known model or not."""
    object_id = (identity.sys_object_id or "").strip(".")
    return object_id.startswith(f"{PRODUCTS_OID}.") or (identity.model or "").startswith("GAM-")


async def scan(
    hosts: Sequence[str],
    identify: Identify,
    known: dict[str, str],
    *,
    concurrency: int,
    on_progress: Callable[[int, int], None],
) -> AsyncGenerator[Found, None]:
    """Yield who answers, as answers come in; leaving early ends all requests."""
    answers: asyncio.Queue[tuple[str, Identity | None] | BaseException] = asyncio.Queue()
    waiting = iter(hosts)
    workers = [
        asyncio.create_task(_work(waiting, identify, answers), name=f"discover {number}")
        for number in range(min(concurrency, len(hosts)))
    ]
    try:
        for done in range(1, len(hosts) + 1):
            answer = await answers.get()
            if isinstance(answer, BaseException):
                raise answer
            host, identity = answer
            on_progress(done, len(hosts))
            if identity is not None:
                yield Found(host, identity, known.get(host), is_gam(identity))
    finally:
        for worker in workers:
            worker.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*workers, return_exceptions=True)


async def _work(
    hosts: Iterator[str],
    identify: Identify,
    answers: asyncio.Queue[tuple[str, Identity | None] | BaseException],
) -> None:
    for host in hosts:
        try:
            answers.put_nowait((host, await identify(host)))
        except Exception as error:
            answers.put_nowait(error)
            return
