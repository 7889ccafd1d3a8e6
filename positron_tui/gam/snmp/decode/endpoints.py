"""The endpoints of a unit, by MAC or by configured id."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from positron_tui.domain.devices import Line
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.errors import UnexpectedReply
from positron_tui.domain.models import ENDPOINT_MODELS
from positron_tui.domain.readings import Source
from positron_tui.gam.snmp.decode.values import (
    Table,
    ghn_port_of,
    indexes,
    lenient,
    mac,
    mac_of_index,
    number,
    parse_uptime,
    positive,
    text,
    truth,
)
from positron_tui.gam.snmp.engine import SnmpValue

_STATES = {
    0: EndpointState.NOT_DETECTED,
    1: EndpointState.OK,
    2: EndpointState.QUARANTINED_WRONG_PORT,
    3: EndpointState.QUARANTINED_UNKNOWN_MAC,
}
_SPEEDS_MBPS = {1: 10, 2: 100, 3: 1000, 4: 2500, 5: 5000, 6: 10_000, 7: 12_000}
_UNKNOWN_MODEL = 255


@dataclass(frozen=True, slots=True)
class EndpointTables:
    """All that is read of the endpoints; `by_mac` tells how brief, detail and link are indexed."""

    brief: Table
    detail: Table
    link: Table
    config: Table
    by_mac: bool


def decode_endpoints(tables: EndpointTables) -> tuple[Endpoint, ...]:
    """Return all endpoints in the agent's order."""
    return tuple(iter_endpoints(tables))


def iter_endpoints(tables: EndpointTables) -> Iterator[Endpoint]:
    """Decode one endpoint at a time; a row whose MAC is unreadable is left out."""
    links = _links(tables.link)
    descriptions = tables.config.get("description", {})
    for index in indexes(tables.brief):
        key = _key(tables, index)
        if key is not None:
            address, endpoint_id = key
            description = text(descriptions.get(str(endpoint_id)))
            yield _endpoint(tables, index, address, endpoint_id, links.get(index), description)


def _key(tables: EndpointTables, index: str) -> tuple[str, int | None] | None:
    """Return MAC and id (None = not configured) of a row."""
    if not tables.by_mac:
        address = mac(tables.brief.get("mac", {}).get(index))
        endpoint_id = int(index) if index.isdigit() else 0
        return (address, endpoint_id) if address and endpoint_id else None
    try:
        address = mac_of_index(index.split("."))
    except UnexpectedReply:
        return None
    return address, positive(tables.brief.get("id", {}).get(index))


def _endpoint(
    tables: EndpointTables,
    index: str,
    address: str,
    endpoint_id: int | None,
    link: tuple[bool, int | None] | None,
    description: str | None,
) -> Endpoint:
    brief = _row(tables.brief, index)
    detail = _row(tables.detail, index)
    alive = truth(detail("alive"))
    state, model = brief("state"), brief("model_number")
    return Endpoint(
        mac=address,
        endpoint_id=endpoint_id,
        name=text(brief("name")),
        description=description,
        configured_port=ghn_port_of(brief("configured_port")),
        detected_port=ghn_port_of(brief("detected_port")),
        auto_port=truth(brief("auto_port")),
        state=_STATES.get(state) if isinstance(state, int) else None,
        model=_model(model, brief("model_text")),
        serial=text(detail("serial")),
        firmware=text(detail("firmware")),
        firmware_mismatch=None if alive is False else truth(brief("firmware_mismatch")),
        down_phy_mbps=_rate(detail("rx_phy_mbps"), alive),
        up_phy_mbps=_rate(detail("tx_phy_mbps"), alive),
        down_max_mbps=_rate(detail("rx_max_mbps"), alive),
        up_max_mbps=_rate(detail("tx_max_mbps"), alive),
        wire_length_m=_length(detail("wire_length_m"), model),
        uptime_s=None if alive is False else lenient(parse_uptime, detail("uptime")),
        ethernet_up=link[0] if link else None,
        ethernet_mbps=link[1] if link else None,
        subscriber=text(brief("subscriber")),
        source=Source.SNMP,
    )


def _row(table: Table, index: str) -> Callable[[str], SnmpValue | None]:
    def cell(column: str) -> SnmpValue | None:
        rows: Mapping[str, SnmpValue] | None = table.get(column)
        return rows.get(index) if rows else None

    return cell


def _model(model_number: SnmpValue | None, model_text: SnmpValue | None) -> str | None:
    """Return our name of a known model, else what the device calls it, else its number."""
    if isinstance(model_number, int):
        known = ENDPOINT_MODELS.get(model_number)
        if known:
            return known.name
    own_text = text(model_text)
    if own_text or not isinstance(model_number, int) or model_number == _UNKNOWN_MODEL:
        return own_text
    return f"model {model_number}"


def _rate(value: SnmpValue | None, alive: bool | None) -> int | None:
    """A rate of 0 is real on a live link only."""
    return number(value) if alive else positive(value) if alive is None else None


def _length(value: SnmpValue | None, model_number: SnmpValue | None) -> int | None:
    """0 m is an answer on copper only; coax has no estimate."""
    known = ENDPOINT_MODELS.get(model_number) if isinstance(model_number, int) else None
    line = known.line if known else None
    if line is Line.COAX:
        return None
    return number(value) if line is Line.COPPER else positive(value)


def _links(table: Table) -> dict[str, tuple[bool, int | None]]:
    """Return the endpoint's index to (any port is up, speed of the fastest one that is)."""
    valid, up, speeds = (table.get(column, {}) for column in ("valid", "up", "speed"))
    found: dict[str, tuple[bool, int | None]] = {}
    for index, state in up.items():
        endpoint, _, _ = index.rpartition(".")
        is_up = truth(state)
        if is_up is None or truth(valid.get(index)) is False:
            continue
        speed = speeds.get(index)
        mbps = _SPEEDS_MBPS.get(speed) if is_up and isinstance(speed, int) else None
        was_up, was_mbps = found.get(endpoint, (False, None))
        found[endpoint] = (is_up or was_up, max(mbps or 0, was_mbps or 0) or None)
    return found
