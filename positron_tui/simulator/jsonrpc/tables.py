"""Configuration tables of the API: one store, reached by id and by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from positron_tui.simulator.config import SimEndpointConfig, SimProfile, SimSubscriber
from positron_tui.simulator.jsonrpc import fields
from positron_tui.simulator.jsonrpc import types as t
from positron_tui.simulator.jsonrpc.fields import Member, to_changes, to_struct
from positron_tui.simulator.jsonrpc.method import Method, Params
from positron_tui.simulator.plant import default_endpoint_name
from positron_tui.simulator.state import GhnError

if TYPE_CHECKING:
    from positron_tui.simulator.device import SimDevice


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of object: where it lives and how it is made, changed and removed.

    `missing` is the error for one that does not exist.
    """

    struct: str
    rows: Callable[[SimDevice], dict[int, Any]]
    fresh: Callable[[int, dict[str, Any]], Any]
    add: Callable[[SimDevice, Any], int]
    set: Callable[[SimDevice, Any], None]
    delete: Callable[[SimDevice, int], None]
    missing: int

    def find(self, device: SimDevice, key: object) -> tuple[int, Any]:
        """Return (id, item) by id or by name; GhnError when there is none."""
        rows = self.rows(device)
        if isinstance(key, str):
            for number, item in rows.items():
                if item.name == key:
                    return number, item
        elif key in rows and isinstance(key, int):
            return key, rows[key]
        raise GhnError(self.missing)


def _new_endpoint(number: int, changes: dict[str, Any]) -> SimEndpointConfig:
    mac = changes.get("mac", "")
    return SimEndpointConfig(number, **{"name": default_endpoint_name(mac), "mac": mac, **changes})


PROFILES = Table(
    "vtss_appl_ghn_agent_bw_profile_config_t",
    lambda device: device.running.profiles,
    lambda number, changes: SimProfile(
        number, **{"name": "", "down_mbps": 0, "up_mbps": 0, **changes}
    ),
    lambda device, item: device.add_profile(item),
    lambda device, item: device.set_profile(item),
    lambda device, number: device.delete_profile(number),
    -21,
)
ENDPOINTS = Table(
    "vtss_appl_ghn_agent_endpoint_config_t",
    lambda device: device.running.endpoints,
    _new_endpoint,
    lambda device, item: device.add_endpoint(item),
    lambda device, item: device.set_endpoint(item),
    lambda device, number: device.delete_endpoint(number),
    -9,
)
USERS = Table(
    "vtss_appl_ghn_agent_user_config_t",
    lambda device: device.running.subscribers,
    lambda number, changes: SimSubscriber(number, **{"name": "", **changes}),
    lambda device, item: device.add_subscriber(item),
    lambda device, item: device.set_subscriber(item),
    lambda device, number: device.delete_subscriber(number),
    -7,
)


def table_methods(name: str, table: Table, members: tuple[Member, ...]) -> list[Method]:
    """Return get, set, add and del of one table; a name that ends in ByName is keyed by name."""
    by_name = name.endswith("ByName")
    read_key = t.read_text if by_name else t.read_number

    def get(device: SimDevice, params: Params) -> object:
        if not params:
            items = sorted(table.rows(device).items())
            return t.pairs(
                [
                    (item.name if by_name else number, to_struct(device, members, item))
                    for number, item in items
                ]
            )
        return to_struct(device, members, table.find(device, read_key(params[0]))[1])

    def add(device: SimDevice, params: Params) -> None:
        key, changes = read_key(params[0]), to_changes(device, members, params[1])
        if by_name:
            changes["name"] = key
        table.add(device, table.fresh(0 if by_name else int(key), changes))

    def change(device: SimDevice, params: Params) -> None:
        _, item = table.find(device, read_key(params[0]))
        table.set(device, replace(item, **to_changes(device, members, params[1])))

    def delete(device: SimDevice, params: Params) -> None:
        table.delete(device, table.find(device, read_key(params[0]))[0])

    base, key = f"ghnAgent.config.{name}", "string" if by_name else "uint32_t"
    write = ("CONFIG_RW", (key, table.struct))
    return [
        Method(f"{base}.get", get, "CONFIG_RO", (key,), result=table.struct, optional=1),
        Method(f"{base}.set", change, *write),
        Method(f"{base}.add", add, *write),
        Method(f"{base}.del", delete, "CONFIG_RW", (key,)),
    ]


METHODS = [
    *table_methods("bwProfile", PROFILES, fields.PROFILE),
    *table_methods("bwProfileByName", PROFILES, fields.PROFILE),
    *table_methods("endpoint", ENDPOINTS, fields.ENDPOINT),
    *table_methods("endpointByName", ENDPOINTS, fields.ENDPOINT),
    *table_methods("user", USERS, fields.USER),
    *table_methods("userByName", USERS, fields.USER_BY_NAME),
]
