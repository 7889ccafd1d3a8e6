"""Values in words for the tables: times, ages, speeds and states."""

from __future__ import annotations

from datetime import datetime

from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.subscribers import Subscriber
from positron_tui.services.views import DeviceView

_STATES = {
    "not_detected": "missing",
    "quarantined_wrong_port": "quarantined: wrong port",
    "quarantined_unknown_mac": "quarantined: unknown MAC",
    "never_polled": "never polled",
    "service_lost": "up (service lost)",
    "down_service_affecting": "down (service)",
}
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB")


def short_state(value: str | None) -> str | None:
    """Return the name of a state for a narrow column; the details say which kind it is."""
    if value is None:
        return None
    return "quarantined" if value.startswith("quarantined") else state(value)


def octets(count: int | None) -> str | None:
    """Return a number of octets with three digits and a decimal unit, as `6.28 TB`."""
    if count is None:
        return None
    value, unit = float(count), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value /= 1000
        unit += 1
    digits = 0 if unit == 0 or value >= 99.95 else 1 if value >= 9.995 else 2
    return f"{value:.{digits}f} {_UNITS[unit]}"


def span(seconds: float | None) -> str | None:
    """Return a duration in its two largest units, as `3 d 4 h`."""
    if seconds is None:
        return None
    whole = int(seconds)
    parts = [
        (whole // 86400, "d"),
        (whole % 86400 // 3600, "h"),
        (whole % 3600 // 60, "min"),
        (whole % 60, "s"),
    ]
    first = next((index for index, (count, _) in enumerate(parts) if count), len(parts) - 1)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2] if count) or "0 s"


def ago(moment: datetime | None, now: datetime) -> str | None:
    """Return how long ago something was; None = never."""
    if moment is None:
        return None
    return f"{span(max(0.0, (now - moment).total_seconds()))} ago"


def state(value: str | None) -> str | None:
    """Return the name of a state as a person says it."""
    return None if value is None else _STATES.get(value, value)


def speed(mbps: int | None) -> str | None:
    """Return a port's speed as `1000M` or `10G`."""
    if mbps is None:
        return None
    return f"{mbps // 1000}G" if mbps >= 10_000 and mbps % 1000 == 0 else f"{mbps}M"


def service_of(endpoint: Endpoint, view: DeviceView) -> str | None:
    """Return the name of the subscriber on an endpoint."""
    subscriber = view.subscriber_of(endpoint)
    return subscriber.name if subscriber else endpoint.subscriber


def plan_of(subscriber: Subscriber, view: DeviceView) -> str | None:
    """Return a subscriber's plan with its rates, as `100M (118/118 Mbit/s)`."""
    label = view.plan_label(subscriber)
    profile = view.profile_of(subscriber)
    if profile is None or profile.down_mbps is None or profile.up_mbps is None:
        return label
    return f"{label} ({_rate(profile.down_mbps)}/{_rate(profile.up_mbps)} Mbit/s)"


def _rate(mbps: int) -> str:
    return str(mbps) if mbps else "no limit"
