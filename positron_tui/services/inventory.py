"""Onboarding, editing and removing devices, and finding them on the network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

from positron_tui.domain.devices import Address, Device, Identity
from positron_tui.gam.driver import DeviceSecrets
from positron_tui.gam.ssh import HostKey
from positron_tui.services.discovery import Found

TrustCallback = Callable[[HostKey], Awaitable[bool]]
ProgressCallback = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What is asked for when a device is added; `name` None = its own name, else model-serial.

    Without `use_ssh` the device is read by SNMP alone.
    """

    address: Address
    name: str | None = None
    site: str = ""
    use_ssh: bool = True

    @property
    def host(self) -> str:
        return self.address.host


@dataclass(frozen=True, slots=True)
class AddResult:
    """A device that was added, what it says it is, and what deserves attention."""

    device: Device
    identity: Identity
    warnings: tuple[str, ...] = ()


class Inventory:
    """The devices of the fleet and their secrets."""

    async def check_host_key(self, address: Address) -> HostKey:
        """Fetch a device's SSH host key without logging in; DeviceUnreachable if none answers."""
        raise NotImplementedError

    async def add(
        self,
        new: NewDevice,
        secrets: DeviceSecrets,
        *,
        trust_host_key: TrustCallback,
        on_progress: ProgressCallback = lambda text: None,
    ) -> AddResult:
        """Probe a device and take it into the fleet; nothing is kept when it fails.

        Raises DeviceUnreachable, LoginRefused, HostKeyUnknown (not trusted), Refused (duplicate),
        CredentialError (the secrets cannot be kept).
        """
        raise NotImplementedError

    async def edit(
        self,
        name: str,
        *,
        new_name: str | None = None,
        site: str | None = None,
        host: str | None = None,
        read_only: bool | None = None,
        address: Address | None = None,
        secrets: DeviceSecrets | None = None,
    ) -> Device:
        """Change what is given of a device and return it; secrets move with a new name."""
        raise NotImplementedError

    async def remove(self, name: str) -> None:
        """Forget a device, its readings and its secrets; the journal stays."""
        raise NotImplementedError

    async def trust_new_host_key(self, name: str, fingerprint: str) -> Device:
        """Pin the key that a blocked device shows now; Refused if it is not `fingerprint`."""
        raise NotImplementedError

    def discover(
        self,
        cidr: str,
        communities: Sequence[str],
        *,
        snmp_port: int = 161,
        on_progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> AsyncIterator[Found]:
        """Ask every address of a range who it is; see discovery.discover."""
        raise NotImplementedError
