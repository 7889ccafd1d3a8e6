"""A device as facts: what it is, how it feels, what it can, what it complains about."""

from __future__ import annotations

from datetime import datetime

from positron_tui.domain.devices import Alarm, Capabilities, Device, Section, SubscriberModel
from positron_tui.services.views import DeviceView
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.render.endpoints import apartment
from positron_tui.tui.render.facts import Fact, Heading, Item, Sentence
from positron_tui.tui.render.freshness import read_note, section_facts, trouble
from positron_tui.tui.render.values import UNKNOWN, clock_time, duration, number, text
from positron_tui.tui.render.words import condition_words, device_word, is_fresh, severity_word

MANY = 8


def state_items(view: DeviceView, glyphs: Glyphs, now: datetime) -> list[Item]:
    """The state, and when it is not good, why."""
    word = device_word(view.status, glyphs)
    stale = view.poll.reachable is False
    note = f"last good {clock_time(view.poll.last_good_at, now)}" if stale else ""
    return [Fact("State", word.text, word.style, note), *trouble(view)]


def identity_items(view: DeviceView) -> list[Item]:
    identity = view.snapshot.identity
    firmware = text(identity.firmware.active)
    if identity.firmware.alternate:
        firmware += f" (other bank {identity.firmware.alternate})"
    return [
        Fact("Model", text(identity.model)),
        Fact("Line", identity.line.value if identity.line else UNKNOWN),
        Fact("Serial", text(identity.serial)),
        Fact("Firmware", firmware),
        Fact("System name", text(identity.sys_name)),
        Fact("Address", view.device.address.host),
        Fact("Site", text(view.device.site)),
        Fact("Location", text(identity.location)),
    ]


def health_items(view: DeviceView) -> list[Item]:
    """Temperatures, fans, power, CPU and uptime; long lists are shortened, old values dim."""
    health, style = view.snapshot.health, "" if is_fresh(view) else "dim"
    degrees = [f"{one.name} {one.celsius:.0f} °C" for one in health.temperatures[:MANY]]
    fans = [f"{one.index}: {one.rpm:,} rpm" for one in health.fans[:MANY]]
    power = [f"{one.name} {one.state.replace('_', ' ')}" for one in health.power_supplies[:MANY]]
    return [
        Fact("Up for", duration(health.uptime_s), style),
        Fact("CPU", UNKNOWN if health.cpu_percent is None else f"{health.cpu_percent} %", style),
        Fact("Temperature", ", ".join(degrees) or UNKNOWN, style),
        Fact("Fans", ", ".join(fans) or UNKNOWN, style),
        Fact("Power", ", ".join(power) or UNKNOWN, style),
    ]


def capability_items(device: Device, view: DeviceView) -> list[Item]:
    """Over what the device can be read and changed."""
    abilities: Capabilities = device.capabilities
    model = view.snapshot.identity.subscriber_model
    services = {
        SubscriberModel.ENDPOINT_AWARE: "bound to endpoints",
        SubscriberModel.PORT_AWARE: "bound to ports",
        None: UNKNOWN,
    }[model]
    return [
        Fact("SNMP", _answers(abilities.snmp, device.address.snmp_version.value)),
        Fact("G.hn tables", _answers(abilities.ghn_snmp, "", "read by command line instead")),
        Fact("SSH", "not used" if device.address.ssh_port is None else _answers(abilities.ssh)),
        Fact("JSON-RPC", _answers(abilities.jsonrpc)),
        Fact("Services", services),
        Fact("Changes", "refused: read-only" if device.read_only else "allowed"),
    ]


def _answers(value: bool | None, detail: str = "", instead: str = "") -> str:
    if value is None:
        return "not tried"
    if value:
        return f"answers {detail}".rstrip()
    return f"no answer, {instead}" if instead else "no answer"


def _alarm_place(view: DeviceView, alarm: Alarm) -> str:
    """What an alarm is about; CPE-<id> is the endpoint with that id, which somebody lives with."""
    for endpoint in view.snapshot.endpoints:
        if alarm.entity in (f"CPE-{endpoint.endpoint_id}", endpoint.name):
            named = apartment(view, endpoint)
            return f"{named} ({alarm.entity})" if named not in ("", alarm.entity) else alarm.entity
    return alarm.entity


def alarm_items(view: DeviceView, now: datetime) -> list[Item]:
    """The active alarms, the serious ones first."""
    alarms = sorted(view.snapshot.alarms, key=lambda one: _RANK.get(one.severity.casefold(), 9))
    if Section.ALARMS not in view.snapshot.provenance:
        return [Sentence("Alarms were never read.", "dim")]
    if not alarms:
        words = "No active alarms." if is_fresh(view) else "There were no alarms then."
        return [Sentence(words, "dim")]
    items: list[Item] = []
    for alarm in alarms:
        severity, style = severity_word(alarm.severity)
        since = f"since {clock_time(alarm.occurred_at, now)}" if alarm.occurred_at else ""
        affects = ", affects service" if alarm.service_affecting else ""
        words = f"{_alarm_place(view, alarm)}: {condition_words(alarm)}{affects}"
        items.append(Fact(severity, words, style, since))
    return items


_RANK = {"cr": 0, "mj": 1, "mn": 2, "na": 3, "nr": 4}


def detail(view: DeviceView, glyphs: Glyphs, now: datetime) -> list[Item]:
    """The whole of a device, block by block."""
    return [
        *state_items(view, glyphs, now),
        None,
        Heading("Device"),
        *identity_items(view),
        None,
        Heading("Health", read_note(view, Section.HEALTH, now)),
        *health_items(view),
        None,
        Heading("Alarms", read_note(view, Section.ALARMS, now)),
        *alarm_items(view, now),
        None,
        Heading("Reached over"),
        *capability_items(view.device, view),
        None,
        Heading("Last readings"),
        *section_facts(view, now),
        *poll_items(view),
    ]


def poll_items(view: DeviceView) -> list[Item]:
    items: list[Item] = []
    if view.poll.duration_s is not None:
        items.append(Fact("A reading takes", f"{view.poll.duration_s:.1f} s"))
    if view.poll.overruns:
        items.append(Fact("Skipped", f"{number(view.poll.overruns)} readings, the device is slow"))
    return items
