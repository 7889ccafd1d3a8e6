"""The JSON-RPC side of a driver: one client, made at its first use."""

from __future__ import annotations

from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Device
from positron_tui.domain.errors import CredentialError
from positron_tui.domain.running_config import RunningConfig
from positron_tui.gam.driver_options import DeviceSecrets, DriverOptions
from positron_tui.gam.exchange import OnExchange
from positron_tui.gam.jsonrpc.client import JsonRpcClient
from positron_tui.gam.jsonrpc.reader import JsonRpcReader
from positron_tui.gam.jsonrpc.target import JsonRpcTarget
from positron_tui.gam.jsonrpc.writer import Accepted, JsonRpcWriter, Saved


def jsonrpc_target(device: Device, options: DriverOptions) -> JsonRpcTarget:
    """Return how the API of a device is reached; HTTPS wins where both are allowed."""
    address = device.address
    return JsonRpcTarget(
        host=address.host,
        port=address.https_port if address.https else address.http_port,
        user=address.ssh_user,
        tls=address.https,
        pinned_certificate=device.certificate,
        allow_plain_http=address.http_allowed,
        timeout_s=options.jsonrpc_timeout_s,
        connect_timeout_s=min(options.ssh_connect_timeout_s, options.jsonrpc_timeout_s),
        name=device.name,
    )


class JsonRpcLine:
    """Reads and changes one device over its API; all methods raise what `JsonRpcClient.call` does.

    The API takes the same user and password as the command line.
    """

    def __init__(
        self,
        device: Device,
        secrets: DeviceSecrets,
        options: DriverOptions,
        clock: Clock,
        on_exchange: OnExchange,
    ) -> None:
        self._device = device
        self._secrets = secrets
        self._options = options
        self._clock = clock
        self._on_exchange = on_exchange
        self._client: JsonRpcClient | None = None
        self._reader: JsonRpcReader | None = None

    async def running_config(self) -> RunningConfig:
        """Read what the device runs, also what its command line has no words for."""
        if self._reader is None:
            self._reader = JsonRpcReader(self._ready(), self._clock)
        return await self._reader.running_config()

    async def execute(self, call: str) -> Accepted:
        """Run one step of a plan, a call as canonical text, exactly as it stands."""
        return await JsonRpcWriter(self._ready()).execute(call)

    async def save(self, timeout_s: float) -> Saved:
        """Copy running to startup and wait until the device says that it is done."""
        return await JsonRpcWriter(self._ready(), save_timeout_s=timeout_s).save()

    async def close(self) -> None:
        """Close the connection, if there is one."""
        client, self._client, self._reader = self._client, None, None
        if client is not None:
            await client.aclose()

    def _ready(self) -> JsonRpcClient:
        if self._client is None:
            password = self._secrets.ssh_password
            if password is None:
                raise CredentialError(
                    f"No password is kept for {self._device.name}; enter it with 'device edit'."
                )
            self._client = JsonRpcClient(
                jsonrpc_target(self._device, self._options),
                password,
                clock=self._clock,
                on_exchange=self._on_exchange,
            )
        return self._client
