"""Readings of one device over its JSON-RPC API."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Firmware, Identity, Line, SubscriberModel
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.errors import CapabilityMissing, CommandRejected, UnexpectedReply
from positron_tui.domain.models import MODELS_BY_NAME
from positron_tui.domain.ports import PortMode
from positron_tui.domain.running_config import PortConfig, RunningConfig
from positron_tui.gam.jsonrpc import codec, structs
from positron_tui.gam.jsonrpc.client import JsonRpcClient
from positron_tui.gam.jsonrpc.codec import Row, Rows, Struct
from positron_tui.gam.jsonrpc.envelope import ParamsRejected
from positron_tui.gam.jsonrpc.structs import Names
from positron_tui.gam.parsers.text import plain_version

GLOBAL_GET = "ghnAgent.config.global.get"
PORT_GET = "ghnAgent.config.port.get"
ADMIN_GET = "port.config.get"
BRIEF_GET = "ghnAgent.status.endpointByMac.brief.get"
DETAILED_GET = "ghnAgent.status.endpointByMac.detailed.get"
SYSTEM_GET = "systemUtility.config.systemInfo.get"
BOARD_GET = "systemUtility.status.boardInfo.get"
IMAGES_GET = "firmware.status.image.get"

_ACTIVE = ("activefirmware", "1")
_ALTERNATE = ("alternativefirmware", "2")

T = TypeVar("T")


class JsonRpcReader:
    """Reads what the API documents; what a firmware lacks stays unknown.

    All methods raise what `JsonRpcClient.call` raises for reads. `detail_budget_s` limits how long
    endpoints are asked one by one, where a firmware gives no table of their details.
    """

    def __init__(
        self, client: JsonRpcClient, clock: Clock, *, detail_budget_s: float = 15.0
    ) -> None:
        self._client = client
        self._clock = clock
        self._budget_s = detail_budget_s
        self._by_id: set[str] = set()

    async def running_config(self) -> RunningConfig:
        """Read ports, endpoints, profiles and subscribers, and the settings of the whole unit.

        The API documents neither the unit's management VLANs nor those of its uplinks: both are
        empty here and say nothing.
        """
        settings = await self._global()
        ports, unreadable = await self._ports()
        endpoint_rows = await self._table("endpoint")
        profile_rows = await self._table("bwProfile")
        user_rows = await self._table("user")
        endpoints = _taken(endpoint_rows, structs.endpoint_config_of, unreadable)
        profiles = _taken(profile_rows, structs.profile_of, unreadable)
        names = Names.of(RunningConfig(endpoints=endpoints, profiles=profiles))
        subscribers = _taken(user_rows, lambda row: structs.subscriber_of(row, names), unreadable)
        return RunningConfig(
            hostname=codec.decode_text((await self._optional(SYSTEM_GET)).get("Hostname")),
            ports=ports,
            endpoints=tuple(sorted(endpoints, key=lambda one: one.endpoint_id)),
            profiles=tuple(sorted(profiles, key=lambda one: one.profile_id)),
            subscribers=tuple(sorted(subscribers, key=lambda one: one.subscriber_id)),
            unreadable_lines=tuple(unreadable),
            subscriber_model=codec.decode_subscriber_model(settings.get("SubscriberModel")),
            default_uplink=codec.decode_uplink(settings.get("DefaultNNIIfIndex")),
            endpoint_auto_upgrade=codec.decode_bool(settings.get("EndpointAutoFwUpgrade")),
            port2_tagged=dict(filter(None, map(structs.port2_tagged_of, user_rows.rows))),
        )

    async def endpoints(self) -> tuple[Endpoint, ...]:
        """Read every endpoint that is configured or seen, ordered by MAC, without descriptions."""
        brief = codec.decode_rows(await self._client.call(BRIEF_GET), BRIEF_GET)
        details = await self._details(brief.rows)
        found = (
            structs.endpoint_of(row.values, details.get(_mac(row) or "", {})) for row in brief.rows
        )
        return tuple(sorted(filter(None, found), key=lambda one: one.mac))

    async def identity(self) -> Identity:
        """Read who the device is; a part that its firmware does not tell is None."""
        board, system = await self._optional(BOARD_GET), await self._optional(SYSTEM_GET)
        settings = await self._optional(GLOBAL_GET)
        model = codec.decode_text(board.get("BoardType"))
        if model is not None and not model.upper().startswith("GAM-"):
            model = None
        return Identity(
            model=model,
            line=_line_of(model) or await self._line_of_ports(),
            serial=codec.decode_text(board.get("BoardSerial")),
            mac=codec.decode_mac(board.get("BoardMac") or board.get("BoardMacAddress")),
            firmware=await self._firmware(),
            sys_name=codec.decode_text(system.get("Hostname")),
            location=codec.decode_text(system.get("Location")),
            contact=codec.decode_text(system.get("Contact")),
            subscriber_model=codec.decode_subscriber_model(settings.get("SubscriberModel")),
        )

    async def subscriber_model(self) -> SubscriberModel | None:
        """Read whether services are bound to endpoints or to ports; None for an unknown word."""
        return codec.decode_subscriber_model((await self._global()).get("SubscriberModel"))

    async def _global(self) -> Struct:
        return codec.decode_struct(await self._client.call(GLOBAL_GET), GLOBAL_GET)

    async def _table(self, kind: str) -> Rows:
        """Read a table by name; by id where the firmware lacks the other or its rows lack ids."""
        by_id = f"ghnAgent.config.{kind}.get"
        if kind in self._by_id:
            return codec.decode_rows(await self._client.call(by_id), by_id)
        by_name = f"ghnAgent.config.{kind}ByName.get"
        try:
            rows = codec.decode_rows(await self._client.call(by_name), by_name)
        except (CapabilityMissing, ParamsRejected):
            self._by_id.add(kind)
            return codec.decode_rows(await self._client.call(by_id), by_id)
        if all(codec.decode_positive(row.values.get("Id")) for row in rows.rows):
            return rows
        try:
            return codec.decode_rows(await self._client.call(by_id), by_id)
        except CommandRejected:
            return rows

    async def _ports(self) -> tuple[tuple[PortConfig, ...], list[str]]:
        """Read the G.hn ports, and what of them could not be understood."""
        rows = codec.decode_rows(await self._client.call(PORT_GET), PORT_GET)
        shut = await self._shutdown_ports()
        unreadable = []
        if shut is None:
            unreadable.append(f"{ADMIN_GET}: which ports are switched off is not known")
        ports = _taken(
            rows,
            lambda row: structs.port_config_of(row, structs.ghn_port_of(row) in (shut or ())),
            unreadable,
        )
        return tuple(sorted(ports, key=lambda one: one.number)), unreadable

    async def _shutdown_ports(self) -> frozenset[str | None] | None:
        """Return the G.hn ports that are switched off, None when the device does not tell."""
        try:
            rows = codec.decode_rows(await self._client.call(ADMIN_GET), ADMIN_GET)
        except (CommandRejected, UnexpectedReply):
            return None
        return frozenset(
            structs.ghn_port_of(row)
            for row in rows.rows
            if codec.decode_bool(row.values.get("Shutdown"))
        )

    async def _details(self, brief: Iterable[Row]) -> dict[str, Struct]:
        """Return the detailed status by MAC; what cannot be read is missing."""
        try:
            rows = codec.decode_rows(await self._client.call(DETAILED_GET), DETAILED_GET)
        except (CapabilityMissing, UnexpectedReply):
            return {}
        except CommandRejected:
            return await self._details_one_by_one(brief)
        return {mac: row.values for row in rows.rows if (mac := _mac(row))}

    async def _details_one_by_one(self, brief: Iterable[Row]) -> dict[str, Struct]:
        found: dict[str, Struct] = {}
        until = self._clock.monotonic() + self._budget_s
        for row in brief:
            mac = _mac(row)
            if mac is None or codec.decode_ghn_port(row.values.get("DetectedPortIfIndex")) is None:
                continue
            if self._clock.monotonic() > until:
                break
            found[mac] = await self._optional(DETAILED_GET, codec.encode_mac(mac))
        return found

    async def _optional(self, method: str, *params: object) -> Struct:
        """Return a struct, empty when the firmware does not give it."""
        try:
            return codec.decode_struct(await self._client.call(method, *params), method)
        except (CommandRejected, UnexpectedReply):
            return {}

    async def _firmware(self) -> Firmware:
        try:
            rows = codec.decode_rows(await self._client.call(IMAGES_GET), IMAGES_GET).rows
        except (CommandRejected, UnexpectedReply):
            return Firmware()
        return Firmware(_version(rows, _ACTIVE), _version(rows, _ALTERNATE))

    async def _line_of_ports(self) -> Line | None:
        try:
            rows = codec.decode_rows(await self._client.call(PORT_GET), PORT_GET).rows
        except (CommandRejected, UnexpectedReply):
            return None
        modes = [codec.decode_port_mode(row.values.get("PortMode")) for row in rows]
        mode = next((one for one in modes if one is not None), None)
        if mode is None:
            return None
        return Line.COAX if mode is PortMode.COAX else Line.COPPER


def _taken(rows: Rows, read: Callable[[Row], T | None], unreadable: list[str]) -> tuple[T, ...]:
    """Return what can be read of a table; the other rows are added to `unreadable`."""
    found = []
    unreadable.extend(rows.unreadable)
    for row in rows.rows:
        item = read(row)
        if item is None:
            unreadable.append(codec.brief({"key": list(row.keys), "val": dict(row.values)}))
        else:
            found.append(item)
    return tuple(found)


def _mac(row: Row) -> str | None:
    key: Any = row.keys[0] if row.keys else None
    return codec.decode_mac(row.values.get("MacAddress")) or codec.decode_mac(key)


def _version(rows: Iterable[Row], kinds: tuple[str, ...]) -> str | None:
    for row in rows:
        kind = row.values.get("Type")
        if isinstance(kind, str | int) and codec.brief(kind).strip('"').lower() in kinds:
            return plain_version(codec.decode_text(row.values.get("Version")) or "")
    return None


def _line_of(model: str | None) -> Line | None:
    """Return the line of a model or a variant of it: GAM-4-CX-AC is a GAM-4-CX."""
    names = [name for name in MODELS_BY_NAME if f"{model}-".startswith(f"{name}-")]
    return MODELS_BY_NAME[max(names, key=len)].line if names else None
