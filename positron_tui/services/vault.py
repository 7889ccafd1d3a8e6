"""The credential back-end as the services use it: one that may be absent, with a reason."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields

from positron_tui.billing.contract import BillingSecrets
from positron_tui.config import SecretsSettings
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import ConfigError, CredentialError
from positron_tui.gam.driver import DeviceSecrets
from positron_tui.secrets import DEVICE_KINDS, AskPassphrase, SecretKind, Vault, open_vault
from positron_tui.services.activity import Redactor

_BILLING_KINDS = {
    "key": SecretKind.BILLING_KEY,
    "secret": SecretKind.BILLING_SECRET,
    "token": SecretKind.BILLING_TOKEN,
    "hook_secret": SecretKind.HOOK_SECRET,
    "hook_path": SecretKind.HOOK_PATH,
}
# Returns the passphrase that a person typed, at once or later.
Ask = Callable[[], str | Awaitable[str]]


@dataclass(frozen=True, slots=True)
class VaultStatus:
    """Which back-end keeps the secrets, whether it can be used, and a sentence on it."""

    backend: str
    usable: bool
    sentence: str


class VaultKeeper:
    """The secrets of devices; every value that passes is hidden from logs from then on."""

    def __init__(self, vault: Vault | None, status: VaultStatus, redactor: Redactor) -> None:
        self._vault = vault
        self._redactor = redactor
        self._unlocking = asyncio.Lock()
        self._unlocked = False
        self.status = status

    def require(self) -> Vault:
        """Return the back-end; CredentialError with the reason when there is none."""
        if self._vault is None:
            raise CredentialError(self.status.sentence)
        return self._vault

    async def unlock(self) -> VaultStatus:
        """Make the back-end ready, asking for a passphrase if it needs one; never raises."""
        if self._vault is None:
            return self.status
        try:
            await self._vault.unlock()
        except CredentialError as error:
            self.status = VaultStatus(self._vault.name, False, str(error))
        else:
            self._unlocked = True
            self.status = VaultStatus(self._vault.name, True, _usable_sentence(self._vault))
        return self.status

    async def secrets(self, device: str) -> DeviceSecrets:
        """Return all secrets of a device; CredentialError when the back-end does not give them."""
        vault = await self._ready()
        values = {kind.value: await vault.get(device, kind) for kind in DEVICE_KINDS}
        self._redactor.learn(*values.values())
        return DeviceSecrets(**values)

    def hide(self, secrets: DeviceSecrets) -> None:
        """Keep these values out of logs from now on."""
        self._redactor.learn(*(getattr(secrets, one.name) for one in fields(secrets)))

    async def keep(self, device: str, secrets: DeviceSecrets) -> None:
        """Keep what is given of a device's secrets; what is None stays as it was."""
        self.hide(secrets)
        vault = await self._ready()
        for kind in DEVICE_KINDS:
            value = getattr(secrets, kind.value)
            if value is not None:
                await vault.set(device, kind, value)

    async def billing_secrets(self, system: str) -> BillingSecrets:
        """Return the secrets of a billing system; CredentialError when they are not given."""
        vault = await self._ready()
        values = {
            name: await vault.get(_billing(system), kind) for name, kind in _BILLING_KINDS.items()
        }
        self._redactor.learn(*values.values())
        return BillingSecrets(**values)

    async def keep_billing(self, system: str, secrets: BillingSecrets) -> None:
        """Keep what is given of a billing system's secrets; what is None stays as it was."""
        given = {name: getattr(secrets, name) for name in _BILLING_KINDS}
        self._redactor.learn(*given.values())
        vault = await self._ready()
        for name, value in given.items():
            if value is not None:
                await vault.set(_billing(system), _BILLING_KINDS[name], value)

    async def forget_billing(self, system: str) -> None:
        """Delete all secrets of a billing system."""
        await (await self._ready()).delete(_billing(system))

    async def forget(self, device: str) -> None:
        """Delete all secrets of a device."""
        await (await self._ready()).delete(device)

    async def rename(self, old: str, new: str) -> None:
        """Move a device's secrets to another name."""
        await (await self._ready()).rename(old, new)

    async def close(self) -> None:
        if self._vault is not None:
            await self._vault.close()

    async def _ready(self) -> Vault:
        vault = self.require()
        async with self._unlocking:
            # Asked once: fifty devices must not ask a person fifty times.
            if not self._unlocked and self.status.usable:
                await self.unlock()
        if not self._unlocked:
            raise CredentialError(self.status.sentence)
        return vault


async def open_keeper(
    settings: SecretsSettings, ask: Ask | None, clock: Clock, redactor: Redactor
) -> VaultKeeper:
    """Open the back-end of the settings; one that does not open leaves its sentence behind."""
    name = settings.backend.value if settings.backend else "keyring"
    try:
        vault = await open_vault(settings, ask_passphrase=_adapter(ask), clock=clock)
    except (CredentialError, ConfigError) as error:
        return VaultKeeper(None, VaultStatus(name, False, str(error)), redactor)
    return VaultKeeper(vault, VaultStatus(vault.name, True, _usable_sentence(vault)), redactor)


def _billing(system: str) -> str:
    """Return the name under which a billing system's secrets are kept, beside those of devices."""
    return f"billing {system}"


def _usable_sentence(vault: Vault) -> str:
    if vault.writable:
        return f"Secrets are kept in the '{vault.name}' back-end."
    return f"Secrets are read from the '{vault.name}' back-end; this console cannot write there."


def _adapter(ask: Ask | None) -> AskPassphrase | None:
    if ask is None:
        return None

    async def once() -> str:
        answer = ask()
        return await answer if inspect.isawaitable(answer) else answer

    async def adapted(new: bool) -> str:
        first = await once()
        if new and await once() != first:
            raise CredentialError("The two passphrases differ; nothing was written.")
        return first

    return adapted
