"""Ports as rows of a table and as facts."""

from __future__ import annotations

from datetime import datetime

from positron_tui.domain.devices import Section
from positron_tui.domain.ports import Admin, Port, PortKind
from positron_tui.services.views import DeviceView
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.render.columns import Cell, Column, Row, number_key
from positron_tui.tui.render.facts import Fact, Item
from positron_tui.tui.render.freshness import read_note
from positron_tui.tui.render.values import UNKNOWN, number, octets, rate, text
from positron_tui.tui.render.words import is_fresh, port_word_in

COLUMNS = (
    Column("state", "State", 1, 12, 24),
    Column("port", "Port", 1, 9, 9),
    Column("label", "Name", 5, 6, 24),
    Column("endpoints", "Endpoints", 2, 9, 9, right=True),
    Column("attention", "Attention", 2, 14, 26),
    Column("down", "Down Mbit/s", 3, 11, 11, right=True),
    Column("up", "Up Mbit/s", 3, 9, 9, right=True),
    Column("mode", "Mode", 6, 5, 6),
    Column("speed", "Speed", 7, 6, 8, right=True),
    Column("errors", "Errors", 6, 6, 12, right=True),
    Column("mac", "MAC", 9, 17, 17),
)


def rows(view: DeviceView, glyphs: Glyphs) -> list[Row]:
    """All ports of a device (COLUMNS)."""
    return [Row(port.name, _cells(view, port, glyphs)) for port in view.snapshot.ports]


def _cells(view: DeviceView, port: Port, glyphs: Glyphs) -> tuple[Cell, ...]:
    word = port_word_in(view, port.name, glyphs)
    style = "" if is_fresh(view) else "dim"
    traffic = view.port_rates.get(port.if_index) if is_fresh(view) else None
    down, up = (traffic.down_mbps, traffic.up_mbps) if traffic else (None, None)
    endpoints = len(view.endpoints_on(port.name))
    counted = Cell(
        str(endpoints) if port.kind is PortKind.GHN else "", style, number_key(endpoints)
    )
    return (
        Cell(word.text, word.style, (0, 0.0, word.word)),
        Cell(port.name, sort=(0, _position(port), "")),
        Cell(port.label or ""),
        counted,
        _attention(view, port),
        Cell(rate(down), style if down is not None else "dim", number_key(down)),
        Cell(rate(up), style if up is not None else "dim", number_key(up)),
        Cell(port.mode.value if port.mode else ""),
        Cell(number(port.speed_mbps), style, number_key(port.speed_mbps)),
        _errors(port),
        Cell(port.mac or ""),
    )


def _position(port: Port) -> float:
    return list(PortKind).index(port.kind) * 1000 + port.number


def _attention(view: DeviceView, port: Port) -> Cell:
    if not is_fresh(view):
        return Cell("")
    endpoints = view.endpoints_on(port.name)
    kept_out = sum(1 for one in endpoints if one.state and one.state.quarantined)
    missing = sum(1 for one in endpoints if one.state == "not_detected")
    parts = []
    if kept_out:
        parts.append(f"{kept_out} quarantined")
    if missing:
        parts.append(f"{missing} missing")
    return Cell(", ".join(parts), "bad" if kept_out else "warn", number_key(-kept_out - missing))


def _errors(port: Port) -> Cell:
    known = [one for one in (port.counters.in_errors, port.counters.out_errors) if one is not None]
    total = sum(known) if known else None
    return Cell(number(total), "warn" if total else "dim", number_key(total))


def facts(view: DeviceView, port: Port, glyphs: Glyphs, now: datetime) -> list[Item]:
    """Everything that is known of a port itself."""
    word = port_word_in(view, port.name, glyphs)
    traffic = view.port_rates.get(port.if_index) if is_fresh(view) else None
    down, up = (traffic.down_mbps, traffic.up_mbps) if traffic else (None, None)
    counters = port.counters
    return [
        Fact("State", word.text, word.style),
        Fact("Name", text(port.label or "")),
        Fact("Switched", UNKNOWN if port.admin is None else _switched(port)),
        Fact("Mode", port.mode.value if port.mode else UNKNOWN),
        Fact("Speed", number(port.speed_mbps, "Mbit/s")),
        Fact("MAC", text(port.mac)),
        Fact("Down now", f"{rate(down)} Mbit/s"),
        Fact("Up now", f"{rate(up)} Mbit/s"),
        Fact("Received", octets(counters.in_octets)),
        Fact("Sent", octets(counters.out_octets)),
        Fact("In errors", number(counters.in_errors), "warn" if counters.in_errors else ""),
        Fact("Out errors", number(counters.out_errors), "warn" if counters.out_errors else ""),
        Fact("Read", read_note(view, Section.PORTS, now).removeprefix("read ")),
    ]


def _switched(port: Port) -> str:
    if port.admin is Admin.UP:
        return "on"
    return "off, what is set up still runs" if port.kind is PortKind.GHN else "off"
