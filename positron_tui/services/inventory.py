"""Onboarding, editing and removing devices, and finding them on the network."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Address, Device, Identity
from positron_tui.domain.errors import (
    CredentialError,
    DeviceUnreachable,
    HostKeyUnknown,
    LoginRefused,
    PositronError,
    Refused,
)
from positron_tui.gam.driver import DeviceSecrets, ProbeResult
from positron_tui.gam.jsonrpc.tls import same_fingerprint
from positron_tui.gam.ssh import HostKey
from positron_tui.services.activity import ActivityLog, Outcome
from positron_tui.services.discovery import Found, addresses, known_devices, scan
from positron_tui.services.drivers import DriverPool
from positron_tui.services.fleet import Fleet
from positron_tui.services.locks import DeviceLocks
from positron_tui.services.names import check_name, default_name
from positron_tui.services.polling import Poller
from positron_tui.services.ssh_holds import SshHolds
from positron_tui.services.vault import VaultKeeper
from positron_tui.store import Store

_WATCH_ONLY = "Add it with --no-ssh to watch it without changing it."
TrustCallback = Callable[[HostKey], Awaitable[bool]]
ProgressCallback = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What is asked for when a device is added; `name` None = its own name, else model-serial.

    Without `use_ssh` the device is read by SNMP alone. It is read-only unless it is `writable`.
    """

    address: Address
    name: str | None = None
    site: str = ""
    use_ssh: bool = True
    writable: bool = False

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

    def __init__(
        self,
        *,
        fleet: Fleet,
        store: Store,
        vault: VaultKeeper,
        drivers: DriverPool,
        poller: Poller,
        locks: DeviceLocks,
        holds: SshHolds,
        activity: ActivityLog,
        clock: Clock,
        discover_concurrency: int,
    ) -> None:
        self._fleet = fleet
        self._store = store
        self._vault = vault
        self._drivers = drivers
        self._poller = poller
        self._locks = locks
        self._holds = holds
        self._activity = activity
        self._clock = clock
        self._discover_concurrency = discover_concurrency

    async def check_host_key(self, address: Address) -> HostKey:
        """Fetch a device's SSH host key without logging in; DeviceUnreachable if none answers."""
        return await self._drivers.host_key(Device(address.host, address))

    async def check_certificate(self, device: Device) -> str:
        """Fetch the fingerprint of a device's TLS certificate; DeviceUnreachable if it has none."""
        return await self._drivers.certificate(device)

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
        self._vault.hide(secrets)
        self._vault.require()
        await self._fleet.sync()  # another console may have added it meanwhile
        device = self._draft(new)
        if device.address.ssh_port is not None:
            on_progress(f"Asking {new.host} for its SSH host key ...")
            device = await self._with_host_key(device, secrets, trust_host_key)
        on_progress(f"Asking {new.host} what it is ...")
        probe = await self._probe(device, secrets)
        self._refuse_twin(probe.identity)
        name = new.name or default_name(probe.identity, new.host, self._fleet.names())
        check_name(name, self._fleet.names())
        device = replace(device, name=name, capabilities=probe.capabilities)
        await self._keep(device, secrets)
        self._activity.record(
            f"Added {name} ({probe.identity.model or 'unknown model'} at {new.host}).",
            device=name,
            kind="inventory",
        )
        on_progress(f"Reading {name} ...")
        await self._poller.poll(name)
        return AddResult(self._fleet.get(name).device, probe.identity, tuple(probe.warnings))

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
        async with self._locks.of(name):
            old = self._fleet.get(name).device
            reached = address or old.address
            device = replace(
                old,
                name=new_name or old.name,
                site=old.site if site is None else site,
                address=replace(reached, host=host) if host is not None else reached,
                read_only=old.read_only if read_only is None else read_only,
            )
            if device.name != name:
                others = set(self._fleet.names()) - {name}
                check_name(device.name, others)
            self._refuse_address(device, own=name)
            await self._store_edit(name, device)
            if secrets is not None:
                await self._vault.keep(device.name, secrets)
            self._holds.clear(name)
            await self._drivers.drop(name)
            if device.name != name:
                self._fleet.rename(name, device)
            else:
                self._fleet.update(device)
        self._activity.record(f"Changed {device.name}.", device=device.name, kind="inventory")
        if device.address != old.address:
            return await self._probe_again(device)
        return device

    async def remove(self, name: str) -> None:
        """Forget a device, its readings and its secrets; the journal stays."""
        async with self._locks.of(name):
            self._fleet.get(name)
            await self._drivers.drop(name)
            await self._store.devices.remove(name)
            self._fleet.remove(name)
            self._holds.clear(name)
            try:
                await self._vault.forget(name)
            except CredentialError as error:
                self._activity.record(
                    f"The secrets of {name} could not be deleted: {error}",
                    device=name,
                    kind="inventory",
                    outcome=Outcome.FAILED,
                )
        self._activity.record(f"Removed {name}.", device=name, kind="inventory")

    async def trust_new_host_key(self, name: str, fingerprint: str) -> Device:
        """Pin the key that a device shows now; Refused if it is not the one of `fingerprint`."""
        async with self._locks.of(name):
            device = self._fleet.get(name).device
            key = await self._drivers.host_key(device)
            if key.fingerprint != fingerprint:
                raise Refused(
                    f"{name} shows the SSH host key {key.fingerprint}, not {fingerprint}; "
                    "compare it with the unit again."
                )
            device = replace(
                device,
                host_key=key.openssh,
                host_key_fingerprint=key.fingerprint,
                offered_key_fingerprint=None,
            )
            await self._store.devices.update(name, device)
            await self._drivers.drop(name)
            self._holds.clear(name)
            self._fleet.update(device)
        self._activity.record(
            f"Trusted the SSH host key {fingerprint} of {name}.", device=name, kind="inventory"
        )
        return device

    async def trust_certificate(self, name: str, fingerprint: str) -> Device:
        """Pin the certificate that a device shows now; Refused if it is not the one given."""
        async with self._locks.of(name):
            device = self._fleet.get(name).device
            shown = await self._drivers.certificate(device)
            if not same_fingerprint(shown, fingerprint):
                raise Refused(
                    f"{name} shows the TLS certificate {shown}, not {fingerprint}; compare it with "
                    "the unit again."
                )
            device = replace(device, certificate=shown)
            await self._store.devices.update(name, device)
            await self._drivers.drop(name)
            self._fleet.update(device)
        self._activity.record(
            f"Trusted the TLS certificate {shown} of {name}.", device=name, kind="inventory"
        )
        return device

    def discover(
        self,
        cidr: str,
        communities: Sequence[str],
        *,
        snmp_port: int = 161,
        on_progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> AsyncGenerator[Found, None]:
        """Ask every address of a range who it is, and yield those that answer as they do.

        Raises UsageError when the range is none or has more than 4,096 addresses.
        """
        hosts = addresses(cidr)
        known = known_devices([view.device for view in self._fleet.devices()], snmp_port)

        async def identify(host: str) -> Identity | None:
            return await self._drivers.identify(host, snmp_port, communities)

        return scan(
            hosts,
            identify,
            known,
            concurrency=self._discover_concurrency,
            on_progress=on_progress,
        )

    def _draft(self, new: NewDevice) -> Device:
        """Return the device as far as it is known before it was asked anything."""
        address = new.address if new.use_ssh else replace(new.address, ssh_port=None)
        if new.name is not None:
            check_name(new.name, self._fleet.names())
        device = Device(
            new.name or new.host,
            address,
            site=new.site.strip(),
            read_only=not new.writable,
            added_at=self._clock.now(),
        )
        self._refuse_address(device, own=None)
        return device

    def _refuse_address(self, device: Device, own: str | None) -> None:
        """Refuse an address that another device than `own` has."""
        for view in self._fleet.devices():
            there, here = view.device.address, device.address
            if (there.host, there.snmp_port) != (here.host, here.snmp_port) or view.name == own:
                continue
            raise Refused(
                f"{here.host} (SNMP port {here.snmp_port}) is already in the fleet as {view.name}."
            )

    def _refuse_twin(self, identity: Identity) -> None:
        if not identity.serial:
            return
        for view in self._fleet.devices():
            if view.snapshot.identity.serial == identity.serial:
                raise Refused(
                    f"The unit with the serial number {identity.serial} is already in the fleet "
                    f"as {view.name} ({view.device.address.host})."
                )

    async def _with_host_key(
        self, device: Device, secrets: DeviceSecrets, trust: TrustCallback
    ) -> Device:
        try:
            key = await self._drivers.host_key(device)
        except DeviceUnreachable as error:
            raise await self._without_ssh(device, secrets, error) from error
        if not await trust(key):
            raise HostKeyUnknown(
                f"The SSH host key {key.fingerprint} of {device.address.host} was not trusted, so "
                "the device was not added.",
                key.fingerprint,
            )
        return replace(device, host_key=key.openssh, host_key_fingerprint=key.fingerprint)

    async def _without_ssh(
        self, device: Device, secrets: DeviceSecrets, error: DeviceUnreachable
    ) -> DeviceUnreachable:
        """Find out whether a device without SSH answers SNMP at least, and say so."""
        quiet = replace(device, address=replace(device.address, ssh_port=None))
        try:
            await self._drivers.probe(quiet, secrets)
        except PositronError:
            return DeviceUnreachable(
                f"{device.address.host} answers neither SSH nor SNMP; check the address, the SNMP "
                f"community and the network. {error}"
            )
        return DeviceUnreachable(
            f"{device.address.host} answers SNMP, but not SSH: {error} {_WATCH_ONLY}"
        )

    async def _probe(self, device: Device, secrets: DeviceSecrets) -> ProbeResult:
        """Probe a new device; one that was to be used over SSH must answer there."""
        try:
            probe = await self._drivers.probe(device, secrets)
        except LoginRefused as error:
            raise LoginRefused(f"{error} {_WATCH_ONLY}") from error
        if device.address.ssh_port is not None and not probe.capabilities.ssh:
            raise DeviceUnreachable(
                f"{device.address.host} answers SNMP, but its command line could not be used. "
                f"{' '.join(probe.warnings)} {_WATCH_ONLY}"
            )
        return probe

    async def _keep(self, device: Device, secrets: DeviceSecrets) -> None:
        """Keep secrets and record of a new device: both or none."""
        try:
            await self._vault.keep(device.name, secrets)
            await self._store.devices.add(device)
        except BaseException:
            if self._vault.status.usable:
                await self._vault.forget(device.name)
            raise
        self._fleet.add(device)

    async def _store_edit(self, name: str, device: Device) -> None:
        """Write an edited device; its secrets move first, and back if the store refuses."""
        if device.name == name:
            await self._store.devices.update(name, device)
            return
        await self._vault.rename(name, device.name)
        try:
            await self._store.devices.update(name, device)
        except BaseException:
            await self._vault.rename(device.name, name)
            raise

    async def _probe_again(self, device: Device) -> Device:
        """Learn what answers at a new address; a silent device keeps what was known."""
        try:
            secrets = await self._vault.secrets(device.name)
            probe = await self._drivers.probe(device, secrets)
        except PositronError as error:
            self._activity.record(
                f"{device.name} could not be asked what it is at its new address: {error}",
                device=device.name,
                kind="inventory",
                outcome=Outcome.FAILED,
            )
            return device
        device = replace(device, capabilities=probe.capabilities)
        await self._store.devices.update(device.name, device)
        await self._drivers.drop(device.name)
        self._fleet.update(device)
        return device
