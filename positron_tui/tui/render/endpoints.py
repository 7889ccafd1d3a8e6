"""Endpoints as rows of a table and as facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from positron_tui.domain.devices import Line, Section
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.quality import asymmetry, endpoint_advice
from positron_tui.services.filter_rows import has_service
from positron_tui.services.views import DeviceView
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.render.columns import Cell, Column, Row, number_key, text_key
from positron_tui.tui.render.facts import Fact, Heading, Item, Sentence
from positron_tui.tui.render.freshness import read_note
from positron_tui.tui.render.values import UNKNOWN, duration, number, source_name, text
from positron_tui.tui.render.words import endpoint_word_in, is_fresh, level_style, level_word

# The order on the wide screen; the priorities say what an 80-column one keeps.
COLUMNS = (
    Column("state", "State", 1, 13, 17),
    Column("who", "Subscriber or name", 2, 18, 31),
    Column("mac", "MAC", 1, 17, 17),
    Column("device", "Device", 2, 8, 20),
    Column("port", "Port", 2, 9, 9),
    Column("down", "Down PHY", 3, 8, 8, right=True),
    Column("up", "Up PHY", 3, 6, 6, right=True),
    Column("balance", "Balance", 4, 8, 10),
    Column("wire", "Wire m", 7, 6, 6, right=True),
    Column("model", "Model", 8, 8, 12),
    Column("firmware", "Firmware", 9, 8, 24),
    Column("uptime", "Up for", 9, 8, 10, right=True),
)
PORT_COLUMNS = tuple(column for column in COLUMNS if column.key not in ("device", "port"))


def endpoint_id(device: str, mac: str) -> str:
    """Return the row key of an endpoint in a list over the fleet."""
    return f"{device}\0{mac}"


def fleet_rows(pairs: Iterable[tuple[DeviceView, Endpoint]], glyphs: Glyphs) -> list[Row]:
    """Rows of endpoints of many devices (COLUMNS)."""
    return [
        Row(endpoint_id(view.name, one.mac), tuple(_cells(view, one, glyphs).values()))
        for view, one in pairs
    ]


def port_rows(view: DeviceView, endpoints: Iterable[Endpoint], glyphs: Glyphs) -> list[Row]:
    """Rows of the endpoints of one port (PORT_COLUMNS)."""
    rows = []
    for one in endpoints:
        cells = _cells(view, one, glyphs)
        rows.append(Row(one.mac, tuple(cells[column.key] for column in PORT_COLUMNS)))
    return rows


def balance_cell(view: DeviceView, endpoint: Endpoint) -> Cell:
    """How far down and up differ, judged where the rule holds; blank where it does not."""
    judged = asymmetry(endpoint, view.snapshot.identity.line) if is_fresh(view) else None
    if judged is None:
        return Cell("", sort=number_key(None))
    shown = f"{judged.percent}% {level_word(judged.level)}"
    return Cell(shown, level_style(judged.level), number_key(judged.percent))


def _cells(view: DeviceView, endpoint: Endpoint, glyphs: Glyphs) -> dict[str, Cell]:
    word = endpoint_word_in(view, endpoint, glyphs)
    style = "" if is_fresh(view) else "dim"
    firmware = text(endpoint.firmware) if endpoint.firmware else ""
    return {
        "state": Cell(word.brief_text, word.style, (0, 0.0, word.word)),
        "who": _who(view, endpoint),
        "mac": Cell(endpoint.mac),
        "device": Cell(view.name),
        "port": Cell(endpoint.port or UNKNOWN),
        "down": _number(endpoint.down_phy_mbps, style),
        "up": _number(endpoint.up_phy_mbps, style),
        "balance": balance_cell(view, endpoint),
        "wire": _wire(view, endpoint, style),
        "model": Cell(endpoint.model or ""),
        "firmware": Cell(firmware, "warn" if endpoint.firmware_mismatch else ""),
        "uptime": Cell(duration(endpoint.uptime_s), style, number_key(endpoint.uptime_s)),
    }


def apartment(view: DeviceView, endpoint: Endpoint) -> str:
    """Whose endpoint it is: its subscriber, else its own name; empty when it has neither."""
    subscriber = view.subscriber_of(endpoint)
    return (subscriber.name if subscriber else endpoint.subscriber) or endpoint.name or ""


def _who(view: DeviceView, endpoint: Endpoint) -> Cell:
    """The subscriber, else the name; where the device is known to give no service, that too."""
    named = apartment(view, endpoint)
    if has_service(view, endpoint) is not False or endpoint.state is not EndpointState.OK:
        return Cell(named, "accent" if has_service(view, endpoint) else "")
    shown = f"{named}, no service" if named else "no service"
    return Cell(shown, "warn" if is_fresh(view) else "dim", text_key(named))


def _wire(view: DeviceView, endpoint: Endpoint, style: str) -> Cell:
    """The length of the pair; coax has none."""
    if view.snapshot.identity.line is Line.COAX:
        return Cell("", sort=number_key(None))
    return _number(endpoint.wire_length_m, style)


def _number(value: int | None, style: str) -> Cell:
    return Cell(number(value), style if value is not None else "dim", number_key(value))


def advice(view: DeviceView, endpoint: Endpoint) -> str | None:
    """What keeps the endpoint from working, while its device answers."""
    return endpoint_advice(endpoint) if is_fresh(view) else None


def detail(
    view: DeviceView,
    endpoint: Endpoint,
    glyphs: Glyphs,
    now: datetime,
    snr: Sequence[Item] = (),
) -> list[Item]:
    """Everything that is known of an endpoint; first its state, its line and its service."""
    word = endpoint_word_in(view, endpoint, glyphs)
    reason = advice(view, endpoint)
    return [
        Fact("State", word.text, word.style),
        *([Sentence(reason, "warn")] if reason else []),
        None,
        Heading("Line", read_note(view, Section.ENDPOINTS, now)),
        *line_facts(view, endpoint),
        *([None, Heading("SNR of the line"), *snr] if snr else []),
        None,
        Heading("Service", read_note(view, Section.CONFIG, now)),
        *_service_facts(view, endpoint),
        None,
        Heading("Where"),
        Fact("Device", view.name),
        Fact("Seen on", text(endpoint.detected_port)),
        Fact("Bound to", _binding(endpoint)),
        Fact("Ethernet", _ethernet(endpoint)),
        None,
        Heading("Endpoint", read_note(view, Section.ENDPOINTS, now)),
        Fact("MAC", endpoint.mac),
        Fact("Name", text(endpoint.name)),
        Fact("Description", text(endpoint.description)),
        Fact("Id", "not configured" if not endpoint.configured else str(endpoint.endpoint_id)),
        Fact("Model", text(endpoint.model)),
        Fact("Serial", text(endpoint.serial)),
        *_firmware(endpoint),
        Fact("Up for", duration(endpoint.uptime_s)),
        Fact("Read over", source_name(endpoint.source)),
    ]


def _service_facts(view: DeviceView, endpoint: Endpoint) -> list[Item]:
    subscriber = view.subscriber_of(endpoint)
    if subscriber is None:
        known = Section.CONFIG in view.snapshot.provenance
        nothing = "none" if known else UNKNOWN
        return [Fact("Subscriber", endpoint.subscriber or nothing)]
    return [
        Fact("Subscriber", subscriber.name, "accent"),
        Fact("VLAN", UNKNOWN if subscriber.vlan is None else str(subscriber.vlan)),
        Fact("Plan", text(view.plan_label(subscriber))),
    ]


def line_facts(view: DeviceView, endpoint: Endpoint) -> list[Item]:
    """Rates, their balance and the wire."""
    balance = balance_cell(view, endpoint)
    items: list[Item] = [
        Fact("Down PHY", number(endpoint.down_phy_mbps, "Mbit/s")),
        Fact("Up PHY", number(endpoint.up_phy_mbps, "Mbit/s")),
        Fact("Down usable", number(endpoint.down_max_mbps, "Mbit/s")),
        Fact("Up usable", number(endpoint.up_max_mbps, "Mbit/s")),
        Fact("Balance", balance.text or "not judged on this line", balance.style),
    ]
    if balance.style in ("warn", "bad"):
        items.append(
            Sentence(
                "The two directions differ more than they should; look at connectors, splitters "
                "and taps on the way.",
                balance.style,
            )
        )
    if view.snapshot.identity.line is not Line.COAX:
        items.append(Fact("Wire length", number(endpoint.wire_length_m, "m")))
    return items


def _firmware(endpoint: Endpoint) -> list[Item]:
    if endpoint.firmware_mismatch:
        return [Fact("Firmware", f"{text(endpoint.firmware)}, differs from the unit's", "warn")]
    return [Fact("Firmware", text(endpoint.firmware))]


def _binding(endpoint: Endpoint) -> str:
    if not endpoint.configured:
        return "nothing, it is not configured"
    if endpoint.configured_port is None:
        return "the first port it is seen on" if endpoint.auto_port else "no port"
    return endpoint.configured_port


def _ethernet(endpoint: Endpoint) -> str:
    if endpoint.ethernet_up is None:
        return UNKNOWN
    if not endpoint.ethernet_up:
        return "down"
    return f"up, {number(endpoint.ethernet_mbps, 'Mbit/s')}"
