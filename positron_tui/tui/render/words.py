"""States as a sign, a word and a style; the word alone says it all."""

from __future__ import annotations

from dataclasses import dataclass

from positron_tui.domain.devices import Alarm
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.quality import Level
from positron_tui.domain.status import DeviceStatus, PortStatus
from positron_tui.services.views import DeviceView
from positron_tui.tui.glyphs import Glyphs


@dataclass(frozen=True, slots=True)
class StateWord:
    """A sign of one cell, its word, and the name of its style; `brief` is the word in tables."""

    sign: str
    word: str
    style: str
    brief: str = ""

    @property
    def text(self) -> str:
        return f"{self.sign} {self.word}"

    @property
    def brief_text(self) -> str:
        """The sign and the short word, where a table has no room for the whole."""
        return f"{self.sign} {self.brief or self.word}"


def device_word(status: DeviceStatus, glyphs: Glyphs) -> StateWord:
    """The state of a device."""
    return {
        DeviceStatus.UP: StateWord(glyphs.up, "up", "ok"),
        DeviceStatus.DEGRADED: StateWord(glyphs.degraded, "up, alarms", "warn"),
        DeviceStatus.UNKNOWN: StateWord(glyphs.unknown, "unknown", "warn"),
        DeviceStatus.BLOCKED: StateWord(glyphs.blocked, "blocked", "bad"),
        DeviceStatus.NEVER_POLLED: StateWord(glyphs.unknown, "not read yet", "dim"),
    }[status]


def port_word(status: PortStatus, glyphs: Glyphs) -> StateWord:
    """The state of a port."""
    return {
        PortStatus.UP: StateWord(glyphs.up, "up", "ok"),
        PortStatus.SERVICE_LOST: StateWord(glyphs.degraded, "up, service lost", "bad"),
        PortStatus.DOWN_SERVICE_AFFECTING: StateWord(glyphs.down, "down, service lost", "bad"),
        PortStatus.DOWN: StateWord(glyphs.missing, "down", "warn"),
        PortStatus.DISABLED: StateWord(glyphs.disabled, "disabled", "dim"),
        PortStatus.UNKNOWN: StateWord(glyphs.unknown, "unknown", "dim"),
    }[status]


def endpoint_word(state: EndpointState | None, glyphs: Glyphs) -> StateWord:
    """The state of an endpoint."""
    if state is None:
        return StateWord(glyphs.unknown, "unknown", "dim")
    return {
        EndpointState.OK: StateWord(glyphs.up, "ok", "ok"),
        EndpointState.NOT_DETECTED: StateWord(glyphs.missing, "missing", "warn"),
        EndpointState.QUARANTINED_WRONG_PORT: StateWord(
            glyphs.quarantined, "quarantined: wrong port", "bad", "wrong port"
        ),
        EndpointState.QUARANTINED_UNKNOWN_MAC: StateWord(
            glyphs.quarantined, "quarantined: unknown MAC", "bad", "unknown MAC"
        ),
    }[state]


def is_fresh(view: DeviceView) -> bool:
    """Whether the last readings of a device still say something about now."""
    return view.status in (DeviceStatus.UP, DeviceStatus.DEGRADED)


def endpoint_word_in(view: DeviceView, endpoint: Endpoint, glyphs: Glyphs) -> StateWord:
    """The state of an endpoint now; a device that does not answer makes it unknown."""
    word = endpoint_word(endpoint.state, glyphs)
    if is_fresh(view):
        return word
    brief = f"was {word.brief or word.word}"
    return StateWord(glyphs.unknown, f"unknown, was {word.word}", "dim", brief)


def port_word_in(view: DeviceView, port_name: str, glyphs: Glyphs) -> StateWord:
    """The state of a port now; a device that does not answer makes it unknown."""
    port = view.port_by_name(port_name)
    status = view.port_status(port) if port is not None else PortStatus.UNKNOWN
    word = port_word(status, glyphs)
    if is_fresh(view):
        return word
    return StateWord(glyphs.unknown, f"unknown, was {word.word}", "dim")


_SEVERITIES = {
    "cr": ("critical", "bad"),
    "mj": ("major", "bad"),
    "mn": ("minor", "warn"),
    "na": ("notice", "dim"),
    "nr": ("not reported", "dim"),
}
_CONDITIONS = {
    "hwflt": "hardware fault",
    "swflt": "software fault",
    "fanflt": "fan fault",
    "hightemp": "high temperature",
    "thermalshutdown": "shut down by heat",
    "linkdown": "link down",
    "sfprmvd": "SFP removed",
    "sfpmismatch": "SFP does not match",
    "lowsnr": "low SNR",
    "los": "signal lost",
    "portmismatch": "endpoint on the wrong port",
    "hwmismatch": "unsupported endpoint model",
    "hwmismat": "unsupported endpoint model",
    "swrevmismat": "endpoint firmware differs",
}


def severity_word(severity: str) -> tuple[str, str]:
    """An alarm's severity in full, and its style."""
    return _SEVERITIES.get(severity.casefold(), (severity, "warn"))


def condition_words(alarm: Alarm) -> str:
    """What an alarm is about: its own text, else the code in words."""
    known = _CONDITIONS.get(alarm.condition.casefold())
    return alarm.description or known or alarm.condition


def level_style(level: Level) -> str:
    return {Level.GOOD: "ok", Level.WARN: "warn", Level.BAD: "bad"}[level]


def level_word(level: Level) -> str:
    return {Level.GOOD: "good", Level.WARN: "check", Level.BAD: "bad"}[level]
